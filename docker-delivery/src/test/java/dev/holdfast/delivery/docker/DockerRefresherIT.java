package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Volume;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On a real engine, from a real registry that wants a password. */
@Timeout(300)
@Needs({Facility.DOCKER, Facility.BUSYBOX, Facility.REGISTRY})
final class DockerRefresherIT {

    /** One pair a line: Podman 4 takes a second for a part of the first. */
    private static final String[] ONE = {
        "ENV FROM_IMAGE=one",
        "ENV ONLY_ONE=yes",
        "LABEL image.version=one",
        "LABEL only.one=yes",
        "EXPOSE 9090",
        "WORKDIR /tmp"
    };

    private static final String[] TWO = {
        "ENV FROM_IMAGE=two", "LABEL image.version=two", "EXPOSE 9191", "WORKDIR /bin", "CMD [\"sleep\", \"200000\"]"
    };

    private static DockerClient client;
    private static RegistryServer registry;

    private DockerRefresher refresher;
    private RefreshStory story;

    @BeforeAll
    static void startRegistry() {
        client = DockerClients.connect();
        registry = RegistryServer.secured();
    }

    @AfterAll
    static void stopRegistry() throws IOException {
        registry.close();
        client.close();
    }

    @BeforeEach
    void beginStory() {
        refresher = DockerRefresher.over(client)
                .credentials(RefreshStory::credentials)
                .settle(Duration.ofMillis(100))
                .healthyWithin(Duration.ofMinutes(1));
        story = new RefreshStory(client, registry);
    }

    @AfterEach
    void endStory() {
        story.close();
    }

    /** Starts a container that is killed when it is to stop: its program would wait out any time that it is given. */
    private String start(Consumer<CreateContainerCmd> different) {
        return story.start(command -> {
            command.withStopTimeout(0);
            different.accept(command);
        });
    }

    private void refresh(ImageDigest digest) {
        refresh(refresher, digest);
    }

    private void refresh(DockerRefresher by, ImageDigest digest) {
        by.refresh(story.running(by), digest, () -> {}, RefreshStory.soon());
    }

    /** What ends does so soon; how soon, a busy machine says. */
    private HoldfastException refused(ImageDigest digest) {
        DockerRefresher patient = refresher.settle(Duration.ofMinutes(1));
        HoldfastException e = catchThrowableOfType(HoldfastException.class, () -> refresh(patient, digest));
        assertThat(e).isNotNull();
        return e;
    }

    /** Known failure: the mutable tag was pulled, nothing compared, and "recreated" meant removed by force. */
    @Test
    void whatTheUserHasSetStaysAndTheRestIsTheNewImages() throws IOException {
        story.push(ONE);
        // Podman takes no domain name, and Docker sets none where it maps users.
        boolean named = !podman() && !EngineAnswer.mapsUsers(client);
        String old = start(command -> command.withEnv("MINE=1", "FROM_IMAGE=mine")
                .withLabels(new TreeMap<>(Map.of("mine", "yes", "dev.holdfast.test.refresh", label())))
                .withDomainName(named ? "example" : "")
                .withHostConfig(HostConfig.newHostConfig()
                        .withRestartPolicy(RestartPolicy.alwaysRestart())
                        .withMemory(64L * 1024 * 1024)
                        .withCapDrop(Capability.NET_RAW)
                        .withExtraHosts("elsewhere:10.1.2.3")));
        JsonNode before = story.inspect();
        ImageDigest two = story.push(TWO);

        refresh(two);

        JsonNode after = story.inspect();
        assertThat(after.path("Id").asText()).isNotEqualTo(old);
        assertThat(story.containers()).hasSize(1);
        assertThat(story.runningNames()).containsExactly(story.name());
        assertThat(withoutWordsOfPodman(after)).isEqualTo(withoutWordsOfPodman(before));
        assertThat(after.path("Config").path("Env").toString())
                .contains("MINE=1", "FROM_IMAGE=mine")
                .doesNotContain("ONLY_ONE");
        JsonNode labels = after.path("Config").path("Labels");
        assertThat(labels.path("mine").asText()).isEqualTo("yes");
        assertThat(labels.path("image.version").asText()).isEqualTo("two");
        assertThat(labels.has("only.one")).isFalse();
        assertThat(after.path("Config").path("ExposedPorts").has("9191/tcp")).isTrue();
        assertThat(after.path("Config").path("ExposedPorts").has("9090/tcp")).isFalse();
        assertThat(after.path("Config").path("WorkingDir").asText()).isEqualTo("/bin");
        assertThat(after.path("Config").path("Cmd").toString()).contains("200000");
        assertThat(after.path("Config").path("Domainname").asText()).isEqualTo(named ? "example" : "");
        assertThat(story.running(refresher).digests()).contains(two);
    }

