package dev.holdfast.examples.host;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What every request must be before a route sees it: for this host, not from another site's page, and of a form that such a
 * page cannot send without asking first. It is what protects a platform that wants no token.
 */
final class Gate {

    private static final Set<String> CHANGING = Set.of("POST", "PUT", "PATCH");
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
            + " img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";

    private final Set<String> hosts;

    private Gate(Set<String> hosts) {
        this.hosts = hosts;
    }

    /** Returns the gate that lets requests for these names and for this machine's loopback in. */
    static Gate forHosts(String bind, List<String> names) {
        Set<String> hosts = new HashSet<>(Arrays.asList("localhost", "127.0.0.1", "[::1]", bind));
        names.forEach(name -> hosts.add(name.toLowerCase(Locale.ROOT)));
        return new Gate(hosts);
    }

    void routes(RoutesConfig routes) {
        routes.before(Gate::headers);
        routes.before(this::check);
    }

    private static void headers(Context ctx) {
        ctx.header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .header("Cache-Control", "no-store");
    }

    private void check(Context ctx) {
        String host = String.valueOf(ctx.header("Host")).toLowerCase(Locale.ROOT);
        // A page of another site whose name was made to lead here (DNS rebinding) still says its own name.
        if (!hosts.contains(host.replaceFirst(":[0-9]{1,5}$", ""))) {
            throw refused(421, "misdirected request", "this platform is not known by that name; start it with --name");
        }
        checkOrigin(ctx, host);
        // A form of another site sends no JSON, and a script there must ask first, which nobody answers.
        if (CHANGING.contains(ctx.method().name()) && !isJson(ctx.contentType())) {
            throw refused(415, "unsupported media type", "send application/json");
        }
    }

    private static void checkOrigin(Context ctx, String host) {
        String origin = ctx.header("Origin");
        if (origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host)) {
            throw refused(403, "forbidden", "pages of other sites may not use this platform");
        }
        String site = ctx.header("Sec-Fetch-Site");
        boolean navigates = "navigate".equals(ctx.header("Sec-Fetch-Mode"));
        if (site != null && !site.equals("same-origin") && !site.equals("none") && !navigates) {
            throw refused(403, "forbidden", "pages of other sites may not use this platform");
        }
    }

    private static boolean isJson(@org.jspecify.annotations.Nullable String type) {
        return type != null && type.split(";", 2)[0].strip().equalsIgnoreCase("application/json");
    }

    private static ProblemException refused(int status, String title, String detail) {
        return new ProblemException(Problem.of(status, title, detail));
    }
}
