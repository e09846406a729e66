package dev.holdfast.examples.onefile;

import dev.holdfast.containers.*;
import dev.holdfast.spi.container.*;
import dev.holdfast.spi.container.ContainerIndex.ContainerQuery;
import dev.holdfast.spi.store.Page;
import dev.holdfast.store.memory.InMemoryContainerIndex;
import dev.holdfast.testkit.*;
import java.time.Duration;
import java.util.*;

/** Keeps a table of containers equal to an engine, by the host's own list of workloads. */
public final class ContainerIndexing {

    private ContainerIndexing() {}

    /** Takes no arguments; engine and clock are scripted. */
    public static void main(String... args) {
        var clock = MutableClock.create();
        var engine = ScriptedRuntime.on("node-1");
        var index = InMemoryContainerIndex.create(clock);
        var builder = ContainerReconciler.builder().runtime(engine).index(index).catalog(new Shop());
        try (var containers = builder.grace(Duration.ofSeconds(10)).clock(clock).build()) {
            engine.put(container("c1", "shop", "web"));
            engine.put(container("c2", "shop", "worker"));
            engine.put(container("c3", "somebody-else", "web"));
            show("three started", containers.reconcile(), index);
            engine.exit("c2", 1);
            show("c2 has ended with code 1", containers.reconcile(), index);
            engine.remove("c2");
            show("c2 is gone", containers.reconcile(), index);
            clock.advance(Duration.ofSeconds(11));
            show("and still is after the grace", containers.reconcile(), index);
        }
    }

    private static ContainerSighting container(String id, String workload, String role) {
        var container = ContainerSighting.running(id, "name-" + id, "acme/web:1");
        return container.label("dev.holdfast.workload", workload).label("dev.holdfast.role", role);
    }

    private static void show(String what, ContainerReport report, InMemoryContainerIndex index) {
        System.out.println(what + ": " + report.written().size() + " written");
        for (var row : index.list(ContainerQuery.all(), Page.Request.first(9)).items()) {
            System.out.println("  " + row.key() + " " + row.facts().state());
        }
    }

    private record Shop() implements WorkloadCatalog {
        @Override
        public List<Workload> workloads() {
            return List.of(Workload.of("shop", "site"));
        }

        @Override
        public Set<String> hostOwnedKinds() {
            return Set.of();
        }
    }
}
