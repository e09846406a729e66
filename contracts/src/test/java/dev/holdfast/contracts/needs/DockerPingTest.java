package dev.holdfast.contracts.needs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
final class DockerPingTest {

    @TempDir
    private Path directory;

    @Test
    void anEngineThatAnswersOnItsSocketIsPresent() throws IOException {
        try (var server = unixServer()) {
            var asked = answerOnce(server, "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n\r\nOK");

            assertThat(ping("unix://" + socket()).failure()).isEmpty();
            assertThat(asked.join()).startsWith("GET /_ping ");
        }
    }

    @Test
    void anEngineThatAnswersOverTcpIsPresent() throws IOException {
        try (var server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var asked = answerOnce(server, "HTTP/1.0 200 OK\r\n\r\nOK");
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();

            assertThat(ping("tcp://127.0.0.1:" + port).failure()).isEmpty();
            assertThat(asked.join()).startsWith("GET /_ping ");
        }
    }

    @Test
    void aServerThatAnswersOtherwiseIsNoEngine() throws IOException {
        try (var server = unixServer()) {
            var asked = answerOnce(server, "HTTP/1.1 500 Internal Server Error\r\n\r\n");

            assertThat(ping("unix://" + socket()).failure())
                    .hasValueSatisfying(reason -> assertThat(reason).contains("500 Internal Server Error"));
            assertThat(asked.join()).startsWith("GET /_ping ");
        }
    }

    @Test
    void aServerThatHangsUpIsNoEngine() throws IOException {
        try (var server = unixServer()) {
            var asked = answerOnce(server, "");

            assertThat(ping("unix://" + socket()).failure()).isPresent();
            assertThat(asked.join()).startsWith("GET /_ping ");
        }
    }

    @Test
    void aServerThatNeverAnswersIsGivenUp() throws IOException {
        try (var server = unixServer()) {
            assertThat(ping("unix://" + socket()).failure())
                    .hasValueSatisfying(reason -> assertThat(reason).contains("no answer within 2 s"));
            assertThat(server.isOpen()).isTrue();
        }
    }

    @Test
    void aSocketThatIsNotThereIsNoEngine() {
        assertThat(ping("unix://" + socket()).failure())
                .hasValueSatisfying(reason -> assertThat(reason).startsWith("no Docker engine at unix://"));
    }

    @Test
    void aHostOfAnUnknownKindIsNamed() {
        assertThat(ping("ssh://build@example.org").failure())
                .hasValueSatisfying(
                        reason -> assertThat(reason).contains("ssh://build@example.org", "only unix: and tcp:"));
        assertThat(ping("not a uri").failure()).isPresent();
    }

    @Test
    void withoutDockerHostTheUsualSocketIsAsked() {
        assertThat(DockerPing.of(Map.of())).isEqualTo(new DockerPing("unix:///var/run/docker.sock"));
    }

    private static DockerPing ping(String host) {
        return DockerPing.of(Map.of("DOCKER_HOST", host));
    }

    private Path socket() {
        return directory.resolve("engine.sock");
    }

    private ServerSocketChannel unixServer() throws IOException {
        var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket()));
        return server;
    }

    private static CompletableFuture<String> answerOnce(ServerSocketChannel server, String answer) {
        return CompletableFuture.supplyAsync(() -> {
            try (var client = server.accept()) {
                var request = ByteBuffer.allocate(256);
                client.read(request);
                client.write(StandardCharsets.US_ASCII.encode(answer));
                return StandardCharsets.US_ASCII.decode(request.flip()).toString();
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
    }
}
