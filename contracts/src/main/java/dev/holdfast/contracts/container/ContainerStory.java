package dev.holdfast.contracts.container;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.container.ContainerKey;
import dev.holdfast.spi.container.ContainerSighting;
import dev.holdfast.spi.container.ContainerState;
import dev.holdfast.spi.container.IndexedContainer;
import dev.holdfast.spi.container.Workload;
import dev.holdfast.spi.container.WorkloadCatalog;
import dev.holdfast.spi.container.WorkloadId;
import dev.holdfast.spi.store.Page;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One engine, one index, one catalog, and what tests say of them. */
final class ContainerStory {

    static final Duration GRACE = Duration.ofSeconds(10);

    final MutableClock clock;
    final ContainerIndex index;
    final ScriptedRuntime engine = ScriptedRuntime.on("node-1");
    final List<HoldfastEvent> events = new CopyOnWriteArrayList<>();
    private final List<Workload> workloads = new CopyOnWriteArrayList<>();
    private final Set<String> hostKinds = new HashSet<>();

    @Nullable private HoldfastException catalogFailure;

    ContainerStory(MutableClock clock, ContainerIndex index) {
        this.clock = clock;
        this.index = index;
    }

    ContainerReconciler.Builder builder() {
        return builder(index);
    }

    ContainerReconciler.Builder builder(ContainerIndex through) {
        return ContainerReconciler.builder()
                .runtime(engine)
                .index(through)
                .catalog(catalog())
                .grace(GRACE)
                .listener(events::add);
    }

    private WorkloadCatalog catalog() {
        return new WorkloadCatalog() {
            @Override
            public List<Workload> workloads() {
                if (catalogFailure != null) {
                    throw catalogFailure;
                }
                return List.copyOf(workloads);
            }

            @Override
            public Set<String> hostOwnedKinds() {
                return Set.copyOf(hostKinds);
            }
        };
    }

    void catalogFails(@Nullable HoldfastException failure) {
        catalogFailure = failure;
    }

    void know(Workload... more) {
        workloads.addAll(List.of(more));
    }

    void knowNothing() {
        workloads.clear();
    }

    void hostOwns(String kind) {
        hostKinds.add(kind);
    }

    /** Starts a container that claims workload {@code shop} by its id and plays a role. */
    void start(String id, String role) {
        engine.put(labelled(id, "shop", role));
    }

    static ContainerSighting labelled(String id, String workload, String role) {
        return ContainerSighting.running(id, "name-" + id, "acme/web:1")
                .label("dev.holdfast.workload", workload)
                .label("dev.holdfast.role", role);
    }

    static ContainerSighting composed(String id, String project, String service, int number) {
        return ContainerSighting.running(id, project + "-" + service + "-" + number, "acme/" + service)
                .label("com.docker.compose.project", project)
                .label("com.docker.compose.service", service)
                .label("com.docker.compose.container-number", Integer.toString(number));
    }

    static ContainerKey key(String workload, String role, String replica) {
        return new ContainerKey("node-1", WorkloadId.of(workload), role, replica);
    }

    void waitForGrace() {
        clock.advance(GRACE.plusSeconds(1));
    }

    List<IndexedContainer> rows() {
        return index.read("node-1").rows();
    }

    /** Returns the rows as {@code workload/role/replica -> containerId STATE}. */
    Map<String, String> table() {
        Map<String, String> table = new TreeMap<>();
        for (IndexedContainer row : rows()) {
            String key = row.key().toString().substring("node-1/".length());
            table.put(key, row.facts().containerId() + " " + row.facts().state());
        }
        return table;
    }

    Optional<IndexedContainer> row(String containerId) {
        return index
                .list(ContainerIndex.ContainerQuery.container("node-1", containerId), Page.Request.first(2))
                .items()
                .stream()
                .findFirst();
    }

    ContainerState state(String containerId) {
        return row(containerId).orElseThrow().facts().state();
    }

    <T extends HoldfastEvent> List<T> heard(Class<T> type) {
        List<T> heard = new ArrayList<>();
        events.stream().filter(type::isInstance).map(type::cast).forEach((Consumer<T>) heard::add);
        return heard;
    }
}
