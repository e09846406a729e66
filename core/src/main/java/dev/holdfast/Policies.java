package dev.holdfast;

import dev.holdfast.Explanation.Code;
import dev.holdfast.fleet.Quarantines.InForce;
import dev.holdfast.internal.PolicyHold;
import dev.holdfast.internal.VersionPicker;
import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.trust.Trust;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Whether the policy of an install lets one of its pending updates begin, and if not, why and until when. */
record Policies(Predicate<Source> allowed, Consumer<Install> serves, InForce quarantines, Trust trust) {

    static Policies of(Engine engine) {
        return new Policies(
                engine.rules().allowed(),
                engine::checkServes,
                engine.quarantines().inForce(),
                engine.trust());
    }

    Optional<PolicyHold> hold(Install install, Update update, Instant now) {
        UpdatePolicy policy = install.policy();
        if (!allowed.test(install.origin().source())) {
            return PolicyHold.forGood(
                    Code.SOURCE_NOT_ALLOWED,
                    "the source " + install.origin().source() + " is not on this host's list of allowed sources");
        }
        Optional<PolicyHold> forbidden =
                quarantined(install, update).or(() -> lacking(install, update)).or(() -> distrusted(install, update));
        if (forbidden.isPresent()) {
            return forbidden;
        }
        if (policy.isManual()) {
            return PolicyHold.operator(update);
        }
        if (VersionPicker.isLower(install.origin().track(), install.release().version(), update.version())) {
            return PolicyHold.forGood(
                    Code.GOES_BACK,
                    "update " + update.id() + " goes back from "
                            + install.release().version().orElse("no version") + " to "
                            + update.version().orElse("no version") + ": newer tags may have been deleted, and an"
                            + " operator decides");
        }
        if (update.why() == DriftKind.REF_REWRITTEN) {
            return PolicyHold.forGood(
                    Code.REF_REWRITTEN,
                    "update " + update.id()
                            + " does not lead on from what is installed: upstream rewrote its history, or put a tag on an"
                            + " older commit, and an operator decides");
        }
        if (!VersionPicker.isWithin(
                policy.level(), install.origin().track(), install.release().version(), update.version())) {
            return PolicyHold.forGood(
                    Code.ABOVE_LEVEL,
                    "update " + update.id() + " goes from "
                            + install.release().version().orElse("no version") + " to "
                            + update.version().orElse("no version") + ", and the policy is " + policy
                            + ": it waits for an operator");
        }
        return PolicyHold.passing(policy, update, now);
    }

    /** As {@link #hold}, for an update that a person has decided on: only what time ends, or nobody may begin. */
    Optional<PolicyHold> timeHold(Install install, Update update, Instant now) {
        return quarantined(install, update)
                .or(() -> lacking(install, update))
                .or(() -> distrusted(install, update))
                .or(() -> PolicyHold.passing(install.policy(), update, now));
    }

    private Optional<PolicyHold> quarantined(Install install, Update update) {
        return quarantines
                .forbidding(install.key(), install.origin().source(), update.to())
                .flatMap(quarantine -> PolicyHold.forGood(
                        Code.QUARANTINED,
                        "update " + update.id() + ": "
                                + quarantine.refusal(install.key()).getMessage()));
    }

    /** As far as this node has found out lately: nobody is asked. */
    private Optional<PolicyHold> distrusted(Install install, Update update) {
        return trust.refusal(install.key(), update.to())
                .map(refusal -> new PolicyHold(
                        Code.NOT_TRUSTED,
                        "update " + update.id() + ": " + refusal.text(),
                        Optional.of(Trust.until(refusal))));
    }

    private Optional<PolicyHold> lacking(Install install, Update update) {
        try {
            serves.accept(install);
            return Optional.empty();
        } catch (PermanentException e) {
            return PolicyHold.forGood(
                    Code.NOT_ON_THIS_NODE,
                    "update " + update.id() + " waits for another node, as this one cannot apply it: "
                            + e.getMessage());
        }
    }
}
