package dev.holdfast.admin;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks that a webhook was sent by who knows the secret, lately, and for the first time. The form is that of the
 * Standard Webhooks: HMAC-SHA256, in Base64, over {@code <id>.<timestamp>.<body>}, the body as it came.
 */
final class HookSignature {

    private static final Duration WINDOW = Duration.ofMinutes(5);
    private static final int MOST_REMEMBERED = 10_000;
    private static final String ALGORITHM = "HmacSHA256";
    private static final String PREFIX = "whsec_";

    private final byte[] secret;
    private final Clock clock;
    private final Map<String, Instant> seen = new HashMap<>();

    /** @param secret {@code whsec_} and the Base64 of the key, or the key as plain text */
    HookSignature(String secret, Clock clock) {
        this.secret = key(secret);
        this.clock = clock;
    }

    private static byte[] key(String secret) {
        return secret.startsWith(PREFIX)
                ? Base64.getDecoder().decode(secret.substring(PREFIX.length()))
                : secret.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns how many bytes a secret stands for; none if it begins as one of Standard Webhooks and is no Base64. */
    static int bytes(String secret) {
        try {
            return key(secret).length;
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    /** What was found. */
    enum Verdict {
        /** It is what it says. */
        GENUINE,
        /** It is, and was here before. */
        REPEATED,
        /** It is too old or too new, or nobody who knows the secret has sent it. */
        REFUSED
    }

    Verdict check(String id, String timestamp, String signatures, byte[] body) {
        if (!isRecent(timestamp) || !isSigned(sign(id, timestamp, body), signatures)) {
            return Verdict.REFUSED;
        }
        return isFirst(id) ? Verdict.GENUINE : Verdict.REPEATED;
    }

    /** Returns the signature that {@code webhook-signature} must hold. */
    String sign(String id, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    /** Several, separated by spaces, while a secret is changed. */
    private static boolean isSigned(String expected, String signatures) {
        boolean signed = false;
        for (String signature : signatures.split(" ", -1)) {
            signed |= MessageDigest.isEqual(
                    expected.getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
        }
        return signed;
    }

    private boolean isRecent(String timestamp) {
        if (!timestamp.matches("[0-9]{1,12}")) {
            return false;
        }
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), clock.instant());
        return age.abs().compareTo(WINDOW) <= 0;
    }

    /** Lets a message come again: what it asked for was not done. */
    synchronized void forget(String id) {
        seen.remove(id);
    }

    /** Remembers as long as a repetition would pass as recent. If that is too much, what comes counts as repeated. */
    private synchronized boolean isFirst(String id) {
        Instant old = clock.instant().minus(WINDOW.multipliedBy(2));
        seen.values().removeIf(at -> at.isBefore(old));
        return seen.size() < MOST_REMEMBERED && seen.putIfAbsent(id, clock.instant()) == null;
    }
}
