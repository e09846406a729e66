package dev.holdfast.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Volume;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.contracts.needs.Sample;
import dev.holdfast.delivery.docker.DockerClients;
import dev.holdfast.delivery.docker.RefreshStory;
import dev.holdfast.delivery.docker.RegistryServer;
import dev.holdfast.images.ImageReport;
import dev.holdfast.images.ImageReport.Outcome;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process dies at each step of replacing a container, by halting at once, and every fourth by {@code SIGKILL}. The
 * ledger is in PostgreSQL, the registry wants a password. Another process looks once, after the lease: one container
 * runs under the name, of the digest that was pushed, as its user made it, and at no time two did.
 */
@Tag("kill")
@Timeout(600)
@ExtendWith(Sample.Given.class)
@Needs({Facility.DOCKER, Facility.BUSYBOX, Facility.REGISTRY})
final class RecreateKillIT {

    /** Of a sample: neither a divisor of how often a victim is killed, nor of the steps that come in pairs. */
    private static final int STRIDE = 3;

    private static final List<String> ROWS = new ArrayList<>();
    private static boolean whole = true;
    private static DockerClient client;
    private static RegistryServer registry;

    private final MutableClock clock = MutableClock.create();
    private int version;

    @TempDir
    private Path scratch;

    private RefreshStory story;
    private RecreatePlace place;
    private JdbcTrackingStore store;
    private ImageWatcher survivor;

    @BeforeAll
    static void connect() {
        client = DockerClients.connect();
        registry = RegistryServer.secured();
    }

    @AfterAll
    static void disconnect() throws IOException {
        registry.close();
        client.close();
        if (whole) {
            writeMatrix();
        }
    }

    private static void writeMatrix() throws IOException {
        Files.writeString(Path.of("../../docs/recreate-matrix.md"), """
                # The recreate matrix

                Written by `mvn verify -Dgroups=kill`. A process that replaces a container died at each step, every fourth time
                by `SIGKILL`, otherwise by halting; then another process looked once. Every row asserts that one container runs
                under the name, of the digest that was pushed and as its user made it, that nothing is left over, that the update
                is recorded as applied once, and that the next look changes nothing.

                | container | died | by | right after it ran | after the next look runs | most at one time |
                |---|---|---|---|---|---:|
                """ + String.join("\n", ROWS) + "\n");
    }

    @AfterEach
    void endStory() {
        survivor.close();
        story.close();
    }

    @Test
    void aContainerThatIsAlwaysRestartedAndHasAVolumeWithoutAName(Sample sample) throws Exception {
        begin(command -> command.withEnv("USER_SET=yes")
                .withVolumes(new Volume("/data"))
                .withHostConfig(HostConfig.newHostConfig()
                        .withMemory(64L << 20)
                        .withRestartPolicy(RestartPolicy.alwaysRestart())));
        story.sh("echo kept > /data/file");

        diesAtEveryStep("always restarted, with a volume", "before observing", sample);

        assertThat(story.sh("cat /data/file")).isEqualTo("kept");
    }

    @Test
    void aContainerThatVanishesWhenItStops(Sample sample) throws Exception {
        begin(command -> command.withEnv("USER_SET=yes")
                .withHostConfig(HostConfig.newHostConfig().withAutoRemove(true)));

        // Up to there nothing differs from the other kind.
        diesAtEveryStep("removed when it stops", "before create last", sample);
    }

    private void begin(Consumer<CreateContainerCmd> different) {
        story = new RefreshStory(client, registry);
        push();
        story.start(different);
        String schema = story.name().replace('-', '_');
        EndToEndDatabase.store(schema, clock);
        place = new RecreatePlace(EndToEndDatabase.url(), schema, story.image().toString());
        store = place.store(clock);
        survivor = place.watcher("survivor", client, store, step -> {});
        assertThat(look().outcome()).isEqualTo(Outcome.CURRENT);
    }

    private ImageDigest push() {
        version++;
        return story.push("ENV FROM_IMAGE=" + version);
    }

    private ImageReport.Item look() {
        return survivor.check().items().get(0);
    }

    private void diesAtEveryStep(String kind, String first, Sample sample) throws Exception {
        Set<String> steps = new LinkedHashSet<>();
        push();
        try (ImageWatcher recorder = place.watcher("recorder", client, store, steps::add)) {
            assertThat(recorder.check().of(Outcome.REFRESHED)).hasSize(1);
        }
        assertThat(steps).contains("in stop", "before rename to name", "while it is watched", "before remove");
        whole &= sample.every() == 1;
        int number = 0;
        for (String step : steps.stream().dropWhile(step -> !step.equals(first)).toList()) {
            number++;
            if (sample.every() == 1 || number % STRIDE == 0) {
                ROWS.add("| " + kind + " | " + cell(step, number % 4 == 0 ? "kill" : "halt") + " |");
            }
        }
    }

    private String cell(String step, String how) throws Exception {
        ImageDigest next = push();
        String before = story.configuration();
        String old = story.containers().get(0).getId();
        Path died = scratch.resolve("died-" + version);
        try (RunningSampler sampler = new RunningSampler(story);
                RecreateNode victim = RecreateNode.start(
                        place,
                        "victim-" + version,
                        scratch,
                        step,
                        how,
                        died.toString(),
                        clock.instant().toString())) {
            assertThat(victim.status())
                    .as(victim.said())
                    .isEqualTo(how.equals("kill") ? KillVictim.KILLED : KillVictim.HALTED);
            String left = running(old);
            clock.advance(RecreatePlace.LEASE.multipliedBy(2));

            assertThat(look().outcome()).as("after " + step).isIn(Outcome.REFRESHED, Outcome.CURRENT);

            checkAfter(step, next, before);
            assertThat(sampler.most()).as("running at one time, " + step).isEqualTo(1);
            assertThat(sampler.looks()).isPositive();
            return String.join(" | ", step, how, left, running(old), Integer.toString(sampler.most()));
        }
    }

    private String running(String old) {
        List<String> ids = story.containers().stream()
                .filter(container -> container.getState().equals("running"))
                .map(container -> container.getId().equals(old) ? "the old one" : "the new one")
                .toList();
        return ids.isEmpty() ? "nothing" : String.join(" and ", ids);
    }

    private void checkAfter(String step, ImageDigest next, String before) {
        assertThat(story.runningNames()).as("running after " + step).containsExactly(story.name());
        assertThat(story.containers()).as("left after " + step).hasSize(1);
        assertThat(story.runningDigests()).contains(next.value());
        assertThat(story.configuration()).as("configuration after " + step).isEqualTo(before);
        assertThat(story.sh("echo $FROM_IMAGE")).isEqualTo(Integer.toString(version));
        List<Update> updates = store.updates()
                .list(new UpdateQuery(Set.of(), Optional.empty(), Optional.empty()), Page.Request.first(500))
                .items();
        assertThat(updates)
                .filteredOn(update -> update.to().value().equals(next.value()))
                .singleElement()
                .returns(UpdateStatus.APPLIED, Update::status);
        String made = story.containers().get(0).getId();
        assertThat(look().outcome()).as("the next look after " + step).isEqualTo(Outcome.CURRENT);
        assertThat(story.containers().get(0).getId()).isEqualTo(made);
    }
}
