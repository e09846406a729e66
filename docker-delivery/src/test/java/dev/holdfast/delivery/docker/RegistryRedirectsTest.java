package dev.holdfast.delivery.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.holdfast.spi.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where registries and their token servers send on to, and who is told who asks. */
final class RegistryRedirectsTest extends ScriptedRegistry {

    private static final String TAG = "HEAD /v2/acme/web/manifests/latest";
    private static final String KNOWN = " as " + RegistryServer.TESTER.header();
    private static final String TOKEN = "GET /token?scope=repository%3Aacme%2Fweb%3Apull";

    /** Another server, with the same answers. */
    private HttpServer other;

    @BeforeEach
    void startOther() throws IOException {
        other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", this::answer);
        other.start();
    }

    @AfterEach
    void stopOther() {
        other.stop(0);
    }

    private String elsewhere() {
        return "http://127.0.0.1:" + other.getAddress().getPort();
    }

    private static Answer moved(String location) {
        return new Answer(307, Map.of("Location", location));
    }

    private RegistryDigests known() {
        return plain().credentials(host -> Optional.of(RegistryServer.TESTER)).build();
    }

    private void tokenServer(Answer answer) {
        challenge(TAG, "Bearer realm=\"http://" + host() + "/token\"");
        answers.put(TOKEN + KNOWN, answer);
        answers.put(TAG + " as Bearer good", new Answer(200, standing(A)));
    }

    /** Known failure: the second time, the other server was told what only the registry should hear. */
    @ParameterizedTest
    @ValueSource(strings = {"", "home"})
    void whoOnceSentUsElsewhereIsNotToldAgainWhoAsks(String back) {
        challenge(TAG, "Basic realm=\"x\"");
        answers.put(TAG + KNOWN, moved(elsewhere() + "/one"));
        answers.put("HEAD /one", moved((back.isEmpty() ? elsewhere() : "http://" + host()) + "/two"));
        answers.put("HEAD /two", new Answer(200, standing(A)));

        assertThat(known().standing(image("acme/web"), soon())).isEqualTo(A);
    }

    /** Known failure: the credentials were sent to whomever the other server named. */
    @Test
    void anotherServersChallengeIsNotAnswered() {
        answers.put(TAG, moved(elsewhere() + "/one"));
        challenge("HEAD /one", "Bearer realm=\"" + elsewhere() + "/token\"");

        refused(Reason.UNAUTHORIZED, () -> known().standing(image("acme/web"), soon()));

        assertThat(requests).noneMatch(request -> request.contains("/token"));
    }

    /** Known failure: it ended there, for good. */
    @Test
    void aTokenServerMaySendOn() {
        tokenServer(moved("/other-token"));
        answers.put("GET /other-token" + KNOWN, new Answer(200, Map.of(), "{\"token\":\"good\"}"));

        assertThat(known().standing(image("acme/web"), soon())).isEqualTo(A);
    }

    @Test
    void whomATokenServerSendsOnToIsNotToldWhoAsks() {
        tokenServer(moved(elsewhere() + "/other-token"));
        answers.put("GET /other-token", new Answer(200, Map.of(), "{\"token\":\"good\"}"));

        assertThat(known().standing(image("acme/web"), soon())).isEqualTo(A);
    }

    @Test
    void aTokenServerThatSendsOnForEverIsLeft() {
        tokenServer(moved("/token?scope=repository%3Aacme%2Fweb%3Apull"));

        refused(Reason.PROTOCOL, () -> known().standing(image("acme/web"), soon()));

        assertThat(requests).filteredOn(request -> request.startsWith(TOKEN)).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://127.0.0.1/", "http:/nowhere", "mailto:a@b.example"})
    void anAddressThatIsNoneOfHttpIsNotFollowed(String location) {
        answers.put(TAG, moved(location));
        answers.put(TAG.replace("HEAD", "GET"), moved(location));

        refused(Reason.PROTOCOL, () -> known().standing(image("acme/web"), soon()));
    }
}
