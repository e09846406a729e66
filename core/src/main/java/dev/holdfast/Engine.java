package dev.holdfast;

import dev.holdfast.spi.TrackingStore;
import dev.holdfast.spi.WorkspaceReloader;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Predicate;

/** The host's parts and settings, checked once by the builder and then handed to everything inside. */
record Engine(
        TrackingStore store,
        Resolvers resolvers,
        Targets targets,
        AtomicInstaller installer,
        Optional<WorkspaceReloader> reloader,
        Events events,
        Rules rules,
        Workers workers) {

    /** What a host may set besides its parts. */
    record Rules(
            String node, Clock clock, Timings timings, int keepReleases, Predicate<dev.holdfast.spi.Source> allowed) {}

    Timings timings() {
        return rules.timings();
    }

    String node() {
        return rules.node();
    }
}
