package dev.holdfast;

import dev.holdfast.internal.Backoff;
import dev.holdfast.internal.Contained;
import dev.holdfast.release.HeldReleases.Held;
import dev.holdfast.release.ReleaseCleaner;
import dev.holdfast.release.ReleaseCleaner.Cleared;
import dev.holdfast.release.ReleaseCleaner.Found;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.PlaceStore;
import dev.holdfast.spi.store.PlaceStore.Look;
import dev.holdfast.spi.store.PlaceStore.Place;
import dev.holdfast.spi.store.PlaceStore.PlaceClaim;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is no longer needed where somebody should look: staging left-overs, and releases beyond the last good
 * ones that no reader can still hold. It looks first, and takes the destination like any operation only if something
 * can go; so nothing that it removes is in flight, and a look that finds nothing leaves no trace.
 */
final class ReleaseCollector {

    private static final Logger LOG = LoggerFactory.getLogger(ReleaseCollector.class);
    private static final int BATCH = 20;
    private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
    private static final Duration LONGEST_RETRY = Duration.ofHours(6);

    private final Engine engine;
    private final PlaceStore store;
    private final List<CollectReport.Stuck> stuck = new ArrayList<>();
    private final List<ReaderHold> held = new ArrayList<>();
    private int places;
    private int releases;
    private int failed;

    ReleaseCollector(Engine engine) {
        this.engine = engine;
        this.store = engine.store().places();
    }

    /** Looks at every place that is due. */
    CollectReport collect() {
        // The last of a batch is looked at when all before it may have taken their time.
        Duration lease = engine.timings().recover().multipliedBy(BATCH + 1);
        List<PlaceClaim> due;
        do {
            due = store.claimDue(engine.node(), BATCH, lease);
            due.forEach(this::collect);
        } while (due.size() == BATCH);
        return new CollectReport(places, releases, failed, stuck, held);
    }

    private void collect(PlaceClaim claim) {
        places++;
        Place place = claim.place();
        try {
            Contained.run("collecting at " + place.address(), () -> look(claim));
        } catch (HoldfastException e) {
            failed++;
            LOG.atDebug()
                    .addKeyValue("workspace", place.key().workspace())
                    .addKeyValue("plugin", place.key().plugin())
                    .addKeyValue("reason", e.reason())
                    .log("nothing was collected at {}: {}", place.address(), e.getMessage());
            backOff(claim);
        }
    }

    /**
     * Where the store refuses that too, the claim runs out by itself; the places after it are looked at all the same.
     */
    private void backOff(PlaceClaim claim) {
        try {
            store.settle(claim, new Look.Failed(retry(claim)));
        } catch (HoldfastException e) {
            LOG.debug("the failure of {} was not noted: {}", claim.place().address(), e.getMessage());
        }
    }

    private void look(PlaceClaim claim) {
        Place place = claim.place();
        try (TargetSession session = engine.targets()
                .open(place.address(), Deadline.after(engine.timings().recover()))) {
            Optional<Install> install = install(place);
            Retention retention = retention(place, install, claim.at());
            ReleaseCleaner cleaner =
                    engine.installer().cleaner(session, place.key().plugin());
            boolean ending = install.isEmpty() && retention.readersGone();
            Found found = cleaner.find(retention.keep(), retention.recent());
            List<Held> standing = cleaner.held(found);
            if (ending ? !cleaner.any() : found.isEmpty()) {
                settled(claim, retention, ending);
                return;
            }
            if (!standing.isEmpty() && found.without(standing).isEmpty()) {
                told(claim, retention, new Cleared(List.of(), Map.of(), standing), false);
                return;
            }
            Optional<Cleared> retried = claim.trouble().isPresent() ? cleaner.removeUnmarked(found) : Optional.empty();
            if (retried.isEmpty()) {
                remove(claim, session, cleaner);
            } else if (ending && retried.get().stuck().isEmpty()) {
                releases += retried.get().releases().size();
                remove(claim, session, cleaner);
            } else {
                told(claim, retention, retried.get(), false);
            }
        }
    }

    /** Takes the destination, looks again, and removes. Whoever holds it makes the place due when they end. */
    private void remove(PlaceClaim claim, TargetSession session, ReleaseCleaner cleaner) {
        Place place = claim.place();
        NewOperation wanted = NewOperation.of(Kind.COLLECT, place.key(), place.address(), "collector")
                .heldBy(engine.node(), engine.timings().lease());
        if (!(engine.store().journal().open(wanted) instanceof Opening.Opened opened)) {
            failed++;
            store.settle(claim, new Look.Failed(FIRST_RETRY));
            return;
        }
        Operation operation = opened.operation();
        try {
            Optional<Install> install = install(place);
            Retention retention = retention(place, install, operation.openedAt());
            boolean ending = install.isEmpty() && retention.readersGone();
            Cleared cleared = new LiveOwner(engine).isAnothers(operation, session)
                    ? new Cleared(List.of(), Map.of(), List.of())
                    : cleared(operation, cleaner, retention, ending);
            engine.store().journal().close(operation, Closing.succeeded(note(cleared)));
            told(claim, retention, cleared, ending);
        } catch (RuntimeException e) {
            closed(operation, e);
            throw e;
        }
    }

