package dev.holdfast.trust;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.trust.Verified;
import java.time.Instant;
import java.util.Optional;

/**
 * What a trust policy says of a revision.
 *
 * @param verified what is proved; empty where no rule concerns the source, and where it is refused
 * @param refused why it is refused, or could not be judged; empty where it is not
 * @param text what was found, for people: rule, subject, and what to do
 * @param at when
 */
public record Judgement(Optional<Verified> verified, Optional<Reason> refused, String text, Instant at) {

    /** Returns whether a delivery may begin. */
    public boolean passes() {
        return refused.isEmpty();
    }
}
