package dev.holdfast.delivery.directory;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an upload goes, and how.
 *
 * @param root the directory of the address, where twins are
 * @param directory the fresh directory
 * @param disk how it is written
 * @param given whom it is given to
 */
record UploadPlace(Path root, Path directory, DirectoryDisk disk, Optional<GivenTree> given) {

    /**
     * Returns what makes links. Nothing is linked where files are given away: their owner could put a link in the place
     * of a directory, and a file of somebody else would be linked, and given.
     */
    Optional<TwinLinks> links() {
        return given.isPresent() ? Optional.empty() : Optional.of(new TwinLinks(root));
    }
}
