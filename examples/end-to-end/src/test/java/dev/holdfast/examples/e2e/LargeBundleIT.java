package dev.holdfast.examples.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.contracts.git.GitHttpServer;
import dev.holdfast.contracts.git.GitRepository;
import dev.holdfast.contracts.needs.Facility;
import dev.holdfast.contracts.needs.Needs;
import dev.holdfast.delivery.docker.Busybox;
import dev.holdfast.delivery.docker.DockerClients;
import dev.holdfast.spi.Revision;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A bundle of 100 MiB, one file of 60 MiB among them, passes through a JVM of 128 MiB. Nothing holds a whole tree in
 * memory.
 */
@Needs({Facility.GIT_HTTP, Facility.DOCKER, Facility.BUSYBOX})
final class LargeBundleIT {

    private static final int MIB = 1024 * 1024;

    @TempDir
    private static Path server;

    @TempDir
    private Path directory;

    private static GitHttpServer git;
    private static GitRepository repository;
    private static Revision revision;

    @BeforeAll
    static void makeARepository() throws IOException {
        git = GitHttpServer.start(server);
        repository = git.repository("acme/large");
        Random random = new Random(42);
        write(repository.work().resolve("large.bin"), 60, random);
        for (int i = 0; i < 40; i++) {
            write(repository.work().resolve("part-" + i + ".bin"), 1, random);
        }
        revision = repository.commitAll();
        repository.annotatedTag("v1.0.0", revision);
    }

    private static void write(Path file, int mebibytes, Random random) throws IOException {
        byte[] block = new byte[MIB];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < mebibytes; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
    }

    @AfterAll
    static void stopGit() {
        git.close();
    }

    @Test
    void aDirectoryGetsAHundredMebibytesThroughAJvmOf128() throws Exception {
        install("dir://" + directory.resolve("plugins"));

        assertThat(directory.resolve("plugins/large/large.bin")).hasSize(60L * MIB);
    }

    @Test
    void aContainerGetsAHundredMebibytesThroughAJvmOf128() throws Exception {
        try (DockerClient client = DockerClients.connect();
                Busybox workspace = Busybox.start(client)) {
            install(workspace.address("/srv/plugins").toString());

            assertThat(workspace.sh("wc -c < /srv/plugins/large/large.bin").trim())
                    .isEqualTo(Long.toString(60L * MIB));
        }
    }

    private void install(String address) throws Exception {
        Path output = directory.resolve("output");
        Process program = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeInstall.class.getName(),
                        directory.resolve("cache").toString(),
                        git.host(),
                        repository.source().toString().replace("#ref:HEAD", "#tag:v1.0.0"),
                        address))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(program.waitFor(4, TimeUnit.MINUTES)).isTrue();
        assertThat(program.exitValue())
                .as(Files.readString(output, StandardCharsets.UTF_8))
                .isZero();
        assertThat(output).content().contains("installed " + revision);
    }
}
