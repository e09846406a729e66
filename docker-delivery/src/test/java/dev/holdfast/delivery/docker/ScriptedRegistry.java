package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImagePlatform;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.testkit.MutableClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A registry that says what a test has written for it, and what it was asked. */
abstract class ScriptedRegistry {

    static final ImageDigest A = ImageDigest.of("sha256:" + "a".repeat(64));
    static final ImagePlatform AMD64 = ImagePlatform.parse("linux/amd64");

    final MutableClock clock = MutableClock.create();
    final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    final Map<String, Answer> answers = Collections.synchronizedMap(new HashMap<>());
    final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    record Answer(int status, Map<String, String> headers, String body) {
        Answer(int status, Map<String, String> headers) {
            this(status, headers, "");
        }
    }

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
        threads.shutdownNow();
    }

    final void answer(HttpExchange exchange) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI()
                + (authorization == null ? "" : " as " + authorization);
        requests.add(request);
        Answer answer = answers.getOrDefault(request, new Answer(404, Map.of()));
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        boolean empty = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
        exchange.sendResponseHeaders(answer.status(), empty ? -1 : body.length);
        if (!empty) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    final String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    final ImageReference image(String repository) {
        return ImageReference.parse(host() + "/" + repository);
    }

    final RegistryDigests.Builder plain() {
        return RegistryDigests.builder().plainHttp(host()).clock(clock);
    }

    static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    static Map<String, String> standing(ImageDigest digest) {
        return Map.of("Docker-Content-Digest", digest.value());
    }

    final void challenge(String request, String challenge) {
        answers.put(request, new Answer(401, Map.of("WWW-Authenticate", challenge)));
    }

    static void refused(Reason reason, Runnable call) {
        HoldfastException e = catchThrowableOfType(HoldfastException.class, call::run);
        assertThat(e).isNotNull();
        assertThat(e.reason()).isEqualTo(reason);
    }
}
