package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers of git's own protocol that mean harm, or say odd things. */
@SuppressWarnings("NullAway.Init")
final class DaemonServerTest {

    private static final String ABILITIES = RawServer.pkt("version 2\n") + RawServer.pkt("ls-refs\n")
            + RawServer.pkt("fetch=shallow filter\n") + "0000";

    @TempDir
    private Path directory;

    private ServerSocket listening;
    private final CompletableFuture<String> asked = new CompletableFuture<>();
    private final CompletableFuture<Void> clientGone = new CompletableFuture<>();

    /** What a server sends after it was asked. */
    private interface Answer {
        void to(OutputStream out) throws IOException;
    }

    private void serve(Answer answer) throws IOException {
        listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread server = new Thread(() -> {
            try (Socket socket = listening.accept()) {
                byte[] request = socket.getInputStream().readNBytes(4);
                int length = Integer.parseInt(new String(request, StandardCharsets.US_ASCII), 16);
                asked.complete(new String(socket.getInputStream().readNBytes(length - 4), StandardCharsets.UTF_8));
                answer.to(socket.getOutputStream());
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                // the client went away
            }
            clientGone.complete(null);
        });
        server.setDaemon(true);
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        listening.close();
    }

    private static void send(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    private HoldfastException failure(Duration patience, Duration idle) {
        String host = "127.0.0.1:" + listening.getLocalPort();
        try (JGitResolver resolver = JGitResolver.builder(directory)
                .allowGitProtocol(host)
                .idleTimeout(idle)
                .refsLimit(1024 * 1024)
                .build()) {
            return catchThrowableOfType(
                    HoldfastException.class,
                    () -> resolver.resolve(
                            resolver.upstream(Source.parse("git://" + host + "/acme/my%20x.git")),
                            Set.of(TrackedRef.latestTag()),
                            Deadline.after(patience)));
        }
    }

    @Test
    void asksForVersionTwoOfTheRepositoryByItsPlainName() throws Exception {
        serve(out -> send(out, RawServer.pkt("ERR access denied or repository not exported: /acme/my x.git")));

        failure(Duration.ofMinutes(1), Duration.ofSeconds(30));

        assertThat(asked.get(30, TimeUnit.SECONDS))
                .isEqualTo("git-upload-pack /acme/my x.git\0host=127.0.0.1:" + listening.getLocalPort()
                        + "\0\0version=2\0");
    }

    @ParameterizedTest
    @CsvSource({
        "ERR access denied or repository not exported: /x.git, SOURCE_NOT_FOUND",
        "ERR no such repository: /x.git, SOURCE_NOT_FOUND",
        "ERR service not enabled: /x.git, PROTOCOL",
    })
    void takesTheServersWordForWhatIsWrong(String words, Reason reason) throws IOException {
        serve(out -> send(out, RawServer.pkt(words)));

        HoldfastException failure = failure(Duration.ofMinutes(1), Duration.ofSeconds(30));

        assertThat(failure).isInstanceOf(PermanentException.class).hasMessageContaining(words.substring(4));
        assertThat(failure.reason()).isEqualTo(reason);
    }

    @Test
    void saysThatARepositoryHasSha256Names() throws IOException {
        serve(out -> send(out, RawServer.pkt("version 2\n") + RawServer.pkt("object-format=sha256\n") + "0000"));

        assertThat(failure(Duration.ofMinutes(1), Duration.ofSeconds(30)))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("SHA-256 repository");
    }

    @Test
    void givesUpAServerThatIsSilentForTooLong() throws Exception {
        serve(out -> clientGone.join());

        HoldfastException failure = failure(Duration.ofMinutes(5), Duration.ofSeconds(1));

        assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT);
        assertThat(failure).hasMessageContaining("sent nothing for");
    }

    @Test
    void stopsReadingAtTheLimitForRefs() throws Exception {
        serve(out -> {
            send(out, ABILITIES);
            for (int i = 0; !clientGone.isDone(); i++) {
                send(out, RawServer.pkt("f".repeat(40) + " refs/tags/v1.0." + i + "\n"));
            }
        });

        HoldfastException failure = failure(Duration.ofMinutes(5), Duration.ofSeconds(30));

        assertThat(failure).isInstanceOf(PermanentException.class);
        assertThat(failure.reason()).isEqualTo(Reason.TOO_LARGE);
        clientGone.get(30, TimeUnit.SECONDS);
    }

    @Test
    void endsAtTheDeadlineWhileTheServerSaysNothingAfterItsAbilities() throws Exception {
        serve(out -> {
            send(out, ABILITIES);
            clientGone.join();
        });

        HoldfastException failure = failure(Duration.ofMillis(500), Duration.ofSeconds(30));

        assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT);
    }

    @Test
    void isToldApartFromAServerThatIsAway() throws IOException {
        serve(out -> {});
        listening.close();

        HoldfastException failure = failure(Duration.ofMinutes(1), Duration.ofSeconds(30));

        assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(failure).hasMessageContaining("the connection was refused");
    }
}
