package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.contracts.delivery.Bundles;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A link is told as one, also by an engine that follows it when it is read. */
final class LinkLookTest {

    private static final String LIVE = "/containers/1/archive?path=" + EngineApi.encoded("/vol/rel/plugins/n");

    private static final String HEADER = "X-Docker-Container-Path-Stat";
    private static final long LINK = 1L << 27;

    private ScriptedEngine engine;

    @BeforeEach
    void startEngine() throws IOException {
        engine = ScriptedEngine.start("1.41")
                .on(
                        "GET /containers/c-1/json",
                        "{\"Id\":\"1\",\"State\":{\"Running\":true},\"HostConfig\":{},\"Mounts\":[]}")
                .on("POST /containers/1/exec", 201, "{\"Id\":\"e\"}")
                .on("POST /exec/e/start", "")
                .on("GET /exec/e/json", "{\"Running\":false,\"ExitCode\":0}");
        stat("/containers/1/archive?path=%2Fbin%2Fsh", 0);
        stat(LIVE, LINK);
    }

    @AfterEach
    void stopEngine() throws IOException {
        engine.close();
    }

    /** As the engine tells a link in a directory that is behind one. */
    private void stat(String path, long mode) {
        engine.head(path, HEADER, told(mode, false));
    }

    private static String told(long mode, boolean toADirectory) {
        return Base64.getEncoder().encodeToString(text("n", mode, toADirectory).getBytes(StandardCharsets.UTF_8));
    }

    private static String text(String name, long mode, boolean toADirectory) {
        return "{\"name\":\"" + name + "\",\"size\":13,\"mode\":" + mode + ",\"isDir\":" + toADirectory
                + ",\"linkTarget\":\"/vol/v1/plugins/.releases/n/1\"}";
    }

    /** As Podman tells a link: what it reads is what the link leads to. */
    private void podmanTells(String path, int status, boolean toADirectory) {
        engine.tells(path, status, HEADER, told(LINK, toADirectory));
    }

