package dev.holdfast.examples.e2e;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryKillIT extends KillMatrix {

    @TempDir
    private Path directory;

    @Override
    DeliveryTarget target() {
        return DirectoryTarget.create();
    }

    @Override
    TargetAddress address(String name) {
        return TargetAddress.parse("dir://" + directory.resolve(name));
    }

    @Override
    String unneeded() {
        return "docker-|sshd-|jackson-|junit-|http|jna|bc|Hikari|org.eclipse.jgit|embedded-|testcontainers|commons-";
    }

    @Override
    int turn() {
        return 0;
    }
}
