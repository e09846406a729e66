package dev.holdfast.delivery.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.contracts.delivery.Bundles;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.release.Reuse;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which commands a whole delivery runs on a host, and how many programs they start; who adds one sees it here. */
@Needs(Facility.SSHD)
@Timeout(60)
final class SshCommandsIT {

    private static final String PROGRAMS = "programs besides the shells";
    private static final int LONGEST_OF_SMALL_SERVERS = 8_000;

    @TempDir
    Path directory;

    private final ScriptedResolver sources = ScriptedResolver.forScheme("scripted");
    private NotedCommands notes;
    private LocalSshd sshd;
    private SshTarget target;

    @BeforeEach
    void startServer() throws IOException {
        notes = NotedCommands.in(directory);
        sshd = LocalSshd.start(notes.settings());
        target = sshd.target().build();
    }

    @AfterEach
    void stopServer() {
        target.close();
        sshd.close();
    }

    private List<String> install(Holdfast holdfast, String text) throws IOException {
        sources.branch(
                "greeter", "main", sources.commit("greeter", Map.of("SKILL.md", text, "large", "x".repeat(2_000_000))));
        notes.clear();
        holdfast.install(InstallRequest.of(
                WorkspaceId.of("ws-1"),
                Source.parse("scripted://greeter#ref:main"),
                new TargetAddress("ssh", sshd.authority(), directory + "/plugins")));
        return notes.commands();
    }

    private Holdfast holdfast(Reuse reuse) {
        return Holdfast.builder()
                .store(InMemoryTrackingStore.create())
                .resolver(sources)
                .target(target)
                .reuse(reuse)
                .build();
    }

    @Test
    void anInstallTakesTwoCommandsAndAnUpgradeAsMany() throws IOException {
        try (Holdfast holdfast = holdfast(Reuse.off())) {
            assertThat(install(holdfast, "one")).containsExactly("probe", "upload", "script");
            assertThat(notes.programs()).as(PROGRAMS).hasSizeLessThanOrEqualTo(28);

            assertThat(install(holdfast, "two")).containsExactly("upload", "script");
            assertThat(notes.programs()).as(PROGRAMS).hasSizeLessThanOrEqualTo(19);
            assertThat(notes.longest()).isLessThan(LONGEST_OF_SMALL_SERVERS);
        }
        assertThat(sshd.connections()).hasSize(1);
    }

    @Test
    void oneThatLinksUnchangedFilesTakesOneMore() throws IOException {
        try (Holdfast holdfast = holdfast(Reuse.listed())) {
            install(holdfast, "one");

            assertThat(install(holdfast, "two")).containsExactly("survey", "upload", "script");
            assertThat(notes.programs()).as(PROGRAMS).hasSizeLessThanOrEqualTo(24);
            assertThat(notes.longest()).isLessThan(LONGEST_OF_SMALL_SERVERS);
        }
    }

    /** What the host showed on a connection that is gone says nothing of the one that follows. */
    @Test
    void eachDirectoryIsProbedOnceForEachConnection() throws IOException {
        open("a").close();
        open("a").close();
        open("b").close();
        assertThat(notes.commands()).containsExactly("probe", "probe");

        sshd.stop();
        sshd.restart();
        notes.clear();

        try (TargetSession session = open("a")) {
            assertThat(session.list("x")).isEmpty();
        }
        assertThat(notes.commands()).containsExactly("probe", "look");
    }

    /** It was a directory when it was looked at. */
    @Test
    void aDirectoryThatBecameALinkToNowhereIsRefusedByTheUpload() throws IOException {
        open("a").close();
        Files.createSymbolicLink(directory.resolve("a"), Path.of("no/such"));

        try (TargetSession session = open("a")) {
            assertThatThrownBy(() -> session.upload(
                            "tree", Bundles.builder().file("f", "f").build(), Progress.NONE))
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining("is a link to 'no/such'");
        }
    }

    private TargetSession open(String name) {
        return target.open(
                new TargetAddress("ssh", sshd.authority(), directory + "/" + name),
                Deadline.after(Duration.ofSeconds(30)));
    }
}
