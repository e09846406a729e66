package dev.holdfast.spi;

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
     * Anything else: device, socket, hard link, submodule. Named so that it can be refused by name.
     *
     * @param path relative path
     * @param kind what it is, for the message
     */
    record Special(String path, String kind) implements BundleEntry {}
}
