package dev.holdfast;

/**
 * What becomes of a first install that fails its probation; its revision is remembered as bad for the install either
 * way.
 */
public enum UnhealthyInstall {
    /** It is taken away again, and nothing is recorded: the caller gets {@link dev.holdfast.spi.Reason#UNHEALTHY}. */
    REMOVE,
    /** It stays live and recorded; the caller gets {@link dev.holdfast.spi.Reason#UNHEALTHY}, and an event says so. */
    KEEP
}
