package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
        stat(LIVE, 1L << 27);
    }

    @AfterEach
    void stopEngine() throws IOException {
        engine.close();
    }

    /** As the engine tells a link in a directory that is behind one. */
    private void stat(String path, long mode) {
        String told =
                "{\"name\":\"n\",\"size\":13,\"mode\":" + mode + ",\"linkTarget\":\"/vol/v1/plugins/.releases/n/1\"}";
        engine.head(
                path,
                "X-Docker-Container-Path-Stat",
                Base64.getEncoder().encodeToString(told.getBytes(StandardCharsets.UTF_8)));
    }

    private void getAnswers(TarArchiveEntry entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }
        engine.on("GET " + LIVE, bytes.toString(StandardCharsets.US_ASCII));
    }

    private Optional<Entry> look() {
        try (TargetSession session = DockerTarget.over(engine.client())
                .open(TargetAddress.parse("docker://c-1/vol/rel/plugins"), Deadline.after(Duration.ofMinutes(1)))) {
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
}
