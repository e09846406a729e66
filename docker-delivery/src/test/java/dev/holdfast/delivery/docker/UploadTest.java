package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.contracts.delivery.Bundles;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.delivery.FileOwner;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.TargetSession;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where an upload goes, and what is said of one that breaks off. */
final class UploadTest {

    private static final long DIRECTORY = 1L << 31;
    private static final long LINK = 1L << 27;

    private ScriptedEngine engine;

    @BeforeEach
    void startEngine() throws IOException {
        engine = ScriptedEngine.start("1.41")
                .on("GET /containers/c-1/json", """
                        {"Id":"1","State":{"Running":true},"HostConfig":{},
                        "Mounts":[{"Type":"volume","Destination":"/vol","RW":true}]}""")
                .on("GET /containers/1/archive", 404, "{\"message\":\"Could not find the file\"}")
                .on("PUT /containers/1/archive", "");
        stands("/bin/sh", 0);
    }

    @AfterEach
    void stopEngine() throws IOException {
        engine.close();
    }

    private static String path(String path) {
        return "/containers/1/archive?path=" + EngineApi.encoded(path);
    }

    private void stands(String path, long mode) {
        engine.head(
                path(path),
                "X-Docker-Container-Path-Stat",
                Base64.getEncoder()
                        .encodeToString(("{\"name\":\"x\",\"size\":4,\"mode\":" + mode + ",\"linkTarget\":\"/vol/v1\"}")
                                .getBytes(StandardCharsets.UTF_8)));
    }

    private TargetSession open() {
        return open(DockerTarget.over(engine.client()));
    }

    private static TargetSession open(DockerTarget target) {
        return target.open(
                TargetAddress.parse("docker://c-1/vol/current/plugins"), Deadline.after(Duration.ofMinutes(1)));
    }

    private void upload() {
        try (TargetSession session = open()) {
            session.upload(".staging/n/1", Bundles.of("SKILL.md", "hello"), Progress.NONE);
        }
    }

    private HoldfastException refused() {
        HoldfastException e = catchThrowableOfType(HoldfastException.class, this::upload);
        assertThat(e).isNotNull();
        return e;
    }

