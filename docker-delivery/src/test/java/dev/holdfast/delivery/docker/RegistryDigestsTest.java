package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageReference;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What registries do that the usual one does not: a server that says what a test has written for it. */
final class RegistryDigestsTest extends ScriptedRegistry {

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

    @ParameterizedTest
    @ValueSource(ints = {401, 404, 405})
    void whereHeadIsRefusedTheAnswerToGetCounts(int status) {
        answers.put(
                "HEAD /v2/acme/web/manifests/latest",
                new Answer(status, Map.of("WWW-Authenticate", "Basic realm=\"x\"")));
        answers.put("GET /v2/acme/web/manifests/latest", new Answer(200, Map.of(), "{}"));

        assertThat(plain().build().standing(image("acme/web"), soon()))
                .isEqualTo(ImageDigest.ofContent("{}".getBytes(StandardCharsets.UTF_8)));
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
}
