package dev.holdfast.delivery.directory;

import dev.holdfast.spi.delivery.FileOwner;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Gives what an upload has made to its owner. A directory comes after all that is in it: from then on its owner could
 * put a link in the place of anything there, and what goes by a path would follow it.
 */
record GivenTree(FileOwner owner) {

    /** Tries on an entry of its own, which nobody else can reach, whether this process may do it at all. */
    void tryIn(Path directory) throws IOException {
        Path probe = Files.createDirectory(directory.resolve(".owner"));
        try {
            give(probe);
        } finally {
            Files.delete(probe);
        }
    }

    /** Gives one entry, a link itself and not what it points to. */
    void give(Path entry) throws IOException {
        try {
            Files.setAttribute(entry, "unix:gid", owner.group(), LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(entry, "unix:uid", owner.user(), LinkOption.NOFOLLOW_LINKS);
        } catch (FileSystemException e) {
            if (e.getReason() != null && e.getReason().contains("not permitted")) {
                throw owner.forbidden(DirectoryDisk.parent(entry).toString(), e.getReason());
            }
            throw e;
        }
    }
}
