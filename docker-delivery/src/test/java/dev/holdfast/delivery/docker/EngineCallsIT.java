package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.contracts.delivery.Bundles;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a delivery costs the engine, and what happens when the engine or the container goes away. */
@Timeout(120)
@Needs({Facility.DOCKER, Facility.BUSYBOX})
final class EngineCallsIT {

    private static final List<String> CALLS = Collections.synchronizedList(new ArrayList<>());

    /** The shell of the container becomes a program that says that it has begun, and then does nothing. */
    private static final String SHELL_THAT_NEVER_ENDS =
            "mkfifo /tmp/started; rm /bin/sh; printf '#!/bin/ash\\necho > /tmp/started\\nsleep 60\\n' > /bin/sh; chmod 755 /bin/sh";

    private static DockerClient client;
    private static Busybox workspace;
    /** Follows a link that it is asked to read, so that what one holds is told by a program in the container alone. */
    private static boolean podman;

    @BeforeAll
    static void startWorkspace() {
        client = ToldClient.telling(request -> CALLS.add(request.method() + " "
                + request.path()
                        .replaceFirst("^/v[0-9.]+", "")
                        .replaceFirst("\\?.*", "")
                        .replaceAll("[0-9a-f]{64}", "*")));
        workspace = Busybox.start(client);
        podman = EngineApi.of(client, Deadline.after(Duration.ofMinutes(1))).isPodman();
    }

    @AfterAll
    static void removeWorkspace() throws IOException {
        workspace.close();
        client.close();
    }

    private static TargetSession open(Busybox where, Duration time) {
        return DockerTarget.over(client).open(where.address("/srv/" + UUID.randomUUID()), Deadline.after(time));
    }

    @Test
    void aDeliveryIntoADirectoryThatIsThereTakesSevenCalls() {
        workspace.sh("mkdir -p /srv/there");
        CALLS.clear();

        try (TargetSession session = DockerTarget.over(client)
                .open(workspace.address("/srv/there"), Deadline.after(Duration.ofMinutes(1)))) {
            session.upload("a/b", Bundles.of("SKILL.md", "hello"), Progress.NONE);
            session.run(FileScript.of(new FileStep.Rename("a/b", "b"), new FileStep.PointLink("n", "b")));
        }

        assertThat(CALLS)
                .containsExactly(
                        "GET /containers/" + workspace.name() + "/json",
                        "HEAD /containers/*/archive",
                        "GET /containers/*/archive",
                        "HEAD /containers/*/archive",
                        "PUT /containers/*/archive",
                        "POST /containers/*/exec",
                        "POST /exec/*/start");
    }

    @Test
    void aHelperTakesFiveCallsBeforeTheUploadAndOneAtTheEnd() {
        String image = DockerWorkspace.imageWithoutAShell(client);
        String helper = Busybox.image(client);
        try (Busybox shellless =
                Busybox.start(client, image, command -> command.withCmd("/bin/busybox", "sleep", "100000"))) {
            CALLS.clear();

            try (TargetSession session = DockerTarget.over(client)
                    .helperImage(helper)
                    .open(shellless.address("/srv"), Deadline.after(Duration.ofMinutes(1)))) {
                assertThat(CALLS)
                        .containsExactly(
                                "GET /containers/" + shellless.name() + "/json",
                                "HEAD /containers/*/archive",
                                "GET /containers/*/archive",
                                "HEAD /containers/*/archive",
                                "GET /containers/*/archive");
                CALLS.clear();
                session.upload("a/b", Bundles.of("SKILL.md", "hello"), Progress.NONE);
                session.run(FileScript.of(new FileStep.Rename("a/b", "b"), new FileStep.PointLink("n", "b")));
            }

            assertThat(CALLS)
                    .containsExactly(
                            "GET /containers/*/archive",
                            "GET /containers/json",
                            "POST /containers/create",
                            "POST /containers/*/start",
                            "POST /containers/*/exec",
                            "POST /exec/*/start",
                            "HEAD /containers/*/archive",
                            "PUT /containers/*/archive",
                            "POST /containers/*/exec",
                            "POST /exec/*/start",
                            "DELETE /containers/*");
        }
    }

