package dev.holdfast.spi.delivery;

/**
 * What a target knows of a regular file without reading it.
 *
 * @param path relative to the directory that was surveyed
 * @param size bytes
 * @param modified modification time in whole seconds since 1970, rounded down
 * @param mode the twelve bits of {@code chmod}
 * @param user the number of its user
 * @param group the number of its group
 * @param names how many names the file has; more than one if a hard link shares it
 */
public record FileFacts(String path, long size, long modified, int mode, long user, long group, long names) {}
