package dev.holdfast;

import dev.holdfast.spi.DeliveryTarget;
import dev.holdfast.spi.HealthProbe;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.SourceResolver;
import dev.holdfast.spi.TrackingStore;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.WorkspaceReloader;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a {@link Holdfast.Builder} was told so far. */
final class Settings {

    final List<SourceResolver> resolvers = new ArrayList<>();
    final List<DeliveryTarget> targets = new ArrayList<>();
    final List<HoldfastListener> listeners = new ArrayList<>();

    @Nullable TrackingStore store;

    @Nullable WorkspaceReloader reloader;

    @Nullable ReloadRule reloadRule;

    @Nullable HealthProbe probe;

    @Nullable ImageWatcher images;

    Probation probation = Probation.standard();
    Automation automation = Automation.standard();
    Concurrency sweeping = Concurrency.standard();
    BundleLimits limits = BundleLimits.standard();
    Timings timings = Timings.standard();
    Predicate<Source> allowed = source -> true;
    Clock clock = Clock.systemUTC();
    String node = "node-" + UUID.randomUUID();
    int keepReleases = 3;
    Adoption adoption = Adoption.REFUSE;

    Settings() {}

    /** Checks all of it. */
    Engine engine() {
        if (store == null || resolvers.isEmpty() || targets.isEmpty()) {
            throw PermanentException.invalid(
                    "set-up",
                    "store: " + (store != null) + ", resolvers: " + resolvers.size() + ", targets: " + targets.size(),
                    "give a store, at least one resolver and at least one target");
        }
        if (keepReleases < 1) {
            throw PermanentException.invalid("keepReleases", Integer.toString(keepReleases), "keep at least 1");
        }
        WorkspaceId.of(node);
        return new Engine(
                store,
                new Resolvers(resolvers),
                new Targets(targets),
                AtomicInstaller.withLimits(limits).adopting(adoption),
                new Engine.Hooks(
                        Optional.ofNullable(reloader),
                        Optional.ofNullable(reloadRule),
                        Optional.ofNullable(probe),
                        probation,
                        Optional.ofNullable(images)),
                new Events(listeners),
                new Engine.Rules(node, clock, timings, keepReleases, allowed, automation, sweeping),
                new Workers());
    }
}
