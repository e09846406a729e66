package dev.holdfast.containers;

import dev.holdfast.Health;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.HoldfastListener;
import dev.holdfast.containers.ContainerReport.Listing;
import dev.holdfast.containers.ContainerReport.WorkloadFailure;
import dev.holdfast.internal.Contained;
import dev.holdfast.internal.Durations;
import dev.holdfast.internal.Events;
import dev.holdfast.internal.Workers;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.container.ContainerKey;
import dev.holdfast.spi.container.ContainerRuntime;
import dev.holdfast.spi.container.Workload;
import dev.holdfast.spi.container.WorkloadCatalog;
import dev.holdfast.spi.container.WorkloadId;
import dev.holdfast.spi.container.WorkloadReconciler;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the index of containers equal to what one engine runs: after any churn, crash or restart, within one look.
 *
 * <p>Nothing that exists is ever called missing. A row becomes missing only when its container is absent from two
 * complete listings, a grace apart, and nobody has written the row meanwhile; an error is never taken for absence. What
 * labels claim counts only as far as the host's catalog agrees, and never takes the row of a container that exists.
 *
 * <p>Only what an engine knows is written: rows that the host made are matched by container id and keep their keys and
 * data. A look that finds nothing new writes nothing; any other writes once, whatever the number of changes.
 *
 * <p>Safe for use by several threads. The loop that {@link #start()} starts does what {@link #reconcile()} does, so a
 * host with a scheduler of its own does the same work. Several nodes may look at one engine.
 */
public final class ContainerReconciler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ContainerReconciler.class);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final String host;
    private final Duration interval;
    private final Duration grace;
    private final Events events;
    private final Workers workers;
    private final ContainerScan look;
    private final WorkloadRound round;
    private final ContainerLoop loop;
    private final Map<String, RefusedContainer.Why> refused = new HashMap<>();
    private boolean failed;

    private ContainerReconciler(Builder settings, ContainerScan.Parts parts) {
        this.host = parts.runtime().host();
        this.interval = settings.interval;
        this.grace = settings.grace;
        this.workers = Workers.on(settings.executor, Optional.empty());
        this.events = new Events(List.copyOf(settings.listeners));
        StopRequests stops = new StopRequests();
        this.look = new ContainerScan(
                parts,
                new ContainerScan.Settings(
                        settings.labels,
                        settings.rules.orElseGet(() -> ContainerRule.standard(settings.labels)),
                        settings.patience,
                        settings.grace,
                        settings.keepMissing),
                workers,
                stops);
        this.round = new WorkloadRound(
                Optional.ofNullable(settings.reconciler), settings.workloadPatience, workers, this::tellFailures);
        this.loop = new ContainerLoop(parts.runtime(), stops, this::lookAndHandOn, interval, settings.clock);
    }

    /** Returns a builder without any parts. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts the loop: one look at once, then one whenever the engine says that something changed, and one at each
     * interval. While the engine is away it is tried again and again, with growing pauses. Starting twice does nothing.
     *
     * @throws IllegalStateException after {@link #close()}
     */
    public void start() {
        loop.start();
    }

    /** Says how the loop stands; empty before {@link #start()} and after {@link #close()}. */
    public Optional<Health.Loop> loop() {
        return loop.state();
    }

    /**
     * Stops the loop and waits a bounded time for what is under way. Runtime and index stay open. May be called twice,
     * and from any thread.
     */
    @Override
    public void close() {
        loop.close();
        workers.close();
    }

    /** Returns the time between two looks that nothing else has caused. */
    public Duration interval() {
        return interval;
    }

    /**
     * Looks once, then lets every workload's own reconciler do its work and waits for it. Calls are serialized: each
     * looks for itself.
     *
     * @return what was done; a workload whose reconciler failed is in it, and no exception
     * @throws dev.holdfast.spi.TransientException if the engine, the catalog or the index could not be asked, or did
     *     not answer in time; no row was written, or, where the index says that the outcome is unknown, true ones were
     * @throws PermanentException if they refuse to answer
     */
    public ContainerReport reconcile() {
        ContainerScan.Seen seen = look();
        List<WorkloadFailure> failures = round.run(seen.workloads().values());
        tellFailures(failures);
        return seen.report().failures(failures);
    }

    private ContainerLoop.Next lookAndHandOn(boolean all) {
        ContainerScan.Seen seen = look();
        ContainerReport report = seen.report();
        Map<WorkloadId, WorkloadRound.Work> wanted = new HashMap<>(seen.workloads());
        if (!all) {
            wanted.keySet()
                    .retainAll(report.written().stream()
                            .map(row -> row.key().workload())
                            .toList());
        }
        round.offer(wanted);
        boolean open = report.absent() > 0 || report.lost() > 0 || report.listing() == Listing.REFUSED;
        return new ContainerLoop.Next(open ? grace.plusMillis(1) : interval, report.changed());
    }

    private ContainerScan.Seen look() {
        try {
            ContainerScan.Seen seen = Contained.get("looking at the containers of " + host, look::look);
            tell(seen.report());
            return seen;
        } catch (HoldfastException e) {
            tellFailed(e);
            throw e;
        }
    }

    private void tell(ContainerReport report) {
        List<RefusedContainer> fresh = new ArrayList<>();
        synchronized (refused) {
            failed = false;
            Map<String, RefusedContainer.Why> before = new HashMap<>(refused);
            refused.clear();
            for (RefusedContainer one : report.refused()) {
                refused.put(one.containerId(), one.why());
                if (before.get(one.containerId()) != one.why()) {
                    fresh.add(one);
                }
            }
        }
        for (RefusedContainer one : fresh) {
            LOG.atWarn()
                    .addKeyValue("host", host)
                    .addKeyValue("container", one.containerId())
                    .addKeyValue("reason", one.why())
                    .log("container {} on {} is refused: {}", one.containerId(), host, one.message());
            events.tell(new HoldfastEvent.ContainerRefused(host, one));
        }
        events.tell(new HoldfastEvent.ContainersIndexed(report));
    }

    private void tellFailed(HoldfastException e) {
        boolean first;
        synchronized (refused) {
            first = !failed;
            failed = true;
        }
        if (first) {
            LOG.atWarn()
                    .addKeyValue("host", host)
                    .addKeyValue("reason", e.reason())
                    .log("the containers of {} cannot be looked at, and will be again: {}", host, e.toString());
            events.tell(new HoldfastEvent.IndexingFailed(host, e.reason(), String.valueOf(e.getMessage())));
        }
    }

    private void tellFailures(List<WorkloadFailure> failures) {
        failures.forEach(failure -> events.tell(new HoldfastEvent.WorkloadFailed(failure)));
    }

    /** Collects a host's parts and settings. Used by one thread. */
    public static final class Builder {

        private final Set<HoldfastListener> listeners = new LinkedHashSet<>();
        private Optional<Executor> executor = Optional.empty();

        @Nullable private ContainerRuntime runtime;

        @Nullable private ContainerIndex index;

        @Nullable private WorkloadCatalog catalog;

        @Nullable private WorkloadReconciler reconciler;

        private LabelKeys labels = LabelKeys.standard();
        private Optional<List<ContainerRule>> rules = Optional.empty();
        private Duration interval = Duration.ofSeconds(30);
        private Duration grace = Duration.ofSeconds(10);
        private Duration patience = Duration.ofSeconds(30);
        private Duration workloadPatience = Duration.ofSeconds(30);
        private Duration keepMissing = Duration.ofDays(7);
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** Sets the engine to look at; needed. */
        public Builder runtime(ContainerRuntime engine) {
            this.runtime = engine;
            return this;
        }

        /** Sets where the rows are kept; needed. */
        public Builder index(ContainerIndex table) {
            this.index = table;
            return this;
        }

        /** Sets who knows the workloads; needed. */
        public Builder catalog(WorkloadCatalog workloads) {
            this.catalog = workloads;
            return this;
        }

        /**
         * Sets what looks after each workload once the index is true; by default nothing does. It is set here and never
         * after the start: a host whose own part comes up later gives one that looks it up when it is called.
         */
        public Builder reconciler(WorkloadReconciler ofEach) {
            this.reconciler = ofEach;
            return this;
        }

        /**
         * As {@link #reconciler(WorkloadReconciler)}, for workloads that opted in; all others are indexed and left
         * alone. Asked anew each time, so a workload opts in or out at any time; one for which it throws is reported as
         * failed.
         */
        public Builder reconciler(WorkloadReconciler ofEach, Predicate<Workload> optedIn) {
            return reconciler((workload, containers, deadline) -> {
                if (optedIn.test(workload)) {
                    ofEach.reconcile(workload, containers, deadline);
                }
            });
        }

        /** Adds a listener; adding it twice does nothing more. */
        public Builder listener(HoldfastListener listener) {
            listeners.add(listener);
            return this;
        }

        /** Sets which labels are read; default {@link LabelKeys#standard()}. */
        public Builder labels(LabelKeys keys) {
            this.labels = keys;
            return this;
        }

        /** Sets the rules and their order; default {@link ContainerRule#standard}. */
        public Builder rules(List<ContainerRule> ordered) {
            this.rules = Optional.of(List.copyOf(ordered));
            return this;
        }

        /** Sets the time between two looks, from 1 second to 5 minutes; default 30 seconds. */
        public Builder interval(Duration between) {
            this.interval = between;
            return this;
        }

        /** Sets how long a container must be absent before its row says so; default 10 seconds. */
        public Builder grace(Duration absence) {
            this.grace = absence;
            return this;
        }

        /**
         * Sets how long one look may take, the asking of index and catalog included; default 30 seconds. Waiting for
         * another look, and writing what was found, have the same time each.
         */
        public Builder patience(Duration longest) {
            this.patience = longest;
            return this;
        }

        /** Sets how long one workload's own reconciler may take; default 30 seconds. */
        public Builder workloadPatience(Duration longest) {
            this.workloadPatience = longest;
            return this;
        }

        /** Sets how long rows that the host has not made are kept after their containers are gone; default 7 days. */
        public Builder keepMissing(Duration longest) {
            this.keepMissing = longest;
            return this;
        }

        /** Sets the clock by which {@link ContainerReconciler#loop()} says when the loop ran; default the system's. */
        public Builder clock(Clock time) {
            this.clock = time;
            return this;
        }

        /** Sets what asks engine and catalog and runs reconcilers; as {@link dev.holdfast.HoldfastBuilder#executor}. */
        public Builder executor(Executor threads) {
            executor = Optional.of(threads);
            return this;
        }

        /**
         * Checks all of it, without I/O and without starting a thread.
         *
         * @throws PermanentException if a part is missing or a setting is out of bounds
         */
        public ContainerReconciler build() {
            if (runtime == null || index == null || catalog == null) {
                throw PermanentException.invalid(
                        "set-up",
                        "runtime: " + (runtime != null) + ", index: " + (index != null) + ", catalog: "
                                + (catalog != null),
                        "give a runtime, an index and a catalog");
            }
            // Refuses a name that no row could carry.
            ContainerKey probe = new ContainerKey(runtime.host(), WorkloadId.of("any"), "any", "any");
            Durations.positive("grace", grace);
            Durations.positive("patience", patience);
            Durations.positive("workloadPatience", workloadPatience);
            Durations.positive("keepMissing", keepMissing);
            Durations.checkedInterval("of containers on " + probe.host(), interval, LONGEST);
            return new ContainerReconciler(this, new ContainerScan.Parts(runtime, index, catalog));
        }
    }
}
