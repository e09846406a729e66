package dev.holdfast.delivery.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The directories that a script has changed and that are not on the disk yet. A rename is on the disk before the next
 * one changes what readers see, and before anything is removed; so each directory is forced once, and what the script
 * itself takes away again is not.
 */
final class UnforcedChanges {

    private final DirectoryDisk disk;
    private final Set<Path> renamed = new LinkedHashSet<>();
    private final Set<Path> made = new LinkedHashSet<>();

    UnforcedChanges(DirectoryDisk disk) {
        this.disk = disk;
    }

    /** Notes a directory that was made. */
    void made(Path directory) {
        made.add(directory);
    }

    /** Notes a directory whose entries a rename has changed. */
    void renamed(Path directory) {
        renamed.add(directory);
    }

    /** Forces what was renamed so far. */
    void settle() throws IOException {
        for (Path directory : renamed) {
            force(directory);
        }
        renamed.clear();
    }

    /** As {@link #settle}; then the way to {@code directory}, which is about to get an entry, as far as it is new. */
    void settle(Path directory) throws IOException {
        settle();
        for (Path path = directory; made.remove(path); path = DirectoryDisk.parent(path)) {
            force(DirectoryDisk.parent(path));
        }
    }

    /** Forces all that is left. */
    void end() throws IOException {
        for (Path directory : made) {
            if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                renamed.add(DirectoryDisk.parent(directory));
            }
        }
        made.clear();
        settle();
    }

    private void force(Path directory) throws IOException {
        try {
            disk.force(directory);
        } catch (IOException e) {
            if (!DirectoryDisk.isAbsence(e)) {
                throw e;
            }
        }
    }
}
