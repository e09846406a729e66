package dev.holdfast.contracts.needs;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One {@code GET /_ping} to a Docker engine, each step of which waits a bounded time. It says whether tests can use the
 * engine, without a Docker client: the testkit brings none.
 */
record DockerPing(String host) {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String REQUEST = "GET /_ping HTTP/1.0\r\nHost: localhost\r\n\r\n";

    static DockerPing of(Map<String, String> environment) {
        String host = environment.getOrDefault("DOCKER_HOST", "");
        return new DockerPing(host.isBlank() ? "unix:///var/run/docker.sock" : host);
    }

    /** Returns why the engine cannot be used, or nothing when it answered 200. */
    Optional<String> failure() {
        try {
            String status = ask(address(URI.create(host)));
            return status.matches("HTTP/1\\.[01] 200.*")
                    ? Optional.empty()
                    : Optional.of("the Docker engine at " + host + " answered: " + status);
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException failure) {
            return Optional.of("no Docker engine at " + host + ": " + failure.getMessage());
        }
    }

    private static SocketAddress address(URI host) throws IOException {
        if ("unix".equals(host.getScheme())) {
            return UnixDomainSocketAddress.of(host.getPath());
        }
        if ("tcp".equals(host.getScheme()) && host.getHost() != null) {
            return new InetSocketAddress(host.getHost(), host.getPort() < 0 ? 2375 : host.getPort());
        }
        throw new IOException("only unix: and tcp: are looked at");
    }

    private static String ask(SocketAddress address) throws IOException {
        try (var channel = open(address);
                var selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT);
            if (!channel.connect(address)) {
                await(selector, "connection");
                channel.finishConnect();
            }
            // The request is far smaller than a socket's buffer: one write takes it all.
            channel.write(StandardCharsets.US_ASCII.encode(REQUEST));
            key.interestOps(SelectionKey.OP_READ);
            await(selector, "answer");
            return firstLine(channel);
        }
    }

    private static SocketChannel open(SocketAddress address) throws IOException {
        return address instanceof UnixDomainSocketAddress
                ? SocketChannel.open(StandardProtocolFamily.UNIX)
                : SocketChannel.open();
    }

    private static void await(Selector selector, String what) throws IOException {
        if (selector.select(PATIENCE.toMillis()) == 0) {
            throw new IOException("no " + what + " within " + PATIENCE.toSeconds() + " s");
        }
        selector.selectedKeys().clear();
    }

    private static String firstLine(SocketChannel channel) throws IOException {
        var buffer = ByteBuffer.allocate(64);
        channel.read(buffer);
        String text = StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
        return text.lines().findFirst().orElse("nothing");
    }
}
