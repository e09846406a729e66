package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;

/**
 * How many bytes of one connection may still be read: as many as refs may take, and from {@link #objects} on as many as
 * objects may. A fetch lists refs as well, before it brings any object. For one thread.
 */
final class Budget {

    private final GitLocation location;
    private final Limits limits;
    private long left;

    Budget(GitLocation location, Limits limits) {
        this.location = location;
        this.limits = limits;
        this.left = limits.refBytes();
    }

    /** Begins anew, for a connection that lists refs first. */
    void refs() {
        left = limits.refBytes();
    }

    /** Begins anew, for the objects that come from now on. */
    void objects() {
        left = limits.packBytes();
    }

    /** Counts what was read; an end (-1) counts as nothing. */
    void take(int bytes) {
        left -= Math.max(0, bytes);
        if (left < 0) {
            throw new PermanentException(
                    Reason.TOO_LARGE,
                    location + " sends more than the limit set for it; raise the limit if that is meant");
        }
    }
}
