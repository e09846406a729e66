package dev.holdfast.contracts.delivery;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryTargetTest {

    @Nested
    final class Durable extends OnDirectory {
        @Override
        protected DeliveryTarget target() {
            return DirectoryTarget.create();
        }
    }

    @Nested
    final class NotDurable extends OnDirectory {
        @Override
        protected DeliveryTarget target() {
            return DirectoryTarget.create().durable(false);
        }
    }

    abstract static class OnDirectory extends DeliveryTargetContract {

        @TempDir
        Path temporary;

        @Override
        protected TargetAddress address() {
            return TargetAddress.parse("dir://" + temporary + "/" + UUID.randomUUID() + "/plugins");
        }

        @Override
        protected String permissions(TargetAddress address, String path) {
            try {
                Object mode = Files.getAttribute(Path.of(address.path(), path), "unix:mode");
                return Integer.toOctalString((Integer) mode & 0777);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        protected void changeMode(TargetAddress address, String path, String mode) {
            try {
                Files.setAttribute(Path.of(address.path(), path), "unix:mode", Integer.parseInt(mode, 8));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
