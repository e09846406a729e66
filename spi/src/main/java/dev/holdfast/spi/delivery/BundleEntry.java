package dev.holdfast.spi.delivery;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * One entry of a bundle. Paths are relative, separated by {@code /}. An entry says what the source holds, which may be
 * hostile: checks are made by Holdfast before anything reaches a target, in one place for all sources.
 */
public sealed interface BundleEntry {

    /** Returns the path relative to the root of the tree. */
    String path();

    /**
     * A directory. Parents that no entry names exist all the same.
     *
     * @param path relative path
     */
    record Directory(String path) implements BundleEntry {}

    /**
     * A regular file. What a source says and what Holdfast asks of a target for it are both optional.
     *
     * @param path relative path
     * @param size bytes of content, zero or more
     * @param executable whether it may be executed: delivered with mode 0755, otherwise 0644
     * @param contentId a source's own name for exactly these bytes, such as {@code git:<id of the blob>}: 1 to 200
     *     printable characters without a space. Two files with the same one have the same bytes, whichever bundle they
     *     are in
     * @param modified the modification time that the target sets, in seconds since 1970; where it is empty, the
     *     target's choice
     * @param twin a file of the target that holds the same bytes
     */
    record File(
            String path,
            long size,
            boolean executable,
            Optional<String> contentId,
            OptionalLong modified,
            Optional<Twin> twin)
            implements BundleEntry {

        /** A file of which nothing more is said. */
        public File(String path, long size, boolean executable) {
            this(path, size, executable, Optional.empty(), OptionalLong.empty(), Optional.empty());
        }

        /** Returns the same with its source's name for the content. */
        public File contentId(String id) {
            return new File(path, size, executable, Optional.of(id), modified, twin);
        }

        /** Returns the same with the modification time that it gets, in seconds since 1970. */
        public File modified(long seconds) {
            return new File(path, size, executable, contentId, OptionalLong.of(seconds), twin);
        }

        /** Returns the same, to be made as another name of a file of the target. */
        public File twin(Twin file) {
            return new File(path, size, executable, contentId, modified, Optional.of(file));
        }
    }

    /**
     * A symbolic link.
     *
     * @param path relative path
     * @param target what it points to, as stored
     */
    record Link(String path, String target) implements BundleEntry {}

    /**
     * Anything else: device, socket, hard link, submodule. Named so that it can be refused by name. In what a target
     * reads back, also a file or directory of a mode that is never delivered.
     *
     * @param path relative path
     * @param kind what it is, for the message
     */
    record Special(String path, String kind) implements BundleEntry {}

    /**
     * Returns the entry of a file that a target reads back: {@link Special} if its mode is neither 0644 nor 0755.
     *
     * @param mode the twelve bits of {@code chmod}; others are ignored
     */
    static BundleEntry fileReadBack(String path, long size, int mode) {
        return switch (mode & 07777) {
            case 0644 -> new File(path, size, false);
            case 0755 -> new File(path, size, true);
            default -> new Special(path, "file of mode " + Integer.toOctalString(mode & 07777));
        };
    }

    /**
     * Returns the entry of a directory that a target reads back: {@link Special} if its mode is not 0755.
     *
     * @param mode the twelve bits of {@code chmod}; others are ignored
     */
    static BundleEntry directoryReadBack(String path, int mode) {
        return (mode & 07777) == 0755
                ? new Directory(path)
                : new Special(path, "directory of mode " + Integer.toOctalString(mode & 07777));
    }
}
