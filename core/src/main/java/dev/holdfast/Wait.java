package dev.holdfast;

import dev.holdfast.internal.Backoff;
import dev.holdfast.internal.Workers;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Operation;
import java.time.Duration;

/**
 * A caller's wait for the operation that holds what it wants: with growing pauses, so that a crowd does not ask the
 * store all the time, and never much beyond the deadline.
 */
final class Wait {

    private static final Duration FIRST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private final Backoff pauses = new Backoff(FIRST, LONGEST);
    private final Recovery recovery;
    private final Deadline deadline;

    Wait(Recovery recovery, Deadline deadline) {
        this.recovery = recovery;
        this.deadline = deadline;
    }

    /** Returns when it is time to look again: after the holder was recovered, or after a pause. */
    void behind(Operation holder) {
        if (!recovery.recoverBefore(deadline, holder)) {
            pause();
        }
    }

    /** Returns after a pause. */
    void pause() {
        Workers.pause(pauses.failed(), deadline);
    }
}
