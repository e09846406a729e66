package dev.holdfast.spi.container;

/** What the index says of a container. All but {@link #MISSING} are what the engine said at its last look. */
public enum ContainerState {
    /** Made, never started. */
    CREATED,
    /** Its first process runs. */
    RUNNING,
    /** It has ended and the engine is about to start it again. */
    RESTARTING,
    /** Frozen. */
    PAUSED,
    /** The engine is taking it away. */
    REMOVING,
    /** Ended with exit code 0, or by a stop that was asked for. */
    STOPPED,
    /** Ended by itself with another exit code. */
    FAILED,
    /** The engine does not have it: it was absent from two complete listings, a grace apart. */
    MISSING
}