    /** Podman tells the ports of the image as well, bound to nothing, and notes which limits were named. */
    private static JsonNode withoutWordsOfPodman(JsonNode container) {
        ObjectNode host = container.path("HostConfig").deepCopy();
        if (host.path("Annotations") instanceof ObjectNode notes) {
            notes.remove("io.podman.annotations.pids-limit");
        }
        if (host.path("PortBindings") instanceof ObjectNode bindings) {
            bindings.properties().removeIf(binding -> binding.getValue().isNull());
        }
        return host;
    }

    private String label() {
        return story.name().substring("holdfast-refresh-".length());
    }

    @Test
    void whatIsPulledOnlyHasTheTagAndTheContainerRunsOn() {
        story.push(ONE);
        String old = start(command -> {});
        ImageDigest two = story.push(TWO);

        refresher.pull(story.running(refresher).image(), two, RefreshStory.soon());

        assertThat(story.inspect().path("Id").asText()).isEqualTo(old);
        assertThat(story.running(refresher).digests()).doesNotContain(two);
        refresh(two);
        assertThat(story.running(refresher).digests()).contains(two);
    }

    @Test
    void volumesKeepTheirContentAlsoThoseWithoutAName() {
        story.push(ONE);
        start(command -> command.withVolumes(new Volume("/nameless"))
                .withHostConfig(HostConfig.newHostConfig().withBinds(Bind.parse(story.name() + ":/named"))));
        story.sh("echo one > /nameless/f; echo two > /named/f; echo gone > /elsewhere");

        refresh(story.push(TWO));

        assertThat(story.sh("cat /nameless/f /named/f")).startsWith("one\ntwo");
        assertThat(story.sh("ls /elsewhere")).contains("No such file");
        JsonNode mounts = story.inspect().path("Mounts");
        story.close();
        removeVolumes(mounts);
    }

    @Test
    void aNetworkKeepsItsAliasesAndItsFixedAddress() {
        story.push(ONE);
        String network = client.createNetworkCmd()
                .withName(story.name())
                .withIpam(new Network.Ipam().withConfig(new Network.Ipam.Config().withSubnet("10.231.77.0/24")))
                .exec()
                .getId();
        try {
            start(command -> command.withAliases("greeter")
                    .withIpv4Address("10.231.77.9")
                    .withHostConfig(HostConfig.newHostConfig().withNetworkMode(story.name())));
            client.connectToNetworkCmd()
                    .withNetworkId("bridge")
                    .withContainerId(story.name())
                    .exec();
            JsonNode before =
                    story.inspect().path("NetworkSettings").path("Networks").path(story.name());

            refresh(story.push(TWO));

            JsonNode networks = story.inspect().path("NetworkSettings").path("Networks");
            boolean told =
                    !before.path("IPAMConfig").path("IPv4Address").asText("").isEmpty();
            assertThat(told || podman())
                    .as("Podman alone does not tell an address that a user has fixed")
                    .isTrue();
            if (told) {
                assertThat(networks.path(story.name()).path("IPAddress").asText())
                        .isEqualTo("10.231.77.9");
            }
            assertThat(networks.path(story.name()).path("Aliases").toString()).contains("greeter");
            assertThat(networks.has("bridge") || (podman() && networks.has("podman")))
                    .isTrue();
        } finally {
            story.close();
            client.removeNetworkCmd(network).exec();
        }
    }

