package dev.holdfast.spi;

/** Where an update stands. At most one update of a subject is open. */
public enum UpdateStatus {
    /** Waits for a decision. Open. */
    PENDING(true),
    /** An operation is applying it. Open. */
    APPLYING(true),
    /** Delivered and recorded. */
    APPLIED(false),
    /** An operator declined this revision; it is not queued again for this subject. */
    DISMISSED(false),
    /** Upstream moved on before it was applied; a newer entry took its place. */
    SUPERSEDED(false),
    /** The drift went away: reverted, reinstalled by hand, uninstalled. */
    RESOLVED(false),
    /** It cannot be applied, or all attempts are used up; {@code retry} makes it pending again. */
    FAILED(false);

    private final boolean open;

    UpdateStatus(boolean open) {
        this.open = open;
    }

    /** Returns whether a decision or an outcome is still to come. */
    public boolean isOpen() {
        return open;
    }
}