    @Test
    void whatStandsAtAPathTakesOneCallAndALinkTwoOrFourOnPodman() {
        try (TargetSession session = open(workspace, Duration.ofMinutes(1))) {
            session.run(FileScript.of(new FileStep.MakeDirectory("d"), new FileStep.PointLink("n", "d")));
            CALLS.clear();

            session.stat("d");
            session.stat("n");

            List<String> expected = new ArrayList<>(
                    List.of("HEAD /containers/*/archive", "HEAD /containers/*/archive", "GET /containers/*/archive"));
            if (podman) {
                expected.addAll(List.of("POST /containers/*/exec", "POST /exec/*/start"));
            }
            assertThat(CALLS).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void whatIsLiveTakesOneCallAndNoOtherLinkIsTakenForIt() {
        try (TargetSession session = open(workspace, Duration.ofMinutes(1))) {
            session.run(FileScript.of(
                    new FileStep.MakeDirectory(".releases/n"),
                    new FileStep.PointLink("live", ".releases/n"),
                    new FileStep.PointLink("chain", "live"),
                    new FileStep.PointLink("long", "./.releases/n"),
                    new FileStep.PointLink(".releases/up", "../.releases/n"),
                    new FileStep.PointLink("gone", ".releases/absent")));
            CALLS.clear();

            assertThat(linkAt(session, "live")).isEqualTo(".releases/n");
            assertThat(linkAt(session, "gone")).isEqualTo(".releases/absent");

            assertThat(CALLS).containsExactly("HEAD /containers/*/archive", "HEAD /containers/*/archive");
            assertThat(linkAt(session, "chain")).isEqualTo("live");
            assertThat(linkAt(session, "long")).isEqualTo("./.releases/n");
            assertThat(linkAt(session, ".releases/up")).isEqualTo("../.releases/n");
        }
    }

    private static String linkAt(TargetSession session, String path) {
        return session.stat(path).orElseThrow().linkTarget().orElseThrow();
    }

    private static DockerClient ofAnotherClass() {
        return (DockerClient) Proxy.newProxyInstance(
                DockerClient.class.getClassLoader(), new Class<?>[] {DockerClient.class}, (proxy, method, args) -> {
                    try {
                        return method.invoke(client, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void aClientOfAnotherClassSeesTheSameOrIsRefusedOnPodman() {
        DockerTarget target = DockerTarget.over(ofAnotherClass());
        TargetAddress address = workspace.address("/srv/" + UUID.randomUUID());
        Deadline deadline = Deadline.after(Duration.ofMinutes(1));
        CALLS.clear();
        if (podman) {
            assertThatThrownBy(() -> target.open(address, deadline))
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining("make it with DockerClients.connect");
            return;
        }

        try (TargetSession session = target.open(address, deadline)) {
            session.upload("d", Bundles.builder().file("f", "x").link("l", "f").build(), Progress.NONE);

            assertThat(List.of("d", "d/f", "d/l", "d/absent"))
                    .extracting(path -> session.stat(path)
                            .map(e -> e.kind() + e.linkTarget().orElse(""))
                            .orElse("nothing"))
                    .containsExactly("DIRECTORY", "FILE", "LINKf", "nothing");
        }
        assertThat(CALLS).noneMatch(call -> call.startsWith("HEAD"));
    }

    /** Known failure: the whole tree was in memory. This JVM has less than the tree. */
    @Test
    void aHundredMegabytesArriveInAJvmOfNinetySixMegabytes() throws Exception {
        String program = ProcessHandle.current().info().command().orElse("java");
        String where = "/srv/" + UUID.randomUUID();
        Process process = new ProcessBuilder(
                        program,
                        "-Xmx96m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HundredMegabytes.class.getName(),
                        workspace.address(where).toString())
                .redirectErrorStream(true)
                .start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isZero();
        assertThat(workspace.sh("stat -c %s " + where + "/tree/big")).isEqualTo("104857600");
        workspace.sh("rm -rf " + where);
    }

    /** The program of that JVM. */
    static final class HundredMegabytes {

        private HundredMegabytes() {}

        /** Uploads and reads back. */
        public static void main(String[] address) throws IOException {
            try (DockerClient own = DockerClients.connect();
                    TargetSession session = DockerTarget.over(own)
                            .open(
                                    dev.holdfast.spi.TargetAddress.parse(address[0]),
                                    Deadline.after(Duration.ofMinutes(2)))) {
                var bundle =
                        Bundles.builder().generated("big", 100L * 1024 * 1024).build();
                session.upload("tree", bundle, Progress.NONE);
                if (!Bundles.contents(session.download("tree")).equals(Bundles.contents(bundle))) {
                    throw new IllegalStateException("the tree came back different");
                }
            }
        }
    }

    @Test
    void aScriptThatDoesNotEndIsLeftAtTheDeadlineWithItsOutcomeUnknown() {
        try (Busybox slow = Busybox.start(client)) {
            slow.sh(SHELL_THAT_NEVER_ENDS);
            try (TargetSession session = open(slow, Duration.ofSeconds(6))) {
                assertThatThrownBy(() -> session.run(FileScript.of(new FileStep.MakeDirectory("a"))))
                        .isInstanceOf(TransientException.class)
                        .hasMessageContaining("outcome is unknown")
                        .extracting(e -> ((HoldfastException) e).reason())
                        .isEqualTo(Reason.TIMEOUT);
            }
        }
    }

    /**
     * Whoever kills the shell around the program takes its word away: then the engine is asked, and says that it was
     * killed.
     */
    @Test
    void aShellThatIsKilledBeforeItTellsTheExitCodeIsNoSuccess() {
        ContainerExec exec = new ContainerExec(
                client,
                workspace.id(),
                new DockerCalls(client, "the workspace", Deadline.after(Duration.ofMinutes(1))));
        CALLS.clear();

        ContainerExec.Ended told = exec.run("a test", List.of("sh", "-c", "printf out; exit 71"));
        ContainerExec.Ended killed = exec.run("a test", List.of("sh", "-c", "printf out; kill -9 $PPID"));

        assertThat(told.exitCode()).isEqualTo(71);
        assertThat(told.output()).asString(StandardCharsets.UTF_8).isEqualTo("out");
        assertThat(killed.exitCode()).isEqualTo(137);
        assertThat(CALLS)
                .containsSubsequence(
                        "POST /containers/*/exec",
                        "POST /exec/*/start",
                        "POST /containers/*/exec",
                        "POST /exec/*/start",
                        "GET /exec/*/json");
    }

    @Test
    void anUploadWhoseSourceHangsEndsAtTheDeadline() {
        try (TargetSession session = open(workspace, Duration.ofSeconds(6))) {
            assertThatThrownBy(() -> session.upload("tree", new HangingBundle(), Progress.NONE))
                    .isInstanceOf(TransientException.class)
                    .extracting(e -> ((HoldfastException) e).reason())
                    .isEqualTo(Reason.TIMEOUT);
        }
    }

    @Test
    void aContainerThatIsKilledInTheMiddleOfAScriptLeavesTheOutcomeUnknown() throws Exception {
        try (Busybox killed = Busybox.start(client)) {
            killed.sh(SHELL_THAT_NEVER_ENDS);
            ExecutorService threads = Executors.newSingleThreadExecutor();
            try (TargetSession session = open(killed, Duration.ofSeconds(30))) {
                Future<ScriptResult> running =
                        threads.submit(() -> session.run(FileScript.of(new FileStep.MakeDirectory("a"))));
                killed.sh("cat /tmp/started");
                killed.kill();

                assertThatThrownBy(running::get).hasCauseInstanceOf(TransientException.class);
                assertThatThrownBy(() -> session.run(FileScript.of(new FileStep.MakeDirectory("b"))))
                        .hasMessageContaining("start the container");
            } finally {
                threads.shutdownNow();
            }
        }
    }

    @Test
    void aContainerThatIsRemovedIsNotFoundRatherThanEmpty() {
        Busybox removed = Busybox.start(client);
        try (TargetSession session = open(removed, Duration.ofSeconds(30))) {
            removed.close();

            for (Runnable look : List.<Runnable>of(
                    () -> session.stat("a"),
                    () -> session.list("a"),
                    () -> session.read("a", 10),
                    () -> session.download("a"),
                    () -> session.upload("a", Bundles.of("b", "c"), Progress.NONE))) {
                assertThatThrownBy(look::run)
                        .isInstanceOf(HoldfastException.class)
                        .extracting(e -> ((HoldfastException) e).reason())
                        .isEqualTo(Reason.TARGET_NOT_FOUND);
            }
        }
    }

    @Test
    void anEngineThatCannotBeReachedIsATransientFailure() throws IOException {
        assertThatThrownBy(() -> DockerClients.connect(URI.create("unix:///nonexistent/docker.sock"))
                        .close())
                .isInstanceOf(TransientException.class)
                .extracting(e -> ((HoldfastException) e).reason())
                .isEqualTo(Reason.UNREACHABLE);
    }

    @Test
    void theVersionIsTheEnginesOwnAndAtMostTheOneThatWasTested() throws IOException {
        try (DockerClient negotiated = DockerClients.connect()) {
            assertThat(negotiated.versionCmd().exec().getApiVersion()).isNotEmpty();
        }
    }
}