    @Test
    void aCommandOfTheUsersStaysAndAnEntrypointKeepsTheNewImagesCommandAway() {
        story.push("ENTRYPOINT [\"sleep\"]", "CMD [\"100000\"]");
        start(command -> command.withCmd("123456"));

        refresh(story.push("ENTRYPOINT [\"/bin/busybox\", \"sleep\"]", "CMD [\"300000\"]"));

        JsonNode config = story.inspect().path("Config");
        assertThat(config.path("Entrypoint").toString()).contains("busybox");
        assertThat(config.path("Cmd").toString()).isEqualTo("[\"123456\"]");
    }

    @Test
    void anImageThatEndsAtOnceIsTakenBack() {
        story.push(ONE);
        String old = start(command ->
                command.withHostConfig(HostConfig.newHostConfig().withRestartPolicy(RestartPolicy.alwaysRestart())));

        HoldfastException e = refused(story.push("CMD [\"sh\", \"-c\", \"exit 3\"]"));

        assertThat(e.reason()).isEqualTo(Reason.UNHEALTHY);
        assertThat(story.inspect().path("Id").asText()).isEqualTo(old);
        assertThat(story.inspect()
                        .path("HostConfig")
                        .path("RestartPolicy")
                        .path("Name")
                        .asText())
                .isEqualTo("always");
        assertThat(story.containers()).hasSize(1);
        assertThat(story.runningNames()).containsExactly(story.name());
    }

    @Test
    void anImageWhoseHealthCheckFailsIsTakenBackAndOneWhoseChecksPassStays() {
        story.push(ONE);
        String old = start(command -> {});
        String check = "HEALTHCHECK --interval=1s --retries=1 CMD ";

        assertThat(refused(story.push(check + "[\"false\"]")).reason()).isEqualTo(Reason.UNHEALTHY);
        assertThat(story.inspect().path("Id").asText()).isEqualTo(old);

        ImageDigest passing = story.push(check + "[\"true\"]");
        if (checksNothing()) {
            assertThat(refused(passing).reason()).isEqualTo(Reason.UNHEALTHY);
            assertThat(story.inspect().path("Id").asText()).isEqualTo(old);
            return;
        }
        refresh(passing);
        assertThat(story.inspect().path("Id").asText()).isNotEqualTo(old);
        assertThat(story.inspect().path("State").path("Health").path("Status").asText())
                .isEqualTo("healthy");
    }

    /** Podman has removed those without a name of the user's with their container. */
    private static void removeVolumes(JsonNode mounts) {
        for (JsonNode mount : mounts) {
            try {
                client.removeVolumeCmd(mount.path("Name").asText()).exec();
            } catch (NotFoundException e) {
                assertThat(podman()).as(e.getMessage()).isTrue();
            }
        }
    }

    private static boolean podman() {
        return EngineApi.of(client, RefreshStory.soon()).isPodman();
    }

    /** Podman leaves health checks to systemd, and runs none where there is no systemd. */
    private static boolean checksNothing() {
        return podman() && !Files.isDirectory(Path.of("/run/systemd/system"));
    }

    @Test
    void aContainerThatVanishesWhenItStopsIsReplacedAndPutBack() {
        story.push(ONE);
        start(command -> command.withVolumes(new Volume("/nameless"))
                .withHostConfig(HostConfig.newHostConfig().withAutoRemove(true)));
        story.sh("echo one > /nameless/f");

        assertThat(refused(story.push("CMD [\"false\"]")).reason()).isEqualTo(Reason.UNHEALTHY);
        assertThat(story.runningNames()).containsExactly(story.name());
        assertThat(story.sh("cat /nameless/f; echo $FROM_IMAGE")).isEqualTo("one\none");

        refresh(story.push(TWO));
        assertThat(story.runningNames()).containsExactly(story.name());
        assertThat(story.containers()).hasSize(1);
        assertThat(story.sh("cat /nameless/f; echo $FROM_IMAGE")).isEqualTo("one\ntwo");
        assertThat(story.inspect().path("HostConfig").path("AutoRemove").asBoolean())
                .isTrue();
        JsonNode mounts = story.inspect().path("Mounts");
        story.close();
        removeVolumes(mounts);
    }

