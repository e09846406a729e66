package dev.holdfast;

import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.fleet.Quarantines;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.inspection.InspectionSchedule;
import dev.holdfast.internal.Durations;
import dev.holdfast.internal.Events;
import dev.holdfast.internal.Resolvers;
import dev.holdfast.internal.RolloutNews;
import dev.holdfast.internal.Targets;
import dev.holdfast.internal.Workers;
import dev.holdfast.release.Adoption;
import dev.holdfast.release.AtomicInstaller;
import dev.holdfast.release.BundleLimits;
import dev.holdfast.release.ReaderHolds;
import dev.holdfast.release.Reuse;
import dev.holdfast.spi.HealthProbe;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.WorkspaceReloader;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.trust.Admission;
import dev.holdfast.trust.Trust;
import dev.holdfast.trust.TrustPolicy;
import dev.holdfast.webhook.Webhook;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a {@link HoldfastBuilder} was told so far. */
final class Settings {

    final List<SourceResolver> resolvers = new ArrayList<>();
    final List<DeliveryTarget> targets = new ArrayList<>();
    final List<HoldfastListener> listeners = new ArrayList<>();
    final List<Webhook> webhooks = new ArrayList<>();

    @Nullable TrackingStore store;

    @Nullable WorkspaceReloader reloader;

    @Nullable ReloadRule reloadRule;

    @Nullable HealthProbe probe;

    @Nullable ImageUpdates images;

    ImageWatcher.@Nullable Builder watcher;

    ContainerReconciler.@Nullable Builder reconciler;

    Probation probation = Probation.standard();
    Optional<UnhealthyInstall> unhealthyInstall = Optional.empty();
    Automation automation = Automation.standard();
    Concurrency sweeping = Concurrency.standard();
    BundleLimits limits = BundleLimits.standard();
    Timings timings = Timings.standard();
    Predicate<Source> allowed = source -> true;
    Clock clock = Clock.systemUTC();
    Optional<String> node = Optional.empty();
    Optional<Set<BackgroundLoop>> loops = Optional.empty();
    int keepReleases = 3;
    Optional<Duration> keepFor = Optional.empty();
    Duration retention = Duration.ofDays(400);
    Optional<Executor> executor = Optional.empty();
    Optional<Tracing> tracing = Optional.empty();
    Adoption adoption = Adoption.REFUSE;
    List<String> verifyIgnores = List.of();
    ReaderHolds readerHolds = ReaderHolds.standard();
    Reuse reuse = Reuse.off();
    InspectionSchedule inspection = InspectionSchedule.standard();
    TrustPolicy trust = TrustPolicy.of();

    @Nullable Admission admission;

    Settings() {}

    private Set<BackgroundLoop> running() {
        Set<BackgroundLoop> chosen = EnumSet.noneOf(BackgroundLoop.class);
        chosen.addAll(loops.orElse(Set.of(BackgroundLoop.values())));
        if (resolvers.isEmpty() && chosen.remove(BackgroundLoop.SWEEP) && loops.isPresent()) {
            throw PermanentException.invalid(
                    "loops", "SWEEP without a resolver", "give a resolver, or choose loops without SWEEP");
        }
        if (webhooks.isEmpty()) {
            chosen.remove(BackgroundLoop.WEBHOOK);
        }
        return chosen;
    }

    /** Two hosts of one builder are two nodes, unless their name was given. */
    String node() {
        String name = node.orElseGet(() -> "node-" + UUID.randomUUID());
        WorkspaceId.of(name);
        return name;
    }

    /** Checks what runs beside the engine, and lets it share what was given here. */
    Attached attached(String name) {
        if (watcher != null) {
            watcher.node(name).clock(clock);
            if (store != null) {
                watcher.fleet(store.fleet());
            }
            listeners.forEach(watcher::listener);
            executor.ifPresent(watcher::executor);
            tracing.ifPresent(watcher::tracing);
        }
        StartedContainers started = new StartedContainers();
        if (reconciler != null) {
            reconciler.clock(clock).listener(started);
            listeners.forEach(reconciler::listener);
            executor.ifPresent(reconciler::executor);
        }
        return new Attached(
                Optional.ofNullable(watcher).map(ImageWatcher.Builder::build),
                Optional.ofNullable(reconciler).map(ContainerReconciler.Builder::build),
                started);
    }

    /** Checks all of it. */
    Engine engine(String name, Attached attached) {
        if (store == null || targets.isEmpty()) {
            throw PermanentException.invalid(
                    "set-up",
                    "store: " + (store != null) + ", targets: " + targets.size(),
                    "give a store and at least one target");
        }
        if (keepReleases < 1) {
            throw PermanentException.invalid("keepReleases", Integer.toString(keepReleases), "keep at least 1");
        }
        keepFor.ifPresent(longest -> Durations.positive("keepFor", longest));
        timings.agree();
        Durations.atLeast(
                "retention", retention, "grace", timings.grace(), "releases are kept for it by their history");
        if (probe != null) {
            Durations.atLeast(
                    "lease",
                    timings.lease(),
                    "2 x probation.every",
                    probation.every().multipliedBy(2),
                    "it is extended after each look");
        }
        Events events = new Events(listeners);
        Resolvers known = new Resolvers(resolvers);
        return new Engine(
                store,
                known,
                new Targets(targets),
                AtomicInstaller.withLimits(limits)
                        .adopting(adoption)
                        .ignoring(verifyIgnores)
                        .holding(readerHolds)
                        .reusing(reuse),
                new Engine.Hooks(
                        Optional.ofNullable(reloader),
                        Optional.ofNullable(reloadRule),
                        Optional.ofNullable(probe),
                        probation,
                        unhealthyInstall,
                        attached.images().<ImageUpdates>map(own -> own).or(() -> Optional.ofNullable(images)),
                        webhooks),
                events,
                new Quarantines(store.fleet(), events::tell),
                new Trust(
                        new Trust.Rules(trust, Optional.ofNullable(admission), limits.entries(), limits.totalBytes()),
                        known,
                        store.trust(),
                        store.audit(),
                        clock),
                new RolloutNews(events),
                new Engine.Rules(
                        name,
                        clock,
                        timings,
                        keepReleases,
                        keepFor,
                        allowed,
                        automation,
                        sweeping,
                        running(),
                        retention,
                        inspection),
                Workers.on(executor, tracing));
    }
}
