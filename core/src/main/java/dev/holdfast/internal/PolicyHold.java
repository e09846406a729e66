package dev.holdfast.internal;

import dev.holdfast.Explanation.Code;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import java.time.Instant;
import java.util.Optional;

/** Why a policy does not let an update begin; without {@code until} somebody must act first. */
public record PolicyHold(Code code, String text, Optional<Instant> until) {

    /** In whose name policies act, for the audit. */
    public static final String ACTOR = "policy";

    /** As of an install, for what has neither a source nor versions. */
    public static Optional<PolicyHold> of(UpdatePolicy policy, Update update, Instant now) {
        return policy.isManual() ? operator(update) : passing(policy, update, now);
    }

    /** One that somebody must end. */
    public static Optional<PolicyHold> forGood(Code code, String text) {
        return Optional.of(new PolicyHold(code, text, Optional.empty()));
    }

    /** One that an operator ends by a decision. */
    public static Optional<PolicyHold> operator(Update update) {
        return forGood(
                Code.WAITS_FOR_OPERATOR, "update " + update.id() + " waits for an operator to apply or dismiss it");
    }

    /** One that ends when somebody sets a plan. */
    public static Optional<PolicyHold> withoutPlan(String name, Update update) {
        return forGood(
                Code.NO_PLAN,
                "update " + update.id() + " waits for the rollout plan '" + name + "', which nobody has set");
    }

    /** What time alone will end. All of it together says when. */
    public static Optional<PolicyHold> passing(UpdatePolicy policy, Update update, Instant now) {
        Instant retry = update.retryAt().orElse(now);
        Instant cool = update.seenAt().plus(policy.cooldown());
        Instant earliest = latest(now, latest(retry, cool));
        Optional<Instant> opening = policy.nextOpening(earliest);
        if (opening.equals(Optional.of(now))) {
            return Optional.empty();
        }
        String what = "update " + update.id();
        if (retry.isAfter(now)) {
            return Optional.of(new PolicyHold(
                    Code.BACKING_OFF,
                    what + " failed: " + update.lastError().orElse("no reason was recorded"),
                    opening));
        }
        if (cool.isAfter(now)) {
            return Optional.of(new PolicyHold(
                    Code.COOLING_DOWN,
                    what + " was first seen at " + update.seenAt() + ", and cools down until " + cool,
                    opening));
        }
        return Optional.of(
                new PolicyHold(Code.OUTSIDE_WINDOW, what + " waits for a maintenance window of " + policy, opening));
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
