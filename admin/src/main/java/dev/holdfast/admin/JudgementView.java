package dev.holdfast.admin;

import dev.holdfast.trust.Judgement;
import org.jspecify.annotations.Nullable;

/**
 * What the trust policy or the host's admission says of a revision, in JSON.
 *
 * @param refused why it is refused, for machines; null if it passes
 */
record JudgementView(boolean passes, @Nullable String refused, String text) {

    static JudgementView of(Judgement found) {
        return new JudgementView(found.passes(), found.refused().map(Words::of).orElse(null), found.text());
    }
}
