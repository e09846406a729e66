package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import dev.holdfast.contracts.container.ContainerRuntimeContract;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.docker.FaultyEngine.Faults;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.container.ContainerPort;
import dev.holdfast.spi.container.ContainerRuntime;
import dev.holdfast.spi.container.ContainerSighting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The engine of this run, behind a socket that can do harm. */
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class DockerRuntimeIT extends ContainerRuntimeContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static DockerClient direct;
    private static FaultyEngine between;
    private static DockerClient client;
    private static DockerRuntime runtime;

    private final List<String> made = new ArrayList<>();

    @BeforeAll
    static void connect() {
        direct = DockerClients.connect();
        between = FaultyEngine.before(EngineSocket.path(), 7);
        client = DockerClients.connect(between.uri());
        runtime = DockerRuntime.over(client, "node-1");
    }

    @AfterAll
    static void disconnect() throws IOException {
        client.close();
        between.close();
        direct.close();
    }

    @BeforeEach
    void noFaults() {
        between.faults(Faults.NONE);
    }

    @AfterEach
    void removeContainers() {
        made.forEach(id -> Busybox.remove(direct, id));
    }

    @Override
    protected ContainerRuntime runtime() {
        return runtime;
    }

    @Override
    protected String start(String name, Map<String, String> labels) {
        return start(name, labels, "exec sleep 1000");
    }

    private String start(String name, Map<String, String> labels, String line) {
        String id = Busybox.run(direct, line, command -> {
            command.withName(name);
            Map<String, String> all = new java.util.HashMap<>(command.getLabels());
            all.putAll(labels);
            command.withLabels(all);
        });
        made.add(id);
        return id;
    }

    @Override
    protected void startAgain(String containerId) {
        direct.startContainerCmd(containerId).exec();
    }

    @Override
    protected String startAndEnd(String name, int exitCode) {
        String id = start(name, Map.of(), "exit " + exitCode);
        awaitEnd(id);
        return id;
    }

    @Override
    protected void kill(String containerId) {
        direct.killContainerCmd(containerId).exec();
        awaitEnd(containerId);
    }

    private static void awaitEnd(String id) {
        direct.waitContainerCmd(id).exec(new WaitContainerResultCallback()).awaitStatusCode();
    }

    @Override
    protected void remove(String containerId) {
        Busybox.remove(direct, containerId);
    }

    @Override
    protected void cutConnections() {
        between.cutAll();
    }

    private ContainerSighting sighting(String id) {
        return runtime.list(Deadline.after(PATIENCE)).stream()
                .filter(container -> container.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void portsAreListedWithWhereTheyArePublished() {
        String id = Busybox.run(direct, "exec sleep 1000", command -> {
            made.add(command.getName());
            command.withExposedPorts(ExposedPort.tcp(80), ExposedPort.udp(53))
                    .withHostConfig(
                            HostConfig.newHostConfig().withPortBindings(PortBinding.parse("127.0.0.1:0:80/tcp")));
        });

        List<ContainerPort> ports = sighting(id).ports();

        // Podman 4 lists what is published only.
        JsonNode version = EngineApi.of(direct, Deadline.after(PATIENCE)).get("/version");
        boolean podman4 = EngineAnswer.isPodman(version)
                && version.path("Version").asText().startsWith("4.");
        assertThat(ports)
                .extracting(ContainerPort::port)
                .containsExactlyElementsOf(podman4 ? List.of(80) : List.of(53, 80));
        assertThat(ports.get(ports.size() - 1).published().orElseThrow().address())
                .isEqualTo("127.0.0.1");
    }

    @Test
    void anAnswerThatIsCutShortIsAnErrorAndNeverAShorterList() {
        List<String> ours = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            String name = "holdfast-cut-" + ProcessHandle.current().pid() + "-" + i;
            ours.add(Busybox.create(direct, command -> command.withName(name).withLabels(filled(command.getLabels()))));
        }
        made.addAll(ours);
        between.faults(new Faults(100, 200, 0, Duration.ZERO));
        int failed = 0;
        for (int i = 0; i < 60; i++) {
            try {
                assertThat(runtime.list(Deadline.after(PATIENCE)))
                        .extracting(ContainerSighting::id)
                        .containsAll(ours);
            } catch (TransientException e) {
                failed++;
            }
        }

        assertThat(failed).as(between.done()).isPositive();
    }

    /** Long enough that an answer about thirty comes in pieces. */
    private static Map<String, String> filled(Map<String, String> labels) {
        Map<String, String> all = new java.util.HashMap<>(labels);
        all.put("filler", "x".repeat(1000));
        return all;
    }

    @Test
    void anEngineThatStallsIsAnErrorAtTheDeadline() {
        between.faults(new Faults(0, 0, 1000, Duration.ofSeconds(20)));

        assertThatThrownBy(() -> runtime.list(Deadline.after(Duration.ofMillis(500))))
                .isInstanceOf(TransientException.class);
        assertThatThrownBy(() -> runtime.subscribe(
                        new ContainerRuntime.Watcher() {
                            @Override
                            public void changed(ContainerRuntime.Event event) {}

                            @Override
                            public void broken(dev.holdfast.spi.HoldfastException why) {}
                        },
                        Deadline.after(Duration.ofMillis(500))))
                .isInstanceOf(TransientException.class);
        between.cutAll();
    }

    @Test
    void aPausedContainerIsPausedAndOneThatWasNeverStartedIsCreated() {
        String paused = start("holdfast-paused-" + ProcessHandle.current().pid(), Map.of());
        direct.pauseContainerCmd(paused).exec();

        assertThat(sighting(paused).status()).isEqualTo(ContainerSighting.Status.PAUSED);
        direct.unpauseContainerCmd(paused).exec();
        try {
            direct.stopContainerCmd(paused).withTimeout(0).exec();
        } catch (NotModifiedException e) {
            throw new AssertionError("it ran", e);
        }
        // Docker 26 answers a stop before its list knows of it.
        while (sighting(paused).status() == ContainerSighting.Status.RUNNING) {
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        assertThat(sighting(paused).status()).isEqualTo(ContainerSighting.Status.EXITED);
    }
}
