package dev.holdfast;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.InstallStore.Place;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.OperationJournal.Closing;
import dev.holdfast.spi.OperationJournal.NewOperation;
import dev.holdfast.spi.OperationJournal.Opening;
import dev.holdfast.spi.Page;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetSession;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is no longer needed: staging left-overs, and releases beyond the last good ones that no reader can still
 * hold. It takes the destination like any operation, so nothing it sees is in flight.
 */
final class Collector {

    private static final Logger LOG = LoggerFactory.getLogger(Holdfast.class);
    private static final int REMEMBERED = 500;

    private final Engine engine;
    private int places;
    private int releases;
    private int failed;

    Collector(Engine engine) {
        this.engine = engine;
    }

    CollectReport collect() {
        Page<Place> page = engine.store().installs().places(Page.Request.first(Page.LARGEST));
        page.items().forEach(this::collect);
        while (page.next().isPresent()) {
            page = engine.store().installs().places(new Page.Request(page.next(), Page.LARGEST));
            page.items().forEach(this::collect);
        }
        return new CollectReport(places, releases, failed);
    }

    private void collect(Place place) {
        try {
            Contained.run("collecting at " + place.address(), () -> look(place));
        } catch (HoldfastException e) {
            failed++;
            LOG.atInfo()
                    .addKeyValue("workspace", place.key().workspace())
                    .addKeyValue("plugin", place.key().plugin())
                    .addKeyValue("reason", e.reason())
                    .log("nothing was collected at {}: {}", place.address(), e.getMessage());
        }
    }

    private void look(Place place) {
        List<Operation> history = history(place);
        if (history.isEmpty() || (history.get(0).kind() == Kind.COLLECT && settled(history))) {
            return;
        }
        places++;
        NewOperation wanted = NewOperation.of(Kind.COLLECT, place.key(), place.address(), "collector")
                .heldBy(engine.node(), engine.timings().lease());
        if (engine.store().journal().open(wanted) instanceof Opening.Opened opened) {
            collect(opened.operation(), history);
        } else {
            failed++;
        }
    }

    private void collect(Operation operation, List<Operation> history) {
        try (TargetSession session = engine.targets()
                .open(operation.address(), Deadline.after(engine.timings().recover()))) {
            int removed = removed(operation, history, session);
            releases += removed;
            engine.store().journal().close(operation, Closing.succeeded(removed + " releases removed"));
            engine.events().tell(new HoldfastEvent.Collected(operation.key(), removed));
        } catch (RuntimeException e) {
            engine.store().journal().close(operation, Closing.failed(String.valueOf(e.getMessage())));
            throw e;
        }
    }

    private int removed(Operation operation, List<Operation> history, TargetSession session) {
        AtomicInstaller installer = engine.installer();
        InstallKey key = operation.key();
        Optional<Install> install = engine.store()
                .installs()
                .find(key)
                .filter(found -> found.address().equals(operation.address()));
        Set<Stamp> keep = keep(key, history, install, operation.openedAt());
        int removed = installer
                .collect(session, key.plugin(), operation.epoch(), keep, recent(history, operation.openedAt()))
                .size();
        boolean readersGone = history.stream()
                .filter(row -> row.kind() != Kind.COLLECT)
                .allMatch(row -> row.openedAt()
                        .isBefore(operation.openedAt().minus(engine.timings().grace())));
        if (install.isEmpty() && keep.isEmpty() && readersGone) {
            installer.purge(session, key.plugin(), operation.epoch());
        }
        return removed;
    }

    /** Newest first: a release is good if an operation made it live; it was read until the next one did. */
    private Set<Stamp> keep(InstallKey key, List<Operation> history, Optional<Install> install, Instant now) {
        Set<Revision> bad = engine.store().updates().bad(key);
        Set<Stamp> keep = new HashSet<>();
        Set<Stamp> good = new HashSet<>();
        Instant replaced = now;
        for (Operation row : history) {
            if (row.kind() == Kind.COLLECT || !row.outcome().equals(Optional.of(Outcome.SUCCEEDED))) {
                continue;
            }
            Instant readUntil = replaced;
            row.goal()
                    .filter(goal -> readUntil.isAfter(now.minus(engine.timings().grace())))
                    .map(Goal::stamp)
                    .ifPresent(keep::add);
            row.goal()
                    .filter(goal -> install.isPresent() && !bad.contains(goal.revision()))
                    .filter(goal -> good.size() < engine.rules().keepReleases())
                    .map(Goal::stamp)
                    .ifPresent(good::add);
            replaced = row.openedAt();
        }
        keep.addAll(good);
        return keep;
    }

    private Set<Stamp> recent(List<Operation> history, Instant now) {
        return history.stream()
                .filter(row -> row.openedAt().isAfter(now.minus(engine.timings().grace())))
                .flatMap(row -> row.goal().stream())
                .map(Goal::stamp)
                .collect(Collectors.toSet());
    }

    private List<Operation> history(Place place) {
        return engine.store().journal().history(place.key(), REMEMBERED).stream()
                .filter(row ->
                        row.address().equals(place.address()) && row.outcome().isPresent())
                .toList();
    }

    /** The newest collection came when nothing was left that only its readers still held. */
    private boolean settled(List<Operation> history) {
        Instant collected = history.get(0).openedAt();
        return history.get(0).outcome().equals(Optional.of(Outcome.SUCCEEDED))
                && history.stream()
                        .filter(row -> row.kind() != Kind.COLLECT)
                        .allMatch(row -> row.openedAt()
                                .isBefore(collected.minus(engine.timings().grace())));
    }
}
