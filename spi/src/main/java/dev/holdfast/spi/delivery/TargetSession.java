package dev.holdfast.spi.delivery;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.util.List;
import java.util.Optional;

/**
 * A conversation with one directory of one place. Every path is relative to the directory that the address names, has
 * plain segments only, and is separated by {@code /}; any other is refused before anything happens, as
 * {@link FileStep.Paths#check} does.
 *
 * <p>Used by one thread at a time. Each method throws {@link TransientException} when a retry may help and the outcome
 * of the call is unknown (the caller then reads the state), and {@link PermanentException} when a retry will not help.
 * Absence is never an error, and an error never looks like absence.
 */
public interface TargetSession extends AutoCloseable {

    /**
     * Writes a bundle into a directory that does not exist yet, creating missing parents with mode 0755. Entries arrive
     * in the bundle's order, so that its last entry is there only if all others are. Directories get mode 0755, files
     * 0644, or 0755 when executable; links are written as they are. Nothing is buffered beyond a few blocks, and
     * {@code progress} hears of each entry, and of the blocks of a large one.
     *
     * <p>A file may name its modification time, which is set where the target keeps times: without that nothing is ever
     * reused there. It may name a {@link Twin}. Then it is made as a hard link to that, and its content is not asked
     * for; or, wherever that cannot be done or went wrong, the content is written. Nothing is ever written through a
     * link, and nothing of the twin changes.
     *
     * <p>Holdfast has judged the bundle. What would do harm here is refused once more all the same: a special entry,
     * and a path that leaves the tree, or goes through a link of the bundle.
     *
     * @throws PermanentException with {@link Reason#OCCUPIED} if {@code directory} exists, with
     *     {@link Reason#BUNDLE_REFUSED} for such an entry, and with {@link Reason#NO_SPACE} or
     *     {@link Reason#TARGET_READ_ONLY} if it cannot be written; a part may remain
     */
    void upload(String directory, Bundle bundle, Progress progress);

    /**
     * Reads a directory back as a bundle, in any order of entries. Links on the way to it are followed, links in it
     * not.
     *
     * @throws PermanentException with {@link Reason#TARGET_NOT_FOUND} if there is no such directory
     */
    Bundle download(String directory);

    /**
     * Performs the steps of {@code script} in order and stops at the first that fails. Never retries. If the directory
     * of the address does not exist yet, it is made first, with mode 0755.
     */
    ScriptResult run(FileScript script);

    /**
     * Returns whether {@link #run} performs {@link FileStep.RequireLink}. Where it does, an upgrade does not look at
     * the live path before its script: the script itself demands that what is recorded is live. Without it, which is
     * the default, such a step never comes, and Holdfast calls {@link #stat} before the script.
     */
    default boolean requiresLinks() {
        return false;
    }

    /** Returns what stands at {@code path}, links not followed; empty if nothing does. */
    Optional<Entry> stat(String path);

    /**
     * Returns what stands in {@code directory}, hidden names included, in no particular order; empty if there is no
     * such directory. Links on the way to it are followed, links in it not.
     */
    List<Entry> list(String directory);

    /**
     * Returns the content of a file, links not followed in the last segment; empty if there is none.
     *
     * @param maxBytes the most that is read
     * @throws PermanentException with {@link Reason#TOO_LARGE} if the file is larger
     */
    Optional<byte[]> read(String path, int maxBytes);

    /** Frees the connection; changes nothing on the target. May be called twice. */
    @Override
    void close();

    /**
     * What stands at a path of a target.
     *
     * @param name the last segment of the path
     * @param kind what it is
     * @param linkTarget what a link points to, as stored; empty for anything else
     */
    record Entry(String name, Kind kind, Optional<String> linkTarget) {

        /** What an entry can be. */
        public enum Kind {
            /** A regular file. */
            FILE,
            /** A directory. */
            DIRECTORY,
            /** A symbolic link. */
            LINK,
            /** Anything else. */
            OTHER
        }
    }
}
