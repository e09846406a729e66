package dev.holdfast.examples.host;

import dev.holdfast.admin.AdminAccess;
import dev.holdfast.admin.AdminCaller;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who asks: the name that goes with the bearer token. */
final class TokenAccess implements AdminAccess {

    private final Map<String, byte[]> digests = new HashMap<>();

    private TokenAccess(Map<String, String> tokens) {
        tokens.forEach((name, token) -> digests.put(name, digest(token)));
    }

    /** Returns who may decide: whoever knows a token, or only this machine where there are none. */
    static AdminAccess of(Map<String, String> tokens) {
        return tokens.isEmpty() ? AdminAccess.loopback() : new TokenAccess(tokens);
    }

    @Override
    public Optional<String> challenge() {
        return Optional.of("Bearer realm=\"holdfast\"");
    }

    @Override
    public AdminCaller caller(HttpServletRequest request) {
        byte[] shown = digest(shown(request.getHeader("Authorization")));
        AdminCaller caller = AdminCaller.unknown("show a token: Authorization: Bearer ...");
        // All of them, each in constant time: how long it takes tells nothing.
        for (Map.Entry<String, byte[]> known : digests.entrySet()) {
            if (MessageDigest.isEqual(known.getValue(), shown)) {
                caller = AdminCaller.decides(known.getKey());
            }
        }
        return caller;
    }

    private static String shown(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authorization.substring(7).strip()
                : "";
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