    private void getAnswers(TarArchiveEntry entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }
        engine.on("GET " + LIVE, bytes.toString(StandardCharsets.US_ASCII));
    }

    private TargetSession open() {
        return open(engine.client());
    }

    private static TargetSession open(DockerClient client) {
        return DockerTarget.over(client)
                .open(TargetAddress.parse("docker://c-1/vol/rel/plugins"), Deadline.after(Duration.ofMinutes(1)));
    }

    private Optional<Entry> look() {
        try (TargetSession session = open()) {
            return session.stat("n");
        }
    }

    @Test
    void whereReadingFollowsALinkTheShellIsAskedWhatItHolds() throws IOException {
        getAnswers(new TarArchiveEntry("1/"));

        look();

        assertThat(engine.sent("POST /containers/1/exec")).contains("\"n\"");
    }

    @Test
    void whereReadingDoesNotFollowItNoProgramIsStarted() throws IOException {
        TarArchiveEntry link = new TarArchiveEntry("n", TarArchiveEntry.LF_SYMLINK);
        link.setLinkName(".releases/n/1");
        getAnswers(link);

        assertThat(look()).contains(new Entry("n", Entry.Kind.LINK, Optional.of(".releases/n/1")));
        assertThat(engine.requests()).noneMatch(request -> request.startsWith("POST"));
    }

    /** Known failure: there seemed to be nothing, and a delivery began over it. */
    @Test
    void aLinkToNothingIsALinkThoughTheEngineAnswersThatNothingIsThere() {
        podmanTells(LIVE, 404, false);

        look();

        assertThat(engine.sent("POST /containers/1/exec")).contains("\"n\"");
        try (TargetSession session = open()) {
            assertThatThrownBy(() -> session.upload("n", Bundles.of("SKILL.md", "hello"), Progress.NONE))
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining("exists already");
        }
        assertThat(engine.requests()).noneMatch(request -> request.startsWith("PUT"));
    }

    /** Known failure: such an answer was a bug of ours, with the words of a decoder. */
    @Test
    void whatIsToldInTheOtherAlphabetOfBase64IsReadAsWell() {
        byte[] told = text("🙂🙂🙂>>>???", LINK, false).getBytes(StandardCharsets.UTF_8);
        String header = Base64.getUrlEncoder().encodeToString(told);
        engine.tells(LIVE, 200, HEADER, header);

        look();

        assertThat(header).containsAnyOf("-", "_");
        assertThat(engine.sent("POST /containers/1/exec")).contains("\"n\"");
    }

    /** Known failure: the file that a link leads to was taken for one that stands there. */
    @Test
    void aLinkIsNotReadThoughTheEngineFollowsIt() throws IOException {
        podmanTells(LIVE, 200, false);
        getAnswers(new TarArchiveEntry("n"));

        try (TargetSession session = open()) {
            assertThat(session.read("n", 10)).isEmpty();
        }
    }

    /** Known failure: a file was downloaded as if it were a directory. */
    @Test
    void whatIsNoDirectoryIsNotDownloadedThoughTheEngineSendsIt() throws IOException {
        engine.tells(LIVE + EngineApi.encoded("/."), 200, HEADER, told(0, false));
        getAnswers(new TarArchiveEntry("n"));

        try (TargetSession session = open()) {
            assertThatThrownBy(() -> session.download("n"))
                    .isInstanceOf(PermanentException.class)
                    .hasMessageContaining("there is no directory");
        }
    }

    /** Known failure: such names were patterns to Podman, which then said that nothing was there. */
    @Test
    void aNameThatPodmanTakesForAPatternIsLookedAtByTheShell() {
        try (TargetSession session = open()) {
            session.stat("[a]");
            session.read("what?", 10);
        }

        assertThat(engine.requests())
                .noneMatch(request -> request.contains(EngineApi.encoded("[a]")))
                .noneMatch(request -> request.contains(EngineApi.encoded("what?")))
                .filteredOn(request -> request.startsWith("POST /containers/1/exec"))
                .hasSize(2);
    }

    @Test
    void aDirectoryThatPodmanTakesForAPatternIsRefused() {
        engine.on("GET /version", "{\"Components\":[{\"Name\":\"Podman Engine\",\"Version\":\"4.3.1\"}]}");
        Deadline deadline = Deadline.after(Duration.ofMinutes(1));
        DockerTarget target = DockerTarget.over(engine.client());

        assertThatThrownBy(() -> target.open(new TargetAddress("docker", "c-1", "/srv/[a]"), deadline))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("takes for a pattern");
    }

    /** Podman follows links there even where it tells of the path itself. */
    @Test
    void aStoppedContainerIsRefusedOnPodmanThoughThereIsAHelperImage() {
        engine.on("GET /version", "{\"Components\":[{\"Name\":\"Podman Engine\",\"Version\":\"4.3.1\"}]}")
                .on("GET /containers/c-1/json", """
                        {"Id":"1","State":{"Running":false,"Status":"exited"},"HostConfig":{},
                        "Mounts":[{"Type":"volume","Destination":"/vol","RW":true}]}""");
        DockerTarget target = DockerTarget.over(engine.client()).helperImage("busybox");
        Deadline deadline = Deadline.after(Duration.ofMinutes(1));

        assertThatThrownBy(() -> target.open(new TargetAddress("docker", "c-1", "/vol/plugins"), deadline))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("start it");
    }

    @Test
    void aClientThatCannotTellLinksOnPodmanIsRefused() {
        engine.on("GET /version", "{\"Components\":[{\"Name\":\"Podman Engine\",\"Version\":\"4.3.1\"}]}");
        DockerClient known = engine.client();
        DockerClient other = (DockerClient) Proxy.newProxyInstance(
                DockerClient.class.getClassLoader(),
                new Class<?>[] {DockerClient.class},
                (proxy, method, args) -> method.invoke(known, args));

        assertThatThrownBy(() -> open(other))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("make it with DockerClients.connect");
    }
}
