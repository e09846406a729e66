package dev.holdfast;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Update;
import java.time.Instant;

/** What became of the wish to apply an update. */
public sealed interface ApplyResult {

    /**
     * The reviewed revision was made live and recorded while this caller waited, by this call or by another one's.
     *
     * @param update as it stands now
     */
    record Applied(Update update) implements ApplyResult {}

    /** It was applied before; nothing was done. */
    record AlreadyApplied() implements ApplyResult {}

    /** Upstream moved on, and a newer entry took this one's place; review that one. */
    record Superseded() implements ApplyResult {}

    /** An operator declined it before; nothing was done. */
    record Dismissed() implements ApplyResult {}

    /** Its reason went away: reverted, reinstalled, uninstalled. */
    record Resolved() implements ApplyResult {}

    /**
     * It may not be applied; nothing was done.
     *
     * @param why for people
     */
    record Refused(String why) implements ApplyResult {}

    /**
     * The attempt failed; what was live before is live now, or, where {@code why} says that the outcome is not known
     * yet, {@link Holdfast#recover()} finishes or undoes it.
     *
     * @param reason why, for machines
     * @param why for people
     */
    record Failed(Reason reason, String why) implements ApplyResult {}

    /**
     * Another caller applies it, and did not come to an end before this caller's deadline.
     *
     * @param by who applies it
     * @param until when its lease ends
     */
    record InProgress(String by, Instant until) implements ApplyResult {}

    /** There is no update of that id. */
    record NotFound() implements ApplyResult {}

    /**
     * Returns what asking for an update gets that was closed before.
     *
     * @throws IllegalArgumentException if it is open
     */
    static ApplyResult of(Update closed) {
        return switch (closed.status()) {
            case APPLIED -> new AlreadyApplied();
            case DISMISSED -> new Dismissed();
            case SUPERSEDED -> new Superseded();
            case RESOLVED -> new Resolved();
            case FAILED ->
                new Failed(
                        Reason.CONFLICT,
                        "it failed before: " + closed.lastError().orElse("no reason was recorded")
                                + "; retry it first");
            case PENDING, APPLYING -> throw new IllegalArgumentException(closed + " is open");
        };
    }
}
