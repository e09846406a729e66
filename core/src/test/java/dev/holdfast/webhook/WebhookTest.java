package dev.holdfast.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.store.AuditRow;
import dev.holdfast.spi.store.AuditSeal;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WebhookTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final URI ADDRESS = URI.create("https://shop.example/hooks");

    private static Webhook webhook() {
        return Webhook.to("billing", ADDRESS, SECRET);
    }

    /** What the library of Standard Webhooks for JavaScript, 1.1.1, makes of the same. */
    @Test
    void theSignatureIsThatOfTheReferenceLibrary() {
        assertThat(webhook()
                        .signature(
                                "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330L, "{\"test\": 2432232314}".getBytes(UTF_8)))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://shop.example/hooks",
                "http://localhost.shop.example/hooks",
                "http://127.0.0.1.shop.example/",
                "https://user:word@shop.example/",
                "https://shop.example/#part",
                "ftp://shop.example/",
                "https:hooks",
                "/hooks"
            })
    void anAddressThatIsNotEncryptedOrNotPlainIsRefused(String address) {
        assertThatThrownBy(() -> Webhook.to("billing", URI.create(address), SECRET))
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("give https://HOST/PATH")
                .hasMessageNotContaining("word");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:8080/", "http://127.0.0.1/x", "http://[::1]:9/", "HTTPS://10.0.0.7/x"})
    void thisMachineIsReachedInPlainAndPrivateNetworksAreNotRefused(String address) {
        assertThat(Webhook.to("billing", URI.create(address), SECRET).address()).hasToString(address);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
                "whsec_",
                "whsec_c2hvcnQ=",
                "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!"
            })
    void aSecretOfAnotherFormIsRefusedAndNotShown(String secret) {
        assertThatThrownBy(() -> Webhook.to("billing", ADDRESS, secret))
                .isInstanceOf(PermanentException.class)
                .hasMessage(
                        "webhook secret '(not shown)' is refused: give whsec_ and the base64 of 24 to 64 random bytes")
                .hasNoCause();
    }

    @Test
    void namesEventsAndTimesOfAnotherFormAreRefused() {
        assertThatThrownBy(() -> Webhook.to("Billing", ADDRESS, SECRET)).hasMessageContaining("lower-case");
        assertThatThrownBy(() -> webhook().events("*.failed")).hasMessageContaining("upgrade.failed or rollout-*");
        assertThatThrownBy(() -> webhook().timeout(Duration.ofMinutes(1))).hasMessageContaining("30 seconds");
        assertThatThrownBy(() -> webhook().source(URI.create(""))).hasMessageContaining("URI reference");
    }

    @Test
    void aClientThatFollowsRedirectsIsRefused() {
        HttpClient follows = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();

        assertThatThrownBy(() -> webhook().client(follows)).hasMessageContaining("follows redirects");
    }

    @Test
    void whatIsLoggedIsNameAndHost() {
        assertThat(Webhook.to("billing", URI.create("https://shop.example/hooks/s3cr3t?key=s3cr3t"), SECRET))
                .hasToString("webhook 'billing' at shop.example");
    }

    @ParameterizedTest
    @CsvSource({
        "upgrade,     succeeded,             upgrade.succeeded",
        "upgrade,     succeeded: adopted,    upgrade.succeeded",
        "rollback,    failed: NO_SPACE,      rollback.failed",
        "refresh,     failed: UNREACHABLE,   refresh.failed",
        "dismiss,     failed: it is broken,  dismiss",
        "rollout-halted, 2 of 3 failed,      rollout-halted"
    })
    void theTypeSaysHowAnOperationEnded(String action, String outcome, String type) {
        assertThat(message(action, outcome).is(type)).isTrue();
        assertThat(message(action, outcome).is(type.substring(0, 3) + "*")).isTrue();
        assertThat(message(action, outcome).is("other*")).isFalse();
    }

    @Test
    void theDocumentIsACloudEventOfPlainJson() {
        assertThat(new String(
                        message("dismiss", "a \"quoted\"\n\\ text, ü, \ud83d\ude00")
                                .body("/shop"),
                        UTF_8))
                .isEqualTo("{\"specversion\":\"1.0\",\"id\":\"7-aaaaaaaaaaaaaaaa\",\"source\":\"/shop\","
                        + "\"type\":\"dev.holdfast.dismiss\",\"subject\":\"ws-1/greeter\","
                        + "\"time\":\"1970-01-01T00:00:00Z\",\"sequence\":\"0000000000000000007\","
                        + "\"datacontenttype\":\"application/json\",\"data\":{\"entry\":42,\"actor\":\"alice\","
                        + "\"action\":\"dismiss\",\"workspace\":\"ws-1\",\"plugin\":\"greeter\","
                        + "\"outcome\":\"a \\\"quoted\\\"\\u000a\\\\ text, ü, \\ud83d\\ude00\"}}");
    }

    private static AuditMessage message(String action, String outcome) {
        return AuditMessage.of(
                new AuditSeal(7, 42, "a".repeat(64)),
                new AuditRow(
                        42,
                        Instant.EPOCH,
                        List.of(
                                Optional.of("alice"),
                                Optional.of(action),
                                Optional.of("ws-1"),
                                Optional.of("greeter"),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(outcome))));
    }
}
