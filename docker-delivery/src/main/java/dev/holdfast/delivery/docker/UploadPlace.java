package dev.holdfast.delivery.docker;

import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.delivery.FileOwner;
import dev.holdfast.spi.delivery.Twin;
import java.util.Optional;

/**
 * Where an archive goes.
 *
 * @param place the directory of the address
 * @param base where the archive is unpacked: the names of both a link and its twin are relative to it, which is the one
 *     form that every engine takes
 * @param directory the fresh directory, relative to that of the address
 * @param owner the owner of every entry
 * @param linking whether files may be made as links to their twins
 */
record UploadPlace(ContainerPlace place, String base, String directory, FileOwner owner, boolean linking) {

    /** Returns the fresh directory as entries name it. */
    String top() {
        return named(directory);
    }

    /** Returns a path of the address as entries name it. */
    String named(String path) {
        return place.below(base, path);
    }

    UploadPlace withoutLinks() {
        return new UploadPlace(place, base, directory, owner, false);
    }

    /**
     * Returns what a file is linked to. Only files of root are linked, to others of root: who owns a directory in the
     * container could put a link in its place, and what the engine then finds behind it would get the owner and mode of
     * an entry.
     */
    Optional<Twin> twin(BundleEntry.File file) {
        return linking && owner.user() == 0 && owner.group() == 0
                ? file.twin().filter(twin -> twin.user() == 0 && twin.group() == 0)
                : Optional.empty();
    }
}
