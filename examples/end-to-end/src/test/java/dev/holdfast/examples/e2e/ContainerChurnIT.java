package dev.holdfast.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.contracts.needs.Sample;
import dev.holdfast.delivery.docker.DockerClients;
import dev.holdfast.delivery.docker.DockerRuntime;
import dev.holdfast.delivery.docker.FaultyEngine;
import dev.holdfast.delivery.docker.FaultyEngine.Faults;
import dev.holdfast.delivery.docker.OwnEngine;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.container.ContainerState;
import dev.holdfast.spi.container.IndexedContainer;
import dev.holdfast.spi.container.Workload;
import dev.holdfast.spi.container.WorkloadCatalog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The index over PostgreSQL of a real engine whose containers come and go, seen through a socket that resets
 * connections, cuts answers short and stalls: afterwards it equals the engine, and nothing that existed was ever called
 * missing.
 */
@Needs({Facility.DOCKER, Facility.BUSYBOX})
@ExtendWith(Sample.Given.class)
final class ContainerChurnIT {

    /** About one in twelve pieces of what the engine says is harmed; a listing of fifty containers has ten of them. */
    private static final Faults HARM = new Faults(30, 30, 20, Duration.ofSeconds(4));

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of a sample, with time for both before and after. */
    private static final int FEWEST = 80;

    private final String run = UUID.randomUUID().toString().substring(0, 8);

    @Test
    @Timeout(180)
    void aFewContainersChurnedThroughABadConnection() throws Exception {
        try (DockerClient engine = DockerClients.connect()) {
            churned(engine, Path.of("/var/run/docker.sock"), 24, () -> {});
        }
    }

    @Test
    @Tag("churn")
    @Timeout(900)
    @Needs(Facility.DOCKERD)
    void twoHundredContainersChurnedThroughABadConnectionWhileTheEngineIsStoppedAndKilled(Sample sample)
            throws Exception {
        Path directory = Files.createTempDirectory("hf");
        try (OwnEngine own = OwnEngine.start(directory, false);
                DockerClient engine = own.connect()) {
            churned(engine, own.socket(), Math.max(FEWEST, sample.of(200)), () -> {
                own.restart();
                own.crash();
            });
        } finally {
            OwnEngine.remove(directory);
        }
    }

    private void churned(DockerClient engine, Path socket, int containers, Runnable halfWay) throws Exception {
        ContainerIndex index =
                EndToEndDatabase.store("churn_" + run, Clock.systemUTC()).containers();
        ContainerChurn churn = new ContainerChurn(engine, run, 17);
        long begun = System.nanoTime();
        try (FaultyEngine between = FaultyEngine.before(socket, 17);
                DockerClient client = DockerClients.connect(between.uri());
                ContainerReconciler reconciler = reconciler(client, index, churn)) {
            between.faults(HARM);
            reconciler.start();
            churn.churn(containers, halfWay);
            between.faults(Faults.NONE);
            awaitEqual(engine, index);

            System.out.println(churn.log(between.done(), Duration.ofNanos(System.nanoTime() - begun)));
            assertThat(between.harm()).as("harm that was done").isGreaterThan(containers / 8);
        } finally {
            churn.sweep();
        }
        assertThat(churn.falselyMissing()).isEmpty();
        assertThat(churn.missing()).as("what is gone was noticed").isNotEmpty();
        assertThat(churn.made()).isEqualTo(containers);
    }

    private static ContainerReconciler reconciler(DockerClient client, ContainerIndex index, ContainerChurn churn) {
        return ContainerReconciler.builder()
                .runtime(DockerRuntime.over(client, "node-1"))
                .index(index)
                .catalog(new WorkloadCatalog() {
                    @Override
                    public List<Workload> workloads() {
                        return List.of(Workload.of(ContainerChurn.WORKLOAD, "stack"));
                    }

                    @Override
                    public Set<String> hostOwnedKinds() {
                        return Set.of();
                    }
                })
                .interval(Duration.ofSeconds(1))
                .grace(Duration.ofMillis(300))
                .patience(Duration.ofSeconds(3))
                .listener(churn::hear)
                .build();
    }

    /** Waits until the rows say what the engine says; shows the difference if they never do. */
    private static void awaitEqual(DockerClient engine, ContainerIndex index) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!indexed(index).equals(listed(engine)) && System.nanoTime() < until) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        assertThat(indexed(index)).isEqualTo(listed(engine));
    }

    private static Map<String, String> listed(DockerClient engine) {
        Map<String, String> all = new TreeMap<>();
        for (Container container : engine.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of("dev.holdfast.workload", ContainerChurn.WORKLOAD))
                .exec()) {
            all.put(container.getId(), container.getState().equals("running") ? "runs" : "ended");
        }
        return all;
    }

    private static Map<String, String> indexed(ContainerIndex index) {
        Map<String, String> all = new TreeMap<>();
        for (IndexedContainer row : index.read("node-1").rows()) {
            if (!row.missing()) {
                all.put(row.facts().containerId(), row.facts().state() == ContainerState.RUNNING ? "runs" : "ended");
            }
        }
        return all;
    }
}
