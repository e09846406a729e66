package dev.holdfast;

import dev.holdfast.Tracing.Step;
import dev.holdfast.fleet.Quarantines;
import dev.holdfast.inspection.InspectionSchedule;
import dev.holdfast.inspection.Inspections;
import dev.holdfast.internal.Events;
import dev.holdfast.internal.Resolvers;
import dev.holdfast.internal.RolloutNews;
import dev.holdfast.internal.Targets;
import dev.holdfast.internal.Workers;
import dev.holdfast.release.AtomicInstaller;
import dev.holdfast.spi.HealthProbe;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.WorkspaceReloader;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.trust.Trust;
import dev.holdfast.webhook.Webhook;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The host's parts and settings, checked once by the builder and then handed to everything inside. */
record Engine(
        TrackingStore store,
        Resolvers resolvers,
        Targets targets,
        AtomicInstaller installer,
        Hooks hooks,
        Events events,
        Quarantines quarantines,
        Trust trust,
        RolloutNews news,
        Rules rules,
        Workers workers) {

    /** What the host does, is asked, and is told, after a change. */
    record Hooks(
            Optional<WorkspaceReloader> reloader,
            Optional<ReloadRule> reloadRule,
            Optional<HealthProbe> probe,
            Probation probation,
            Optional<UnhealthyInstall> unhealthyInstall,
            Optional<ImageUpdates> images,
            List<Webhook> webhooks) {

        /** Copies the list. */
        Hooks {
            webhooks = List.copyOf(webhooks);
        }
    }

    /** What a host may set besides its parts. */
    record Rules(
            String node,
            Clock clock,
            Timings timings,
            int keepReleases,
            Optional<Duration> keepFor,
            Predicate<Source> allowed,
            Automation automation,
            Concurrency sweeping,
            Set<BackgroundLoop> loops,
            Duration retention,
            InspectionSchedule inspection) {

        /** Copies the set. */
        Rules {
            loops = Set.copyOf(loops);
        }
    }

    /**
     * Refuses what this node has no part for; another one may have it.
     *
     * @throws dev.holdfast.spi.PermanentException with {@link dev.holdfast.spi.Reason#UNKNOWN_SCHEME} or
     *     {@link dev.holdfast.spi.Reason#UNKNOWN_TARGET}
     */
    void checkServes(Install install) {
        resolvers.upstream(install.origin().source());
        targets.serving(install.address());
    }

    /** Does work as a part of the host's trace, on this thread. */
    <T> T traced(Tracing.Kind part, Object subject, Supplier<T> work) {
        return traced(part, subject, work, result -> Optional.empty());
    }

    /**
     * As {@link #traced(Tracing.Kind, Object, Supplier)}.
     *
     * @param failure what a result says of a failure that was not thrown
     */
    <T> T traced(
            Tracing.Kind part, Object subject, Supplier<T> work, Function<T, Optional<HoldfastException>> failure) {
        return workers.traces().within(new Step(part, subject.toString()), work, failure);
    }

    /** Does work as a trace, or as a part of the caller's, that goes on when the caller is interrupted. */
    <T> T outliving(Tracing.Kind kind, InstallKey key, Supplier<T> work) {
        return workers.outliving(new Step(kind, key.toString()), work);
    }

    /** Returns the operation that is changing an install now. */
    Optional<Operation> underWay(InstallKey key) {
        return store.history()
                .newest(key)
                .filter(operation -> operation.outcome().isEmpty());
    }

    Inspections.Rules inspecting() {
        return new Inspections.Rules(
                rules.node(),
                rules.clock(),
                rules.inspection(),
                timings().operation(),
                timings().sweep());
    }

    Timings timings() {
        return rules.timings();
    }

    String node() {
        return rules.node();
    }
}
