package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageDigests;
import dev.holdfast.spi.image.ImagePlatform;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.testkit.MutableClock;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What registries do that the usual one does not: a server that says what a test has written for it. */
final class RegistryDigestsTest {

    private static final ImageDigest A = ImageDigest.of("sha256:" + "a".repeat(64));
    private static final ImagePlatform AMD64 = ImagePlatform.parse("linux/amd64");

    private final MutableClock clock = MutableClock.create();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Answer> answers = Collections.synchronizedMap(new HashMap<>());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    private record Answer(int status, Map<String, String> headers, String body) {
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

    private void answer(HttpExchange exchange) throws IOException {
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

    private String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private ImageReference image(String repository) {
        return ImageReference.parse(host() + "/" + repository);
    }

    private RegistryDigests.Builder plain() {
        return RegistryDigests.builder().plainHttp(host()).clock(clock);
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(1));
    }

    private static Map<String, String> standing(ImageDigest digest) {
        return Map.of("Docker-Content-Digest", digest.value());
    }

    private void challenge(String request, String challenge) {
        answers.put(request, new Answer(401, Map.of("WWW-Authenticate", challenge)));
    }

    private void tokenServer() {
        challenge(
                "HEAD /v2/acme/web/manifests/latest",
                "Bearer realm=\"http://" + host()
                        + "/token\",service=\"reg, \\\"one\\\"\",scope=\"repository:acme/web:pull\"");
        String query = "/token?service=reg%2C+%22one%22&scope=repository%3Aacme%2Fweb%3Apull";
        answers.put("GET " + query, new Answer(200, Map.of(), "{\"access_token\":\"for-all\"}"));
        answers.put(
                "GET " + query + " as " + RegistryServer.TESTER.header(),
                new Answer(200, Map.of(), "{\"token\":\"for-tester\",\"expires_in\":300}"));
        answers.put("HEAD /v2/acme/web/manifests/latest as Bearer for-tester", new Answer(200, standing(A)));
        challenge(
                "HEAD /v2/acme/web/manifests/latest as Bearer for-all",
                "Bearer realm=\"x\",error=\"insufficient_scope\"");
    }

    @Test
    void aHostThatWaitsForUsInTheCommonPoolIsAnswered() {
        answers.put("HEAD /v2/acme/web/manifests/latest", new Answer(200, standing(A)));
        CountDownLatch answered = new CountDownLatch(1);
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            ForkJoinPool.commonPool().execute(() -> {
                try {
                    answered.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        try {
            assertThat(plain().build().standing(image("acme/web"), soon())).isEqualTo(A);
        } finally {
            answered.countDown();
        }
    }

    /** Known failure: there was no token cache. */
    @Test
    void aTokenIsUsedUntilItEnds() {
        tokenServer();
        RegistryDigests digests =
                plain().credentials(host -> Optional.of(RegistryServer.TESTER)).build();

        assertThat(digests.standing(image("acme/web"), soon())).isEqualTo(A);
        assertThat(requests).hasSize(3);
        digests.standing(image("acme/web"), soon());
        assertThat(requests).hasSize(4);

        clock.advance(Duration.ofSeconds(296));
        digests.standing(image("acme/web"), soon());
        assertThat(requests).hasSize(7);
    }

    @Test
    void whatOneCredentialMayReadIsNotReadByNobody() {
        tokenServer();
        Map<String, RegistryCredentials> known = new HashMap<>(Map.of(host(), RegistryServer.TESTER));
        RegistryDigests digests = plain().credentials(host -> Optional.ofNullable(known.get(host)))
                .build();
        digests.standing(image("acme/web"), soon());

        known.clear();

        assertThatThrownBy(() -> digests.standing(image("acme/web"), soon()))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNAUTHORIZED));
    }

    /** Known failure: Retry-After was not heard. */
    @Test
    void aRegistryThatWantsToBeLeftAloneIsNotAskedForAnyOfItsImages() {
        answers.put("HEAD /v2/acme/web/manifests/latest", new Answer(429, Map.of("Retry-After", "120")));
        answers.put("HEAD /v2/acme/other/manifests/latest", new Answer(200, standing(A)));
        RegistryDigests digests = plain().build();

        TransientException first = limited(digests, "acme/web");
        TransientException second = limited(digests, "acme/other");

        assertThat(first.retryAfter()).contains(Duration.ofMinutes(2));
        assertThat(second.retryAfter()).contains(Duration.ofMinutes(2));
        assertThat(requests).hasSize(1);
        clock.advance(Duration.ofMinutes(2));
        assertThat(digests.standing(image("acme/other"), soon())).isEqualTo(A);
    }

    @Test
    void aWaitMayBeSaidAsADate() {
        answers.put(
                "HEAD /v2/acme/web/manifests/latest",
                new Answer(429, Map.of("Retry-After", "Sat, 21 Nov 2026 09:31:00 GMT")));

        assertThat(limited(plain().build(), "acme/web").retryAfter()).contains(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"999999999", "Thu, 01 Jan 2099 00:00:00 GMT"})
    void noRegistryIsLeftAloneForMoreThanADay(String said) {
        answers.put("HEAD /v2/acme/web/manifests/latest", new Answer(429, Map.of("Retry-After", said)));

        assertThat(limited(plain().build(), "acme/web").retryAfter()).contains(Duration.ofDays(1));
    }

    @Test
    void whatIsBuiltKeepsItsSettingsWhenItsBuilderGoesOn() {
        answers.put("HEAD /v2/acme/web/manifests/latest", new Answer(200, standing(A)));
        RegistryDigests.Builder builder = RegistryDigests.builder();
        RegistryDigests first = builder.build();

        RegistryDigests second =
                builder.plainHttp(image("acme/web").registry()).clock(clock).build();

        assertThat(second.standing(image("acme/web"), soon())).isEqualTo(A);
        assertThatThrownBy(() -> first.standing(image("acme/web"), Deadline.after(Duration.ofSeconds(1))))
                .as("over TLS, which nobody answers")
                .isInstanceOf(TransientException.class);
        assertThat(requests).hasSize(1);
    }

    @Test
    void aRegistryGetsSoManyRequestsInAMinuteAndNoMore() {
        answers.put("HEAD /v2/acme/web/manifests/latest", new Answer(200, standing(A)));
        RegistryDigests digests = plain().requestsPerMinute(2).build();
        digests.standing(image("acme/web"), soon());
        digests.standing(image("acme/web"), soon());

        assertThat(limited(digests, "acme/web").retryAfter()).contains(Duration.ofMinutes(1));
        assertThat(requests).hasSize(2);
        clock.advance(Duration.ofMinutes(1));
        assertThat(digests.standing(image("acme/web"), soon())).isEqualTo(A);
    }

    private TransientException limited(RegistryDigests digests, String repository) {
        TransientException e =
                catchThrowableOfType(TransientException.class, () -> digests.standing(image(repository), soon()));
        assertThat(e.reason()).isEqualTo(Reason.RATE_LIMITED);
        return e;
    }

    @Test
    void aRegistryThatNamesNoDigestIsAskedForTheContent() {
        answers.put("HEAD /v2/acme/web/manifests/latest", new Answer(200, Map.of()));
        answers.put("GET /v2/acme/web/manifests/latest", new Answer(200, Map.of(), "{}"));

        assertThat(plain().build().standing(image("acme/web"), soon()))
                .isEqualTo(ImageDigest.ofContent("{}".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void contentThatIsNotWhatItsDigestSaysIsRefused() {
        String otherManifest = "{\"config\":{\"digest\":\"" + A + "\"}}";
        answers.put("GET /v2/acme/web/manifests/" + A, new Answer(200, Map.of(), otherManifest));

        refused(Reason.PROTOCOL, () -> plain().build().on(AMD64, image("acme/web"), A, soon()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "[]",
                "null",
                "{\"manifests\":[{\"platform\":{\"os\":\"../..\"}}]}",
                "{\"config\":{\"digest\":\"sha256:1\"}}",
                "{\"schemaVersion\":1,\"fsLayers\":[]}"
            })
    void garbageIsNoManifest(String body) {
        ImageDigest digest = ImageDigest.ofContent(body.getBytes(StandardCharsets.UTF_8));
        answers.put("GET /v2/acme/web/manifests/" + digest, new Answer(200, Map.of(), body));

        refused(Reason.PROTOCOL, () -> plain().build().on(AMD64, image("acme/web"), digest, soon()));
    }

    private static ImageDigest of(String content) {
        return ImageDigest.ofContent(content.getBytes(StandardCharsets.UTF_8));
    }

    private String stored(String content) {
        answers.put("GET /v2/acme/web/manifests/" + of(content), new Answer(200, Map.of(), content));
        return "{\"mediaType\":\"application/vnd.oci.image." + (content.contains("manifests") ? "index" : "manifest")
                + ".v1+json\",\"digest\":\"" + of(content) + "\"";
    }

    private static String index(String... entries) {
        return "{\"manifests\":[" + String.join(",", entries) + "]}";
    }

    private void assertFound(String index, String manifest) {
        stored(index);

        assertThat(plain().build().on(AMD64, image("acme/web"), of(index), soon()))
                .isEqualTo(new ImageDigests.PlatformImage(of(manifest), A));
    }

    @Test
    void anImageIsFoundInWhateverShapeOfIndexEnginesRun() {
        String manifest = "{\"config\":{\"digest\":\"" + A + "\"}}";
        String amd64 = ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}";
        String nested = index(stored(manifest) + amd64);

        assertFound(index(stored(nested) + amd64), manifest);
        assertFound(index(stored(nested) + "}"), manifest);
        assertFound(index(stored(index(stored(nested) + "}")) + "}"), manifest);
        assertFound(index(stored(manifest) + "}"), manifest);
        assertFound(
                index(
                        stored("{}") + ",\"platform\":{\"os\":\"\",\"architecture\":\"\"}}",
                        "{\"digest\":\"md5:1\"" + amd64,
                        stored(manifest) + amd64),
                manifest);
        assertFound(
                index(
                        stored(manifest) + "}",
                        stored("{\"a\":1}")
                                + ",\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}}"),
                manifest);
    }

    @Test
    void ofSeveralImagesThatNameNoPlatformNoneIsGuessed() {
        String two = index(stored("{\"config\":{\"digest\":\"" + A + "\"}}") + "}", stored("{\"config\":{}}") + "}");
        stored(two);

        refused(Reason.REVISION_NOT_FOUND, () -> plain().build().on(AMD64, image("acme/web"), of(two), soon()));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 405})
    void whereHeadIsRefusedTheAnswerToGetCounts(int status) {
        answers.put(
                "HEAD /v2/acme/web/manifests/latest",
                new Answer(status, Map.of("WWW-Authenticate", "Basic realm=\"x\"")));
        answers.put("GET /v2/acme/web/manifests/latest", new Answer(200, Map.of(), "{}"));

        assertThat(plain().build().standing(image("acme/web"), soon())).isEqualTo(of("{}"));
    }

    @Test
    void credentialsThatWereRefusedAreNotTriedAgain() {
        challenge("HEAD /v2/acme/web/manifests/latest", "Basic realm=\"x\"");
        String known = " as " + RegistryServer.TESTER.header();
        challenge("HEAD /v2/acme/web/manifests/latest" + known, "Basic realm=\"x\"");
        RegistryDigests digests = plain().credentials(registry -> Optional.of(RegistryServer.TESTER))
                .build();

        refused(Reason.UNAUTHORIZED, () -> digests.standing(image("acme/web"), soon()));

        assertThat(requests).filteredOn(request -> request.endsWith(known)).hasSize(1);
    }

    @Test
    void anEmptyTokenBesideAGoodOneIsNotUsed() {
        tokenServer();
        answers.put(
                "GET /token?service=reg%2C+%22one%22&scope=repository%3Aacme%2Fweb%3Apull",
                new Answer(200, Map.of(), "{\"token\":\"\",\"access_token\":\"other\"}"));
        answers.put("HEAD /v2/acme/web/manifests/latest as Bearer other", new Answer(200, standing(A)));

        assertThat(plain().build().standing(image("acme/web"), soon())).isEqualTo(A);
    }

    @Test
    void aDigestThatIsNoneIsRefused() {
        answers.put(
                "HEAD /v2/acme/web/manifests/latest", new Answer(200, Map.of("Docker-Content-Digest", "sha256:short")));

        refused(Reason.PROTOCOL, () -> plain().build().standing(image("acme/web"), soon()));
    }

    @Test
    void anEndlessAnswerIsNotRead() {
        answers.put("GET /v2/acme/web/manifests/" + A, new Answer(200, Map.of(), "x".repeat(5_000_000)));

        assertThatThrownBy(() -> plain().build().on(AMD64, image("acme/web"), A, soon()))
                .isInstanceOf(TransientException.class)
                .hasMessageContaining("4194304");
    }

    @Test
    void anotherServerIsNotToldWhoAsks() throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", this::answer);
        other.start();
        String elsewhere = "http://127.0.0.1:" + other.getAddress().getPort() + "/moved";
        challenge("HEAD /v2/acme/web/manifests/latest", "Basic realm=\"x\"");
        answers.put(
                "HEAD /v2/acme/web/manifests/latest as " + RegistryServer.TESTER.header(),
                new Answer(307, Map.of("Location", elsewhere)));
        answers.put("HEAD /moved", new Answer(200, standing(A)));

        ImageDigest found = plain().credentials(host -> Optional.of(RegistryServer.TESTER))
                .build()
                .standing(image("acme/web"), soon());

        other.stop(0);
        assertThat(found).isEqualTo(A);
    }

    @Test
    void anAnswerThatStopsInTheMiddleCostsNoMoreThanTheDeadline() throws IOException {
        try (var stalling = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            threads.execute(() -> stall(stalling));
            String host = "127.0.0.1:" + stalling.getLocalPort();
            RegistryDigests digests = RegistryDigests.builder().plainHttp(host).build();

            assertThatThrownBy(() -> digests.standing(
                            ImageReference.parse(host + "/acme/web"), Deadline.after(Duration.ofSeconds(1))))
                    .isInstanceOfSatisfying(
                            TransientException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.TIMEOUT));
        }
    }

    /** Names no digest, so that the manifest is asked for, and sends one byte of it. */
    private static void stall(ServerSocket stalling) {
        try (Socket socket = stalling.accept()) {
            String answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
            while (!new String(socket.getInputStream().readNBytes(4), StandardCharsets.ISO_8859_1).equals("HEAD")) {}
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            for (int c = socket.getInputStream().read();
                    c != 'G';
                    c = socket.getInputStream().read()) {}
            socket.getOutputStream().write((answer + "{").getBytes(StandardCharsets.ISO_8859_1));
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aServerThatDoesNotAnswerCostsNoMoreThanTheDeadline() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String host = "127.0.0.1:" + silent.getLocalPort();
            RegistryDigests digests = RegistryDigests.builder().plainHttp(host).build();

            assertThatThrownBy(() -> digests.standing(
                            ImageReference.parse(host + "/acme/web"), Deadline.after(Duration.ofMillis(300))))
                    .isInstanceOfSatisfying(
                            TransientException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.TIMEOUT));
        }
    }

    private static void refused(Reason reason, Runnable call) {
        HoldfastException e = catchThrowableOfType(HoldfastException.class, call::run);
        assertThat(e).isNotNull();
        assertThat(e.reason()).isEqualTo(reason);
    }
}