    @Test
    void aContainerWhoseNetworkOthersUseIsRefusedAndNamed() {
        story.push(ONE);
        String old = start(command -> {});
        try (Busybox other = Busybox.start(
                client,
                command -> command.withHostConfig(HostConfig.newHostConfig().withNetworkMode("container:" + old)))) {

            HoldfastException e = refused(story.push(TWO));

            assertThat(e.reason()).isEqualTo(Reason.TARGET_UNUSABLE);
            assertThat(e).hasMessageContaining(other.name());
            assertThat(story.inspect().path("Id").asText()).isEqualTo(old);
        }
    }

    /** Known failure: a failed pull was no failure. */
    @Test
    void aPullThatFailsIsAFailureAndTouchesNothing() {
        story.push(ONE);
        String old = start(command -> {});

        assertThatThrownBy(() -> refresh(ImageDigest.of("sha256:" + "0".repeat(64))))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("pulling");

        assertThat(story.inspect().path("Id").asText()).isEqualTo(old);
        assertThat(story.runningNames()).containsExactly(story.name());
    }

    /** What a process does that dies: nothing more. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void whereverItDiesOneContainerRunsAfterTheNextLookAndNeverTwo() {
        ImageDigest one = story.push(ONE);
        start(command ->
                command.withHostConfig(HostConfig.newHostConfig().withRestartPolicy(RestartPolicy.alwaysRestart())));
        ImageDigest two = story.push(TWO);
        int step = 0;
        boolean died = true;
        while (died) {
            step++;
            ImageDigest next = step % 2 == 1 ? two : one;
            died = diesAt(step, next);
            assertThat(story.runningNames())
                    .as("running after death at step %s", step)
                    .hasSizeLessThanOrEqualTo(1);

            RunningContainer found = story.running(refresher);
            assertThat(found.brokenOff()).isEqualTo(story.containers().size() > 1);
            refresher.refresh(found, next, () -> {}, RefreshStory.soon());

            assertThat(story.runningNames()).as("running after step %s", step).containsExactly(story.name());
            assertThat(story.containers()).as("left after step %s", step).hasSize(1);
            assertThat(story.running(refresher).digests()).contains(next);
            assertThat(story.inspect()
                            .path("HostConfig")
                            .path("RestartPolicy")
                            .path("Name")
                            .asText())
                    .isEqualTo("always");
        }
        assertThat(step).isGreaterThan(8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsStillBeingStoppedWhenItIsPutInOrderRunsAfterwards(boolean vanishes) throws Exception {
        story.push(ONE);
        String old = start(command -> command.withStopTimeout(2)
                .withHostConfig(HostConfig.newHostConfig().withAutoRemove(vanishes)));
        ImageDigest next = story.push("ENV FROM_IMAGE=two");
        Thread stopping =
                new Thread(() -> client.stopContainerCmd(old).withTimeout(2).exec());
        DockerClient dying = SteppedEngine.over(client, step -> {
            if (step.equals("before stop")) {
                stopping.start();
                throw new Death();
            }
        });
        assertThatThrownBy(() -> DockerRefresher.over(dying)
                        .credentials(RefreshStory::credentials)
                        .refresh(story.running(refresher), next, () -> {}, RefreshStory.soon()))
                .isInstanceOf(Death.class);

        refresher.restore(story.running(refresher), () -> {}, RefreshStory.soon());
        stopping.join();

        assertThat(story.runningNames()).containsExactly(story.name());
        assertThat(story.containers()).hasSize(1);
    }

    private boolean diesAt(int step, ImageDigest digest) {
        int[] steps = {0};
        try {
            refresher.refresh(
                    story.running(refresher),
                    digest,
                    () -> {
                        steps[0]++;
                        if (steps[0] == step) {
                            throw new Death();
                        }
                    },
                    RefreshStory.soon());
            return false;
        } catch (Death e) {
            return true;
        }
    }
}
