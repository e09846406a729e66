package dev.holdfast.delivery.ssh;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * One line of a known hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").
 *
 * @param marker {@code @revoked}, {@code @cert-authority}, or empty
 * @param names patterns apart by commas, or one hashed name
 * @param key the key as SSH sends it, in Base64
 */
record KnownHostLine(String marker, String names, String key) {

    private static final String REVOKED = "@revoked";
    private static final String HASHED = "|1|";

    /** Reads a line; {@code null} for a comment, and for what is no such line. */
    static @Nullable KnownHostLine parse(String text) {
        String[] words = text.strip().split("[ \t]+", -1);
        boolean marked = words[0].startsWith("@");
        int at = marked ? 1 : 0;
        if (words[0].startsWith("#") || words.length < at + 3) {
            return null;
        }
        try {
            byte[] key = Base64.getDecoder().decode(words[at + 2]);
            return words[at + 1].equals(type(key))
                    ? new KnownHostLine(
                            marked ? words[0] : "",
                            words[at],
                            Base64.getEncoder().encodeToString(key))
                    : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Returns whether this lets a server with this key be {@code name}. */
    boolean accepts(String name) {
        return marker.isEmpty() && matches(name);
    }

    /** Returns whether this says that nobody with one of these names may show the key any more. */
    boolean revokes(Collection<String> any) {
        return marker.equals(REVOKED) && any.stream().anyMatch(this::matches);
    }

    boolean holds(byte[] other) {
        return key.equals(Base64.getEncoder().encodeToString(other));
    }

    /** Returns the type of the key, as SSH names it. */
    String type() {
        return type(Base64.getDecoder().decode(key));
    }

    private boolean matches(String name) {
        if (names.startsWith(HASHED)) {
            return hashed(name);
        }
        List<String> patterns = List.of(names.toLowerCase(Locale.ROOT).split(",", -1));
        return patterns.stream().anyMatch(pattern -> glob(pattern, name))
                && patterns.stream().noneMatch(pattern -> pattern.startsWith("!") && glob(pattern.substring(1), name));
    }

    private boolean hashed(String name) {
        String[] parts = names.substring(HASHED.length()).split("\\|", -1);
        if (parts.length != 2) {
            return false;
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(parts[0]), "HmacSHA1"));
            byte[] hash = mac.doFinal(name.getBytes(StandardCharsets.ISO_8859_1));
            return Arrays.equals(hash, Base64.getDecoder().decode(parts[1]));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Matches as OpenSSH does: {@code *} is any text, {@code ?} one character, and nothing else is special. */
    private static boolean glob(String pattern, String name) {
        int star = -1;
        int resume = 0;
        int p = 0;
        int n = 0;
        while (n < name.length()) {
            boolean inside = p < pattern.length();
            if (inside && pattern.charAt(p) == '*') {
                star = p++;
                resume = n;
            } else if (inside && (pattern.charAt(p) == '?' || pattern.charAt(p) == name.charAt(n))) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    private static String type(byte[] key) {
        ByteBuffer buffer = ByteBuffer.wrap(key);
        int length = buffer.remaining() < Integer.BYTES ? -1 : buffer.getInt();
        return length < 0 || length > buffer.remaining()
                ? ""
                : new String(key, Integer.BYTES, length, StandardCharsets.US_ASCII);
    }
}