    private void closed(Operation operation, RuntimeException cause) {
        try {
            engine.store().journal().close(operation, Closing.failed(String.valueOf(cause.getMessage())));
        } catch (HoldfastException e) {
            cause.addSuppressed(e);
        }
    }

    private static Cleared cleared(Operation operation, ReleaseCleaner cleaner, Retention retention, boolean ending) {
        Cleared cleared = cleaner.collect(operation.epoch(), retention.keep(), retention.recent());
        return ending && cleared.stuck().isEmpty() && cleared.held().isEmpty()
                ? new Cleared(cleared.releases(), cleaner.purge(operation.epoch()), List.of())
                : cleared;
    }

    private static String note(Cleared cleared) {
        String removed = cleared.releases().size() + " releases removed"
                + (cleared.held().isEmpty() ? "" : "; " + cleared.held().size() + " holds of readers keep others");
        return cleared.stuck().isEmpty() ? removed : removed + "; cannot be removed: " + cleared.stuck();
    }

    private void told(PlaceClaim claim, Retention retention, Cleared cleared, boolean ending) {
        Place place = claim.place();
        int removed = cleared.releases().size();
        releases += removed;
        if (removed > 0) {
            engine.events().tell(new HoldfastEvent.Collected(place.key(), removed));
        }
        cleared.held().forEach(one -> held.add(ReaderHold.of(place.key(), place.address(), one)));
        if (cleared.stuck().isEmpty()) {
            settled(claim, retention, ending, !cleared.held().isEmpty());
            return;
        }
        List<CollectReport.Stuck> here = cleared.stuck().entrySet().stream()
                .map(entry -> new CollectReport.Stuck(place.key(), place.address(), entry.getKey(), entry.getValue()))
                .toList();
        stuck.addAll(here);
        String trouble = here.get(0) + (here.size() > 1 ? ", and " + (here.size() - 1) + " more" : "");
        if (!claim.trouble().equals(Optional.of(trouble))) {
            here.forEach(one -> engine.events().tell(new HoldfastEvent.RemovalStuck(one)));
            LOG.atWarn()
                    .addKeyValue("workspace", place.key().workspace())
                    .addKeyValue("plugin", place.key().plugin())
                    .log("{}", trouble);
        }
        store.settle(claim, new Look.Stuck(trouble, retry(claim)));
    }

    private void settled(PlaceClaim claim, Retention retention, boolean ending) {
        settled(claim, retention, ending, false);
    }

    /** What a reader holds is looked at again when the hold could have run out. */
    private void settled(PlaceClaim claim, Retention retention, boolean ending, boolean isHeld) {
        Optional<Duration> due = retention.nextDue().map(next -> until(claim.at(), next));
        if (isHeld) {
            Duration lease = engine.installer().holding().lease();
            store.settle(
                    claim, clean(due.filter(next -> next.compareTo(lease) < 0).orElse(lease)));
        } else if (!ending) {
            store.settle(claim, new Look.Clean(due));
        } else if (!store.end(claim)) {
            store.settle(claim, clean(FIRST_RETRY));
        }
    }

    private static Look clean(Duration next) {
        return new Look.Clean(Optional.of(next));
    }

    /** Never a little too early: the store counts milliseconds. */
    private static Duration until(Instant now, Instant due) {
        Duration rest = Duration.between(now, due).plusMillis(1);
        return rest.isNegative() ? Duration.ofMillis(1) : rest;
    }

    private static Duration retry(PlaceClaim claim) {
        return Backoff.after(claim.failures(), FIRST_RETRY, LONGEST_RETRY);
    }

    private Optional<Install> install(Place place) {
        return engine.store()
                .installs()
                .find(place.key())
                .filter(found -> found.address().equals(place.address()));
    }

    private Retention retention(Place place, Optional<Install> install, Instant now) {
        return Retention.of(
                new Changes(engine.store().history(), place.destination()).newestFirst(),
                new Retention.Wanted(
                        install,
                        engine.store().updates().bad(place.key()),
                        engine.rules().keepReleases(),
                        engine.rules().keepFor()),
                now,
                engine.timings().grace());
    }
}
