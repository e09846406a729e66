package dev.holdfast.images;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.image.ImageLedger.Attempt;
import dev.holdfast.spi.image.ImageLedger.Extension;
import dev.holdfast.spi.image.ImageRefresher.Hold;
import dev.holdfast.spi.image.ImageRollout;
import java.time.Duration;

/**
 * The time for which an attempt is this node's. A ledger that cannot be asked does not end it before the lease has run
 * out: stopping between two steps for that would leave nothing running.
 */
final class AttemptLease implements Hold {

    private final ImageLedger ledger;
    private final Attempt attempt;
    private final Duration lease;
    private Deadline surely;
    private boolean lost;

    AttemptLease(ImageLedger ledger, Attempt attempt, Duration lease) {
        this.ledger = ledger;
        this.attempt = attempt;
        this.lease = lease;
        this.surely = Deadline.after(lease);
    }

    /** Holds the attempt for another lease. */
    @Override
    public synchronized void check() {
        Deadline next = Deadline.after(lease);
        try {
            lost = lost || !ledger.extend(attempt, Extension.of(lease));
            surely = next;
        } catch (HoldfastException e) {
            lost = surely.hasPassed();
        }
        checkLost();
    }

    /** Holds the attempt for another lease, and records how far its rollout has come: else nothing more may be done. */
    synchronized void record(ImageRollout rollout) {
        Deadline next = Deadline.after(lease);
        lost = lost || !ledger.extend(attempt, Extension.of(lease, rollout));
        surely = next;
        checkLost();
    }

    private void checkLost() {
        if (lost) {
            throw new TransientException(
                    Reason.FENCED, "another node has taken over " + attempt.key() + "; nothing more was changed here");
        }
    }

    Duration beat() {
        return lease.dividedBy(3);
    }
}
