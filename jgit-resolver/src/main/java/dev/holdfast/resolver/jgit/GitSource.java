package dev.holdfast.resolver.jgit;

/**
 * A source, taken apart.
 *
 * @param location the repository
 * @param subdirectory the path inside it, empty for the whole tree
 */
record GitSource(GitLocation location, String subdirectory) {}