    /** An archive of one directory, as the engine sends it. */
    private static String directory() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            tar.putArchiveEntry(new TarArchiveEntry("v1/"));
            tar.closeArchiveEntry();
        }
        return bytes.toString(StandardCharsets.US_ASCII);
    }

    private String directoryOfThePut() {
        return engine.requests().stream()
                .filter(request -> request.startsWith("PUT"))
                .findFirst()
                .map(request -> request.replaceFirst(".*[?&]path=([^& ]*)(?s:.*)", "$1"))
                .map(path -> java.net.URLDecoder.decode(path, StandardCharsets.UTF_8))
                .orElseThrow();
    }

    private List<String> entries() throws IOException {
        List<String> names = new ArrayList<>();
        byte[] sent = engine.sent("PUT").getBytes(StandardCharsets.ISO_8859_1);
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(sent))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }

    @Test
    void aDirectoryThatIsThereIsUnpackedIntoItselfSoThatNoEntryGoesThroughALink() throws IOException {
        stands("/vol/current/plugins", DIRECTORY);

        upload();

        assertThat(directoryOfThePut()).isEqualTo("/vol/current/plugins");
        assertThat(entries()).containsExactly(".staging/n/1/", ".staging/n/1/SKILL.md");
    }

    @Test
    void aDirectoryThatIsNotThereIsMadeBelowTheLinkThatIs() throws IOException {
        stands("/vol/current", LINK);
        engine.on("GET " + path("/vol/current/."), directory());

        upload();

        assertThat(directoryOfThePut()).isEqualTo("/vol/current");
        assertThat(entries()).contains("plugins/.staging/n/1/SKILL.md");
    }

    @Test
    void aLinkToNowhereOnTheWayIsRefusedBeforeTheUpload() {
        stands("/vol/current", LINK);

        HoldfastException e = refused();

        assertThat(e.reason()).isEqualTo(Reason.TARGET_UNUSABLE);
        assertThat(e).hasMessageContaining("/vol/current is a link").hasMessageContaining("where nothing is");
        assertThat(engine.requests()).noneMatch(request -> request.startsWith("PUT"));
    }

    @Test
    void nothingIsUnpackedAboveTheVolume() throws IOException {
        upload();

        assertThat(directoryOfThePut()).isEqualTo("/vol");
        assertThat(entries()).contains("current/plugins/.staging/n/1/SKILL.md");
    }

    /** Known failure: Docker 26 and later answer and close while the upload still runs. */
    @Test
    void anUploadThatBreaksOffBecauseTheDiskIsFullIsToldSo() {
        AtomicInteger uploads = new AtomicInteger();
        engine.on("PUT /containers/1/archive", () -> {
            if (uploads.incrementAndGet() == 1) {
                throw new IllegalStateException("the connection is closed without an answer");
            }
            return new ScriptedEngine.Answer(500, "{\"message\":\"write /vol/x: no space left on device\"}");
        });

        HoldfastException e = refused();

        assertThat(e).isInstanceOf(PermanentException.class);
        assertThat(e.reason()).isEqualTo(Reason.NO_SPACE);
    }

    @Test
    void anUploadThatBreaksOffForAnotherReasonIsTriedAgainLater() {
        engine.on("PUT /containers/1/archive", () -> {
            throw new IllegalStateException("the connection is closed without an answer");
        });

        assertThat(refused().reason()).isEqualTo(Reason.UNREACHABLE);
    }

    private void runs(String host, String mount) {
        engine.on("GET /containers/c-1/json", """
                        {"Id":"1","State":{"Running":true},"HostConfig":%s,
                        "Mounts":[{"Type":"%s","Destination":"/vol","RW":true}]}""".formatted(host, mount))
                .on("POST /containers/1/exec", 201, "{\"Id\":\"e\"}")
                .on("POST /exec/e/start", errors("mkdir: .staging: Permission denied\nholdfast-step 0\n"))
                .on("GET /exec/e/json", "{\"Running\":false,\"ExitCode\":71}");
    }

    /** What a program says on its standard error, as the engine sends it. */
    private static String errors(String text) {
        return "\2\0\0\0\0\0\0" + (char) text.length() + text;
    }

    private List<String> changes() {
        return engine.requests().stream()
                .filter(request -> request.startsWith("P"))
                .map(request -> request.replaceFirst("\\?(?s:.*)", ""))
                .toList();
    }

    /** Known failure: the engine wrote what root of the container could not, and each try left a folder more. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{}; bind; name=userns",
                "{}; bind; name=rootless",
                "{\"UsernsMode\":\"auto\"}; volume; name=seccomp",
                "{\"CapDrop\":[\"all\"]}; volume; name=seccomp",
                "{\"CapDrop\":[\"CAP_DAC_OVERRIDE\"],\"CapAdd\":[\"CHOWN\"]}; volume; name=seccomp",
                "{\"CapDrop\":[\"DAC_OVERRIDE\"],\"CapAdd\":[\"ALL\"]}; volume; name=seccomp"
            })
    void whatRootOfTheContainerMayNotWriteIsRefusedBeforeTheUpload(String host, String mount, String option) {
        runs(host, mount);
        engine.on("GET /info", "{\"SecurityOptions\":[\"" + option + ",x=y\"]}");

        assertThat(refused())
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("root of the container cannot write to /vol/current/plugins")
                .extracting(HoldfastException::reason)
                .isEqualTo(Reason.TARGET_READ_ONLY);
        assertThat(engine.requests()).noneMatch(request -> request.startsWith("PUT"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{}; volume; name=userns",
                "{}; bind; name=seccomp",
                "{\"UsernsMode\":\"host\"}; bind; name=userns",
                "{\"CapDrop\":[\"ALL\"],\"CapAdd\":[\"dac_override\"]}; volume; name=seccomp",
                "{\"CapDrop\":[\"ALL\"],\"Privileged\":true}; volume; name=seccomp"
            })
    void whereRootWritesAsTheEngineDoesNothingIsTriedBefore(String host, String mount, String option) {
        runs(host, mount);
        engine.on("GET /info", "{\"SecurityOptions\":[\"" + option + "\"]}");

        upload();

        assertThat(changes()).containsExactly("PUT /containers/1/archive");
    }

    /**
     * Known failure: files that are given to somebody else could be neither moved nor removed, and each try left a
     * folder more.
     */
    @Test
    void whatRootCouldNotMoveOnceItIsAnothersIsRefusedBeforeTheUpload() {
        runs("{\"CapDrop\":[\"DAC_OVERRIDE\"]}", "volume");

        HoldfastException e = catchThrowableOfType(HoldfastException.class, () -> {
            try (TargetSession session = open(DockerTarget.over(engine.client()).owner(new FileOwner(1000, 1000)))) {
                session.upload(".staging/n/1", Bundles.of("SKILL.md", "hello"), Progress.NONE);
            }
        });

        assertThat(e).hasMessageContaining("lacks DAC_OVERRIDE").hasMessageContaining("user 1000");
        assertThat(changes()).isEmpty();
    }
}
