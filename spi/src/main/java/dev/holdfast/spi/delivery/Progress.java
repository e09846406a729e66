package dev.holdfast.spi.delivery;

/**
 * Hears how far long work has come. Called often and from the working thread, so it must return quickly; what it throws
 * ends the work.
 */
@FunctionalInterface
public interface Progress {

    /** Hears nothing. */
    Progress NONE = (entries, bytes) -> {};

    /**
     * So much has been done since the start.
     *
     * @param entries entries of the bundle
     * @param bytes bytes of their content
     */
    void advanced(long entries, long bytes);
}
