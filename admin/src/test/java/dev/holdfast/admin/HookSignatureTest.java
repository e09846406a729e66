package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.admin.HookSignature.Verdict;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.testkit.MutableClock;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

final class HookSignatureTest {

    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final byte[] BODY = "{\"source\":\"github://acme/greeter\"}".getBytes(StandardCharsets.UTF_8);

    private final MutableClock clock = MutableClock.create();
    private final String now = Long.toString(clock.instant().getEpochSecond());

    private static String signed(byte[] key, String content) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
    }

    private Verdict check(String secret, byte[] key) throws Exception {
        String content = "msg_1." + now + "." + new String(BODY, StandardCharsets.UTF_8);
        return new HookSignature(secret, clock).check("msg_1", now, signed(key, content), BODY);
    }

    /** Known failure: the text itself was the key, so no sender of Standard Webhooks could sign. */
    @Test
    void theKeyOfStandardWebhooksIsTheBase64BehindItsPrefix() throws Exception {
        byte[] key = Base64.getDecoder().decode(SECRET.substring("whsec_".length()));

        assertThat(check(SECRET, key)).isEqualTo(Verdict.GENUINE);
        assertThat(check(SECRET, SECRET.getBytes(StandardCharsets.UTF_8))).isEqualTo(Verdict.REFUSED);
    }

    @Test
    void anyOtherTextIsTheKeyItself() throws Exception {
        String text = "a-secret-of-good-length";

        assertThat(check(text, text.getBytes(StandardCharsets.UTF_8))).isEqualTo(Verdict.GENUINE);
    }

    @Test
    void whatCouldNotBeDoneMayComeAgain() throws Exception {
        HookSignature signature = new HookSignature(SECRET, clock);
        String signed = signature.sign("msg_1", now, BODY);
        assertThat(signature.check("msg_1", now, signed, BODY)).isEqualTo(Verdict.GENUINE);
        assertThat(signature.check("msg_1", now, signed, BODY)).isEqualTo(Verdict.REPEATED);

        signature.forget("msg_1");

        assertThat(signature.check("msg_1", now, signed, BODY)).isEqualTo(Verdict.GENUINE);
    }

    @Test
    void aKeyThatIsTooShortOrNoBase64IsRefusedAndNotShown() throws Exception {
        try (AdminFixture host = new AdminFixture(builder -> builder)) {
            AdminServletBuilder builder = AdminServlet.builder(host.holdfast(), AdminEvents.create());
            for (String secret : new String[] {"fifteen letters", "whsec_c2hvcnQ=", "whsec_no base64 at all, is it"}) {
                assertThatThrownBy(() -> builder.hookSecret(secret))
                        .isInstanceOf(PermanentException.class)
                        .hasMessageNotContaining(secret);
            }
        }
    }
}
