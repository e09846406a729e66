package dev.holdfast.spi;

/** How upstream differs from what is installed. */
public enum DriftKind {
    /** The tracked ref stands at another revision, as it is meant to. */
    UPSTREAM_MOVED,
    /**
     * A plain tag, expected to stay, stands at another revision, a branch at one that does not descend from what is
     * installed, or the highest version at one that what is installed descends from: an alarm.
     */
    REF_REWRITTEN
}
