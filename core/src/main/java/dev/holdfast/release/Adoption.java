package dev.holdfast.release;

/**
 * What a delivery does with a plain directory that stands at the live path: an older tool's install, or one that a
 * person made. Anything else there that is no link is refused whatever is chosen here.
 *
 * <p>What was adopted is kept in {@code .releases/<name>/adopted-<stamp>/} for the grace, and collected after it.
 */
public enum Adoption {

    /** The delivery is refused, and the directory is left as it is. */
    REFUSE,

    /**
     * The directory is moved aside by one rename, and another puts the link there: between these two steps of one
     * script, for milliseconds, a reader finds nothing. If the script dies there, recovery puts the directory back. A
     * directory that one rename cannot move is refused untouched: one that comes with a container's image, or is a
     * mount.
     */
    GAP,

    /**
     * Directory and link are exchanged by one system call, so that no reader finds nothing. Refused where the target
     * cannot do that: on directories of this machine, for which Java has no such call; where the target's {@code mv}
     * knows no {@code --exchange} (coreutils before 9.5, busybox); on a directory that comes with a container's image.
     */
    EXCHANGE
}
