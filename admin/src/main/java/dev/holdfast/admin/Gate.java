package dev.holdfast.admin;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What every request must be before a route sees it: not from another site's page, and of a form that such a page
 * cannot send without asking first. It protects hosts that have no protection against cross-site requests of their own.
 */
final class Gate {

    private static final Set<String> CHANGING = Set.of("POST", "PUT", "PATCH");
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private Gate() {}

    static void headers(Exchange ctx) {
        ctx.header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .header("Cache-Control", "no-store");
    }

    static void check(Exchange ctx) {
        checkOrigin(ctx);
        // A form of another site sends no JSON, and a script there must ask first, which nobody answers.
        if (CHANGING.contains(ctx.method()) && !isJson(ctx.contentType())) {
            throw refused(415, "unsupported media type", "send application/json");
        }
    }

    /**
     * A browser says itself whether a page of the same site asks; behind a proxy that changes the name it alone knows.
     * Only one that does not say so is judged by {@code Origin} and {@code Host}.
     */
    private static void checkOrigin(Exchange ctx) {
        String site = ctx.header("Sec-Fetch-Site");
        String origin = ctx.header("Origin");
        if (site != null) {
            boolean looks = "navigate".equals(ctx.header("Sec-Fetch-Mode")) && !CHANGING.contains(ctx.method());
            if (!site.equals("same-origin") && !site.equals("none") && !looks) {
                throw foreign();
            }
        } else if (origin != null) {
            String host = String.valueOf(ctx.header("Host")).toLowerCase(Locale.ROOT);
            if (!origin.equals("http://" + host) && !origin.equals("https://" + host)) {
                throw foreign();
            }
        }
    }

    private static ProblemException foreign() {
        return refused(403, "forbidden", "pages of other sites may not use this host");
    }

    private static boolean isJson(@Nullable String type) {
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
    }

    private static ProblemException refused(int status, String title, String detail) {
        return new ProblemException(Problem.of(status, title, detail));
    }
}
