package dev.holdfast.delivery.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ChangeReport;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One connection for each host, whatever runs on it. */
@Needs(Facility.SSHD)
@Timeout(60)
final class SshConnectionIT {

    private static final int SESSIONS = 12;

    @TempDir
    Path place;

    private LocalSshd sshd;
    private SshTarget target;

    @BeforeEach
    void startServer() throws IOException {
        sshd = LocalSshd.start("MaxSessions 10", Pipe.setting(place));
        target = sshd.target().build();
    }

    @AfterEach
    void stopServer() {
        sshd.close();
        target.close();
    }

    /** Twelve commands at a time would be an error of this server: five stand still, the others wait. */
    @RepeatedTest(3)
    void moreSessionsThanAServerAllowsShareOneConnection() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(SESSIONS);
        try {
            List<Pipe> pipes = new ArrayList<>();
            List<Future<ScriptResult>> scripts = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                String file = "file" + i;
                pipes.add(Pipe.at(place.resolve(file)));
                scripts.add(threads.submit(() -> open().run(FileScript.of(new FileStep.WriteFile(file, "x")))));
            }
            while (sshd.commands().size() < 5 && !Thread.currentThread().isInterrupted()) {
                Thread.onSpinWait();
            }
            assertThat(sshd.connections()).hasSize(1);
            pipes.forEach(pipe -> new Thread(pipe::letGo).start());

            for (Future<ScriptResult> script : scripts) {
                assertThat(script.get(30, TimeUnit.SECONDS)).isEqualTo(new ScriptResult.Completed());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /**
     * Small servers take one channel at a time on a connection: the rest waits in line, and nothing is told as
     * unreachable.
     */
    @Test
    void twelveInstallsAtOnceOnAServerOfOneChannelAllSucceed() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(SESSIONS);
        ScriptedResolver sources = ScriptedResolver.forScheme("scripted");
        sources.branch("greeter", "main", sources.commit("greeter", Map.of("SKILL.md", "hello")));
        try (LocalSshd small = LocalSshd.start("MaxSessions 1");
                SshTarget one = small.target().build();
                Holdfast holdfast = Holdfast.builder()
                        .resolver(sources)
                        .target(one)
                        .store(InMemoryTrackingStore.create())
                        .build()) {
            List<Future<ChangeReport>> installs = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                InstallRequest request = InstallRequest.of(
                        WorkspaceId.of("ws-" + i),
                        Source.parse("scripted://greeter#ref:main"),
                        new TargetAddress("ssh", small.authority(), place + "/" + i));
                installs.add(threads.submit(() -> holdfast.install(request)));
            }

            for (Future<ChangeReport> install : installs) {
                assertThat(install.get(50, TimeUnit.SECONDS).changed()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** It is up, so it is not unreachable. */
    @Test
    void aServerThatGivesNoChannelIsSaidToRefuseThem() throws Exception {
        try (LocalSshd none = LocalSshd.start("MaxSessions 0");
                SshTarget refused = none.target().build()) {
            assertThatThrownBy(() -> refused.open(
                            new TargetAddress("ssh", none.authority(), place.toString()),
                            Deadline.after(Duration.ofSeconds(4))))
                    .isInstanceOf(TransientException.class)
                    .hasMessageContaining("refuses a channel")
                    .hasMessageContaining("MaxSessions");
        }
    }

    @Test
    void aDeadConnectionIsMadeAgain() throws IOException {
        TargetSession session = open();
        assertThat(session.list("x")).isEmpty();

        sshd.stop();
        sshd.restart();

        assertThat(open().list("x")).isEmpty();
        assertThat(session.list("x")).isEmpty();
    }

    @Test
    void closingASessionLeavesTheConnectionAndClosingTheTargetDoesNot() {
        TargetSession first = open();
        TargetSession second = open();
        List<ProcessHandle> connections = sshd.connections();

        first.close();
        assertThat(second.list("x")).isEmpty();
        assertThat(connections).hasSize(1);

        target.close();
        target.close();
        LocalSshd.awaitEnd(connections);
    }

    private TargetSession open() {
        return target.open(
                new TargetAddress("ssh", sshd.authority(), place.toString()), Deadline.after(Duration.ofSeconds(30)));
    }
}
