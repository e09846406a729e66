package dev.holdfast;

import dev.holdfast.Explanation.Code;
import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Whether the policy of an install, or an image, lets one of its pending updates begin, and if not, why and until when. */
record Policies(Predicate<Source> allowed, Consumer<Install> serves) {

    static Policies of(Engine engine) {
        return new Policies(engine.rules().allowed(), engine::checkServes);
    }

    /** Why an update does not begin; without {@code until} somebody must act first. */
    record Hold(Code code, String text, Optional<Instant> until) {

        private static Optional<Hold> forGood(Code code, String text) {
            return Optional.of(new Hold(code, text, Optional.empty()));
        }
    }

    /** As of an install, for what has neither a source nor versions. */
    static Optional<Hold> hold(UpdatePolicy policy, Update update, Instant now) {
        return policy.isManual() ? operator(update) : passing(policy, update, now);
    }

    private static Optional<Hold> operator(Update update) {
        return Hold.forGood(
                Code.WAITS_FOR_OPERATOR, "update " + update.id() + " waits for an operator to apply or dismiss it");
    }

    Optional<Hold> hold(Install install, Update update, Instant now) {
        UpdatePolicy policy = install.policy();
        if (!allowed.test(install.origin().source())) {
            return Hold.forGood(
                    Code.SOURCE_NOT_ALLOWED,
                    "the source " + install.origin().source() + " is not on this host's list of allowed sources");
        }
        Optional<Hold> lacking = lacking(install, update);
        if (lacking.isPresent()) {
            return lacking;
        }
        if (policy.isManual()) {
            return operator(update);
        }
        if (update.why() == DriftKind.REF_REWRITTEN) {
            return Hold.forGood(
                    Code.REF_REWRITTEN,
                    "update " + update.id()
                            + " does not descend from what is installed: upstream rewrote its history, and"
                            + " an operator decides");
        }
        if (!VersionPicker.isWithin(policy.level(), install.release().version(), update.version())) {
            return Hold.forGood(
                    Code.ABOVE_LEVEL,
                    "update " + update.id() + " goes from "
                            + install.release().version().orElse("no version") + " to "
                            + update.version().orElse("no version") + ", and the policy is " + policy
                            + ": it waits for an operator");
        }
        return passing(policy, update, now);
    }

    private Optional<Hold> lacking(Install install, Update update) {
        try {
            serves.accept(install);
            return Optional.empty();
        } catch (PermanentException e) {
            return Hold.forGood(
                    Code.NOT_ON_THIS_NODE,
                    "update " + update.id() + " waits for another node, as this one cannot apply it: "
                            + e.getMessage());
        }
    }

    /** What time alone will end. All of it together says when. */
    private static Optional<Hold> passing(UpdatePolicy policy, Update update, Instant now) {
        Instant retry = update.retryAt().orElse(now);
        Instant cool = update.seenAt().plus(policy.cooldown());
        Instant earliest = latest(now, latest(retry, cool));
        Optional<Instant> opening = policy.nextOpening(earliest);
        if (opening.equals(Optional.of(now))) {
            return Optional.empty();
        }
        String what = "update " + update.id();
        if (retry.isAfter(now)) {
            return Optional.of(new Hold(
                    Code.BACKING_OFF,
                    what + " failed: " + update.lastError().orElse("no reason was recorded"),
                    opening));
        }
        if (cool.isAfter(now)) {
            return Optional.of(new Hold(
                    Code.COOLING_DOWN,
                    what + " was first seen at " + update.seenAt() + ", and cools down until " + cool,
                    opening));
        }
        return Optional.of(
                new Hold(Code.OUTSIDE_WINDOW, what + " waits for a maintenance window of " + policy, opening));
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
