package dev.holdfast.examples.host;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who asks: the name that goes with the bearer token, or the one operator there is where no token is wanted. */
final class Access {

    private static final String ACTOR = "actor";
    private static final String NOBODY_ELSE = "operator";
    private static final List<String> GUARDED = List.of("/admin/*", "/workspaces", "/workspaces/*", "/metrics");

    private final Map<String, byte[]> digests = new HashMap<>();

    Access(Map<String, String> tokens) {
        tokens.forEach((name, token) -> digests.put(name, digest(token)));
    }

    void routes(RoutesConfig routes) {
        GUARDED.forEach(path ->
                routes.before(path, ctx -> ctx.attribute(ACTOR, actor(ctx.header("Authorization"), ctx))));
    }

    /** Returns who asks, for the audit. */
    static String actor(Context ctx) {
        String actor = ctx.attribute(ACTOR);
        if (actor == null) {
            throw new IllegalStateException(ctx.path() + " is not guarded");
        }
        return actor;
    }

    private String actor(@Nullable String authorization, Context ctx) {
        if (digests.isEmpty()) {
            return NOBODY_ELSE;
        }
        byte[] shown = digest(
                authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                        ? authorization.substring(7).strip()
                        : "");
        String actor = null;
        // All of them, each in constant time: how long it takes tells nothing.
        for (Map.Entry<String, byte[]> known : digests.entrySet()) {
            if (MessageDigest.isEqual(known.getValue(), shown)) {
                actor = known.getKey();
            }
        }
        if (actor == null) {
            ctx.header("WWW-Authenticate", "Bearer realm=\"holdfast\"");
            throw new ProblemException(Problem.of(401, "unauthorized", "show a token: Authorization: Bearer ..."));
        }
        return actor;
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
