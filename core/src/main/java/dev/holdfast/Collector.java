package dev.holdfast;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallStore.Place;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.OperationJournal.Closing;
import dev.holdfast.spi.OperationJournal.NewOperation;
import dev.holdfast.spi.OperationJournal.Opening;
import dev.holdfast.spi.Page;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetSession;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is no longer needed: staging left-overs, and releases beyond the last good ones that no reader can still
 * hold. It takes the destination like any operation, so nothing it sees is in flight.
 */
final class Collector {

    private static final Logger LOG = LoggerFactory.getLogger(Holdfast.class);

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
        Optional<Operation> newest = engine.store().history().newest(place.key());
        if (newest.isEmpty() || newest.get().outcome().isEmpty() || isSettled(newest.get())) {
            return;
        }
        places++;
        NewOperation wanted = NewOperation.of(Kind.COLLECT, place.key(), place.address(), "collector")
                .heldBy(engine.node(), engine.timings().lease());
        if (engine.store().journal().open(wanted) instanceof Opening.Opened opened) {
            collect(opened.operation());
        } else {
            failed++;
        }
    }

    private void collect(Operation operation) {
        try (TargetSession session = engine.targets()
                .open(operation.address(), Deadline.after(engine.timings().recover()))) {
            int removed = removed(operation, session);
            releases += removed;
            engine.store().journal().close(operation, Closing.succeeded(removed + " releases removed"));
            engine.events().tell(new HoldfastEvent.Collected(operation.key(), removed));
        } catch (RuntimeException e) {
            engine.store().journal().close(operation, Closing.failed(String.valueOf(e.getMessage())));
            throw e;
        }
    }

    private int removed(Operation operation, TargetSession session) {
        if (new LiveOwner(engine).isAnothers(operation, session)) {
            return 0;
        }
        AtomicInstaller installer = engine.installer();
        PluginName plugin = operation.key().plugin();
        Optional<Install> install = install(operation);
        Retention retention = retention(operation, install);
        Set<Stamp> keep = retention.keep();
        int removed = installer
                .collect(session, plugin, operation.epoch(), keep, retention.recent())
                .size();
        if (install.isEmpty() && keep.isEmpty() && retention.readersGone()) {
            installer.purge(session, plugin, operation.epoch());
        }
        return removed;
    }

    /** The newest operation was a collection that came when nothing was left that only its readers still held. */
    private boolean isSettled(Operation newest) {
        return newest.kind() == Kind.COLLECT
                && newest.outcome().equals(Optional.of(Outcome.SUCCEEDED))
                && retention(newest, install(newest)).nextDue().isEmpty();
    }

    private Optional<Install> install(Operation operation) {
        return engine.store()
                .installs()
                .find(operation.key())
                .filter(found -> found.address().equals(operation.address()));
    }

    private Retention retention(Operation collection, Optional<Install> install) {
        return Retention.of(
                new Changes(engine.store().history(), collection.destination()).newestFirst(),
                new Retention.Wanted(
                        install,
                        engine.store().updates().bad(collection.key()),
                        engine.rules().keepReleases()),
                collection.openedAt(),
                engine.timings().grace());
    }
}
