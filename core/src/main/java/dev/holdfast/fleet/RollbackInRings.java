package dev.holdfast.fleet;

import dev.holdfast.ChangeReport;
import dev.holdfast.fleet.FleetRollback.Answer;
import dev.holdfast.fleet.FleetRollback.Result;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.fleet.HaltRule;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.Rollout.Outcomes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One rollback after the other, ring by ring, until all were tried or too many failed. Used by one call. */
final class RollbackInRings {

    private static final Set<Reason> NOTHING_DONE = Set.of(Reason.NOTHING_TO_ROLL_BACK, Reason.NOT_INSTALLED);

    private static final Outcomes NONE = new Outcomes(0, 0);

    private final NamedPlan plan;
    private final Function<Install, ChangeReport> rollback;
    private final FleetRollback.Turns turns;
    private final Consumer<Answer> told;

    // What follows is guarded by this object.
    private final List<Answer> answers = new ArrayList<>();
    private Outcomes all = NONE;
    private Outcomes ofRing = NONE;
    private Optional<String> halted = Optional.empty();

    RollbackInRings(
            NamedPlan plan,
            Function<Install, ChangeReport> rollback,
            FleetRollback.Turns turns,
            Consumer<Answer> told) {
        this.plan = plan;
        this.rollback = rollback;
        this.turns = turns;
        this.told = told;
    }

    /**
     * Takes back each as it was seen: what somebody has changed since is left alone.
     *
     * @param seen what is affected, by its key
     * @param affected their labels
     */
    FleetRollback run(Map<InstallKey, Install> seen, Map<InstallKey, Labels> affected) {
        Map<InstallKey, Integer> rings = plan.plan().assigned(plan.name(), affected);
        for (int ring = 0; ring < plan.plan().rings().size() && halted().isEmpty(); ring++) {
            int now = ring;
            List<InstallKey> members = rings.entrySet().stream()
                    .filter(entry -> entry.getValue() == now)
                    .map(Map.Entry::getKey)
                    .sorted(Comparator.comparing(InstallKey::toString))
                    .toList();
            turns.each(members, plan.plan().atOnce(), key -> one(seen.get(key), now));
            ringIsOver();
        }
        List<Answer> tried = answers();
        return new FleetRollback(tried, affected.size() - tried.size(), halted());
    }

    /** Those that have begun end; after a halt nobody begins. */
    private void one(@Nullable Install seen, int ring) {
        if (seen == null || halted().isPresent()) {
            return;
        }
        Answer answer = new Answer(seen.key(), ring, result(seen));
        count(answer);
        told.accept(answer);
    }

    private synchronized void count(Answer answer) {
        answers.add(answer);
        if (answer.counts()) {
            int failed = answer.isFailure() ? 1 : 0;
            all = new Outcomes(all.ended() + 1, all.failed() + failed);
            ofRing = new Outcomes(ofRing.ended() + 1, ofRing.failed() + failed);
        }
        halt(all, false);
    }

    private synchronized void ringIsOver() {
        halt(ofRing, true);
        ofRing = NONE;
    }

    private Result result(Install seen) {
        try {
            return new FleetRollback.RolledBack(rollback.apply(seen));
        } catch (HoldfastException e) {
            boolean nothingWasDone = e instanceof TransientException || NOTHING_DONE.contains(e.reason());
            return new FleetRollback.Failed(e.reason(), String.valueOf(e.getMessage()), nothingWasDone);
        }
    }

    private void halt(Outcomes so, boolean isRingOver) {
        for (HaltRule rule : plan.plan().halts()) {
            if (rule.isMet(so.ended(), so.failed(), isRingOver)) {
                halted = halted.or(() -> Optional.of(so.failed() + " of " + so.ended() + " failed, and plan '"
                        + plan.name() + "' halts at " + rule));
            }
        }
    }

    private synchronized Optional<String> halted() {
        return halted;
    }

    private synchronized List<Answer> answers() {
        return answers.stream()
                .sorted(Comparator.comparingInt(Answer::ring)
                        .thenComparing(answer -> answer.key().toString()))
                .toList();
    }
}
