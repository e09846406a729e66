package dev.holdfast.contracts.kill;

import dev.holdfast.Holdfast;
import dev.holdfast.Probation;
import dev.holdfast.Timings;
import dev.holdfast.release.Reuse;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceReloader;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.store.TrackingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** What the process that dies and the one that recovers have in common. */
public final class KillPlace {

    /** Good releases that stay on the target. */
    static final int KEPT = 2;

    private static final Probation BRIEF = new Probation(1, Duration.ofSeconds(1), Duration.ofSeconds(1));

    private final DeliveryTarget target;
    private final TargetAddress address;
    private final TrackingStore store;
    private final Clock clock;
    private final Path reloads;
    private final UnaryOperator<DeliveryTarget> mutation;

    /**
     * Names the parts.
     *
     * @param target where the plugin goes
     * @param address an address that nothing else uses
     * @param store what both processes see
     * @param clock what leases are measured by, in the store too
     * @param reloads a file to which a line is added for each reload
     */
    public KillPlace(DeliveryTarget target, TargetAddress address, TrackingStore store, Clock clock, Path reloads) {
        this(target, address, store, clock, reloads, UnaryOperator.identity());
    }

    private KillPlace(
            DeliveryTarget target,
            TargetAddress address,
            TrackingStore store,
            Clock clock,
            Path reloads,
            UnaryOperator<DeliveryTarget> mutation) {
        this.target = target;
        this.address = address;
        this.store = store;
        this.clock = clock;
        this.reloads = reloads;
        this.mutation = mutation;
    }

    /** Returns the same with an engine that goes wrong: what it asks of its target passes through {@code wrong}. */
    KillPlace mutated(UnaryOperator<DeliveryTarget> wrong) {
        return new KillPlace(target, address, store, clock, reloads, wrong);
    }

    DeliveryTarget target() {
        return target;
    }

    TargetAddress address() {
        return address;
    }

    TrackingStore store() {
        return store;
    }

    Path reloads() {
        return reloads;
    }

    Holdfast node(String name, KillVersions versions, Failpoints points) {
        WorkspaceReloader reloader = (workspace, change, deadline) -> reloaded(change.operation());
        return Holdfast.builder()
                .node(name)
                .clock(clock)
                .store(points.around(store))
                .resolver(points.around(versions.resolver()))
                .target(mutation.apply(points.around(target)))
                .reloader(points.around(reloader))
                .healthProbe((workspace, change, deadline) -> versions.health(change.to()), BRIEF)
                .reuse(Reuse.listed().atLeast(0))
                .keepReleases(KEPT)
                .timings(Timings.standard().operation(Duration.ofMinutes(1)))
                .build();
    }

    private void reloaded(long operation) {
        try {
            Files.writeString(reloads, operation + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
