package dev.holdfast.contracts.delivery;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.FileOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

/** A directory gives away what is delivered; a process that is not root gives it to itself. */
final class DirectoryOwnerTest extends FileOwnerContract {

    @TempDir
    static Path places;

    @Override
    protected DeliveryTarget target(FileOwner owner) {
        return DirectoryTarget.create().owner(owner);
    }

    @Override
    protected TargetAddress address() {
        return new TargetAddress("dir", "", places + "/" + UUID.randomUUID() + "/plugins");
    }

    @Override
    protected FileOwner owner() {
        String mine = owner(places, ".");
        return mine.equals("0:0") ? new FileOwner(12345, 12346) : FileOwner.parse(mine);
    }

    @Override
    protected String owner(TargetAddress address, String path) {
        return owner(Path.of(address.path()), path);
    }

    private static String owner(Path directory, String path) {
        try {
            Map<String, Object> ids =
                    Files.readAttributes(directory.resolve(path), "unix:uid,gid", LinkOption.NOFOLLOW_LINKS);
            return ids.get("uid") + ":" + ids.get("gid");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
