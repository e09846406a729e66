package dev.holdfast.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.spi.PermanentException;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A secret of a receiver, and the signatures that it makes: the scheme {@code v1} of Standard Webhooks. */
final class SigningSecret {

    private static final String PREFIX = "whsec_";
    private static final String HMAC = "HmacSHA256";
    private static final int SHORTEST = 24;
    private static final int LONGEST = 64;

    private final SecretKeySpec key;

    private SigningSecret(byte[] bytes) {
        this.key = new SecretKeySpec(bytes, HMAC);
    }

    static SigningSecret parse(String text) {
        byte[] bytes = decoded(text);
        if (bytes.length < SHORTEST || bytes.length > LONGEST) {
            throw PermanentException.invalid(
                    "webhook secret", "(not shown)", "give whsec_ and the base64 of 24 to 64 random bytes");
        }
        return new SigningSecret(bytes);
    }

    private static byte[] decoded(String text) {
        try {
            return text.startsWith(PREFIX) ? Base64.getDecoder().decode(text.substring(PREFIX.length())) : new byte[0];
        } catch (IllegalArgumentException e) {
            // Its message may show a part of the secret.
            return new byte[0];
        }
    }

    String sign(String id, long seconds, byte[] body) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            mac.update((id + "." + seconds + ".").getBytes(UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }

    @Override
    public String toString() {
        return "(not shown)";
    }
}
