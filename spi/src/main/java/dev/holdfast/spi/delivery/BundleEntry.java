package dev.holdfast.spi.delivery;

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
     * A regular file.
     *
     * @param path relative path
     * @param size bytes of content, zero or more
     * @param executable whether it may be executed: delivered with mode 0755, otherwise 0644
     */
    record File(String path, long size, boolean executable) implements BundleEntry {}

    /**
     * A symbolic link.
     *
     * @param path relative path
     * @param target what it points to, as stored
     */
    record Link(String path, String target) implements BundleEntry {}

    /**
     * Anything else: device, socket, hard link, submodule. Named so that it can be refused by name. In what a target reads
     * back, also a file or directory of a mode that is never delivered.
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
