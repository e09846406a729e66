package dev.holdfast.resolver.jgit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers of git's own protocol that mean harm, or say odd things. */
@SuppressWarnings("NullAway.Init")
final class DaemonServerTest {

    private static final int REFS_LIMIT = 1024 * 1024;
    private static final String ABILITIES = RawServer.pkt("version 2\n") + RawServer.pkt("ls-refs\n")
            + RawServer.pkt("fetch=shallow filter\n") + "0000";

    @TempDir
    private Path directory;

    private ServerSocket listening;
    private Thread server = new Thread();
    private final CompletableFuture<String> asked = new CompletableFuture<>();
    private final CompletableFuture<Void> clientGone = new CompletableFuture<>();

    /** What a server sends after it was asked. */
    private interface Answer {
        void to(Socket client) throws IOException;
    }

    private void serve(Answer answer) throws IOException {
        listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        server = new Thread(() -> {
            try (Socket socket = listening.accept()) {
                byte[] request = socket.getInputStream().readNBytes(4);
                int length = Integer.parseInt(new String(request, StandardCharsets.US_ASCII), 16);
                asked.complete(new String(socket.getInputStream().readNBytes(length - 4), StandardCharsets.UTF_8));
                answer.to(socket);
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
    void stop() throws Exception {
        if (listening != null) {
            listening.close();
        }
        server.join(30_000);

        assertThat(server.isAlive()).isFalse();
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Says nothing until the client has closed the connection. */
    private static void silent(Socket client) throws IOException {
        client.getInputStream().readAllBytes();
    }

    /** Says eight times as much as is allowed, unless the client goes away. */
    private static void manyRefs(Socket client) throws IOException {
        send(client, ABILITIES);
        String padding = "v".repeat(1000);
        for (int i = 0; i < 8 * REFS_LIMIT / padding.length(); i++) {
            send(client, RawServer.pkt("f".repeat(40) + " refs/tags/" + padding + i + "\n"));
        }
        send(client, "0000");
    }

    private void assertThatNothingIsLeft() throws Exception {
        clientGone.get(30, TimeUnit.SECONDS);
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("holdfast-git-daemon")) {
                thread.join(30_000);
                assertThat(thread.isAlive()).isFalse();
            }
        }
    }

    private String host() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    private Source source() {
        return Source.parse("git://" + host() + "/acme/my%20x.git");
    }

    private JGitResolver resolver(Duration idle) {
        return JGitResolver.builder(directory)
                .allowGitProtocol(host())
                .idleTimeout(idle)
                .refsLimit(REFS_LIMIT)
                .build();
    }

    private HoldfastException failure(Duration patience, Duration idle) {
        try (JGitResolver resolver = resolver(idle)) {
            return catchThrowableOfType(
                    HoldfastException.class,
                    () -> resolver.resolve(
                            resolver.upstream(source()), Set.of(TrackedRef.latestTag()), Deadline.after(patience)));
        }
    }

    @Test
    void asksForVersionTwoOfTheRepositoryByItsPlainName() throws Exception {
        serve(client -> send(client, RawServer.pkt("ERR access denied or repository not exported: /acme/my x.git")));

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
        serve(client -> send(client, RawServer.pkt(words)));

        HoldfastException failure = failure(Duration.ofMinutes(1), Duration.ofSeconds(30));

        assertThat(failure).isInstanceOf(PermanentException.class).hasMessageContaining(words.substring(4));
        assertThat(failure.reason()).isEqualTo(reason);
    }

    @Test
    void saysThatARepositoryHasSha256Names() throws IOException {
        serve(client -> send(client, RawServer.pkt("version 2\n") + RawServer.pkt("object-format=sha256\n") + "0000"));

        assertThat(failure(Duration.ofMinutes(1), Duration.ofSeconds(30)))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("SHA-256 repository");
    }

    @Test
    void givesUpAServerThatIsSilentForTooLong() throws Exception {
        serve(DaemonServerTest::silent);

        HoldfastException failure = failure(Duration.ofMinutes(5), Duration.ofSeconds(1));

        assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT);
        assertThat(failure).hasMessageContaining("sent nothing for");
    }

    @Test
    void stopsReadingAtTheLimitForRefs() throws Exception {
        serve(DaemonServerTest::manyRefs);

        HoldfastException failure = failure(Duration.ofMinutes(5), Duration.ofSeconds(30));

        assertThat(failure).isInstanceOf(PermanentException.class);
        assertThat(failure.reason()).isEqualTo(Reason.TOO_LARGE);
        assertThatNothingIsLeft();
    }

    @Test
    void stopsReadingAtTheLimitForRefsWhereAFetchBeginsWithThem() throws Exception {
        serve(DaemonServerTest::manyRefs);

        HoldfastException failure;
        try (JGitResolver resolver = resolver(Duration.ofSeconds(30))) {
            failure = catchThrowableOfType(
                    HoldfastException.class,
                    () -> resolver.fetch(source(), Revision.of("f".repeat(40)), Deadline.after(Duration.ofMinutes(5))));
        }

        assertThat(failure).isInstanceOf(PermanentException.class);
        assertThat(failure.reason()).isEqualTo(Reason.TOO_LARGE);
        assertThatNothingIsLeft();
    }

    @Test
    void endsAtTheDeadlineWhileTheServerSaysNothingAfterItsAbilities() throws Exception {
        serve(client -> {
            send(client, ABILITIES);
            silent(client);
        });

        HoldfastException failure = failure(Duration.ofMillis(500), Duration.ofMinutes(5));

        assertThat(failure.reason()).isEqualTo(Reason.TIMEOUT);
        assertThatNothingIsLeft();
    }

    @Test
    void endsWhenItsCallerIsInterrupted() throws Exception {
        serve(client -> {
            send(client, ABILITIES);
            silent(client);
        });
        AtomicReference<HoldfastException> failure = new AtomicReference<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            failure.set(failure(Duration.ofMinutes(5), Duration.ofMinutes(5)));
            interrupted.set(Thread.currentThread().isInterrupted());
        });

        caller.start();
        asked.get(30, TimeUnit.SECONDS);
        caller.interrupt();
        caller.join(30_000);

        assertThat(caller.isAlive()).isFalse();
        assertThat(failure.get()).isInstanceOf(TransientException.class);
        assertThat(interrupted)
                .as("the caller still knows that it was interrupted")
                .isTrue();
        assertThatNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"P30D", "PT2562047788015215H"})
    void takesALongestSilenceThatNoSocketCanCount(Duration idle) throws IOException {
        serve(client -> send(client, RawServer.pkt("ERR no such repository: /x.git")));

        assertThat(failure(Duration.ofMinutes(1), idle).reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
    }

    /** Out of memory is no word about a server. */
    @Test
    void passesOnErrorsAsTheyAre() {
        Error error = new OutOfMemoryError("said by a test");
        Limits limits = new Limits(Duration.ofSeconds(1), 1, 1);
        DaemonWiring wiring = new DaemonWiring(
                new GitLocation(URI.create("git://localhost/x.git")), Deadline.after(Duration.ofMinutes(1)), limits);

        assertThatThrownBy(() -> wiring.bounded(() -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @Test
    void isToldApartFromAServerThatIsAway() throws IOException {
        serve(client -> {});
        listening.close();

        HoldfastException failure = failure(Duration.ofMinutes(1), Duration.ofSeconds(30));

        assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(failure).hasMessageContaining("the connection was refused");
    }
}
