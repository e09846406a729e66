package dev.holdfast.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.docker.DockerClients;
import dev.holdfast.delivery.docker.RefreshStory;
import dev.holdfast.delivery.docker.RegistryServer;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Three processes watch one image over PostgreSQL, and whichever comes first to a step is killed there. */
@Tag("kill")
@Timeout(180)
@Needs({Facility.DOCKER, Facility.BUSYBOX, Facility.REGISTRY})
final class ThreeNodesIT {

    private static DockerClient client;
    private static RegistryServer registry;

    @TempDir
    private Path scratch;

    private RefreshStory story;
    private final List<RecreateNode> nodes = new ArrayList<>();

    @BeforeAll
    static void connect() {
        client = DockerClients.connect();
        registry = RegistryServer.secured();
    }

    @AfterAll
    static void disconnect() throws IOException {
        registry.close();
        client.close();
    }

    @AfterEach
    void endStory() {
        nodes.forEach(RecreateNode::close);
        story.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"before stop", "before start", "before recording the end"})
    void oneIsKilledInTheMiddleAndTheOthersMakeItOneRefresh(String step) throws Exception {
        story = new RefreshStory(client, registry);
        ImageDigest one = story.push("ENV FROM_IMAGE=one");
        story.start(command -> {});
        ImageDigest two = story.push("ENV FROM_IMAGE=two");
        String schema = story.name().replace('-', '_');
        JdbcTrackingStore store = EndToEndDatabase.store(schema, Clock.systemUTC());
        RecreatePlace place =
                new RecreatePlace(EndToEndDatabase.url(), schema, story.image().toString());

        try (RunningSampler sampler = new RunningSampler(story)) {
            for (String name : List.of("a", "b", "c")) {
                nodes.add(RecreateNode.start(
                        place,
                        name,
                        scratch,
                        step,
                        "kill",
                        scratch.resolve("died").toString()));
            }
            awaitApplied(store);
            Files.createFile(scratch.resolve("over"));
            assertThat(statuses()).containsExactlyInAnyOrder(KillVictim.KILLED, 3, 3);
            assertThat(sampler.most()).isEqualTo(1);
        }

        assertThat(scratch.resolve("died")).hasContent(step);
        assertThat(story.runningNames()).containsExactly(story.name());
        assertThat(story.containers()).hasSize(1);
        assertThat(story.runningDigests()).contains(two.value());
        assertThat(updates(store))
                .singleElement()
                .returns(one.value(), update -> update.from().value())
                .returns(two.value(), update -> update.to().value());
        assertThat(store.audit().list(Page.Request.first(10)).items())
                .filteredOn(entry -> !entry.action().equals("update-queued"))
                .singleElement()
                .returns("refresh", AuditEntry::action)
                .returns("succeeded", AuditEntry::outcome);
    }

    private static void awaitApplied(JdbcTrackingStore store) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (updates(store).stream().noneMatch(update -> update.status() == UpdateStatus.APPLIED)
                && System.nanoTime() < until) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static List<Update> updates(JdbcTrackingStore store) {
        return store.updates()
                .list(new UpdateQuery(Set.of(), Optional.empty(), Optional.empty()), Page.Request.first(10))
                .items();
    }

    private List<Integer> statuses() throws InterruptedException {
        List<Integer> statuses = new ArrayList<>();
        for (RecreateNode node : nodes) {
            statuses.add(node.status());
        }
        return statuses;
    }
}
