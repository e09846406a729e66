package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Quarantine.Content;
import dev.holdfast.spi.fleet.Quarantine.Declaration;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.fleet.RolloutStore.Decision;
import dev.holdfast.spi.fleet.RolloutStore.NewRollout;
import dev.holdfast.spi.fleet.RolloutStore.Which;
import dev.holdfast.spi.store.OperationHistory.Pruning;
import dev.holdfast.spi.store.Page;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is forgotten of quarantines and rollouts, after the time for which history is kept. */
public abstract class FleetPruningContract extends TrackingStoreContractFixture {

    /** For subclasses. */
    protected FleetPruningContract() {}

    private static final Page.Request ALL = Page.Request.first(100);
    private static final Duration KEPT = Duration.ofDays(400);

    private Rollout stopped(Optional<TrackedRef> track, char revision) {
        Rollout.Goal goal =
                new Rollout.Goal(Source.parse("scripted://greeter"), track, revision(revision), Optional.empty());
        NamedPlan plan = new NamedPlan("careful", RolloutPlan.parse("ring rest"));
        Rollout begun = store.fleet().rollouts().begin(NewRollout.of(plan, goal, "tester"));
        return store.fleet()
                .rollouts()
                .decide(begun.id(), Decision.STOP, "tester", "enough")
                .orElseThrow();
    }

    private long prune() {
        return Pruning.first(KEPT, 3, 1000).allIn(store.history());
    }

    @Test
    void anOldRolloutGoesUnlessAPolicyWouldBeginItOnceMore() {
        Optional<TrackedRef> followed = Optional.of(TrackedRef.latestTag());
        stopped(Optional.empty(), 'b');
        stopped(followed, 'c');
        Rollout newest = stopped(followed, 'd');
        clock.advance(KEPT.plusDays(1));
        Rollout young = stopped(Optional.empty(), 'e');

        prune();

        assertThat(store.fleet().rollouts().list(Which.ALL, ALL).items()).containsExactly(young, newest);
    }

    @Test
    void aQuarantineGoesALongTimeAfterItsEnd() {
        Quarantine ended = store.fleet()
                .quarantines()
                .declare(Declaration.of(Content.revision(revision('b')), "broken", "tester"));
        Quarantine inForce = store.fleet()
                .quarantines()
                .declare(Declaration.of(Content.revision(revision('c')), "broken", "tester"));
        clock.advance(KEPT);
        store.fleet().quarantines().lift(ended.id(), "tester", "");
        clock.advance(KEPT);
        prune();
        assertThat(store.fleet().quarantines().list(ALL).items()).hasSize(2);
        clock.advance(Duration.ofDays(1));

        prune();

        assertThat(store.fleet().quarantines().list(ALL).items()).containsExactly(inForce);
    }
}
