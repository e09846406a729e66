package dev.holdfast.admin;

import dev.holdfast.admin.AdminCaller.Right;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which handler answers which method and path, and what its caller must be allowed to do. */
final class Routes {

    private final List<Route> routes = new ArrayList<>();

    /** Answers a request. */
    @FunctionalInterface
    interface Handler {
        void handle(Exchange ctx) throws IOException;
    }

    /**
     * A route.
     *
     * @param parts of the path; one in braces takes any value
     * @param needed what the caller must be allowed to do; empty if the handler itself looks who it is
     */
    private record Route(String method, List<String> parts, Optional<Right> needed, Handler handler) {

        /** Returns the values of the parts in braces; empty if the path is another one. */
        Optional<Map<String, String>> match(List<String> path) {
            if (path.size() != parts.size()) {
                return Optional.empty();
            }
            Map<String, String> values = new HashMap<>();
            for (int i = 0; i < parts.size(); i++) {
                String part = parts.get(i);
                if (part.startsWith("{")) {
                    values.put(part.substring(1, part.length() - 1), path.get(i));
                } else if (!part.equals(path.get(i))) {
                    return Optional.empty();
                }
            }
            return Optional.of(values);
        }

        long open() {
            return parts.stream().filter(part -> part.startsWith("{")).count();
        }
    }

    /** A route for whoever may look. */
    Routes get(String path, Handler handler) {
        return add("GET", path, Optional.of(Right.LOOK), handler);
    }

    /** A route for whoever is not refused. */
    Routes page(String path, Handler handler) {
        return add("GET", path, Optional.of(Right.UNKNOWN), handler);
    }

    /** A route whose handler finds out itself who sends the request. */
    Routes signed(String path, Handler handler) {
        return add("POST", path, Optional.empty(), handler);
    }

    Routes post(String path, Handler handler) {
        return add("POST", path, Optional.of(Right.DECIDE), handler);
    }

    Routes put(String path, Handler handler) {
        return add("PUT", path, Optional.of(Right.DECIDE), handler);
    }

    Routes delete(String path, Handler handler) {
        return add("DELETE", path, Optional.of(Right.DECIDE), handler);
    }

    private Routes add(String method, String path, Optional<Right> needed, Handler handler) {
        routes.add(new Route(method, parts(path), needed, handler));
        return this;
    }

    private static List<String> parts(String path) {
        return Arrays.asList(path.substring(1).split("/", -1));
    }

    /** Returns the routes as {@code GET /healthz}, for whoever compares them with their description. */
    List<String> list() {
        return routes.stream()
                .map(route -> route.method() + " /" + String.join("/", route.parts()))
                .sorted()
                .toList();
    }

    /** Lets the route of the request answer it, if its caller may. */
    void handle(Exchange ctx, AdminAccess access) throws IOException {
        List<String> path = parts(ctx.path());
        List<Route> here = routes.stream()
                .filter(route -> route.match(path).isPresent())
                .sorted(Comparator.comparingLong(Route::open))
                .toList();
        String method = ctx.method().equals("HEAD") ? "GET" : ctx.method();
        Optional<Route> found =
                here.stream().filter(route -> route.method().equals(method)).findFirst();
        if (found.isPresent()) {
            Route route = found.get();
            ctx.matched(route.match(path).orElse(Map.of()));
            route.needed().ifPresent(needed -> admit(ctx, access, needed));
            route.handler().handle(ctx);
            return;
        }
        // Who may not look learns nothing of which paths there are.
        admit(ctx, access, Right.UNKNOWN);
        throw nothing(ctx, here);
    }

    private static ProblemException nothing(Exchange ctx, List<Route> here) {
        if (here.isEmpty()) {
            return ProblemException.notFound("there is nothing at this path");
        }
        ctx.header("Allow", here.stream().map(Route::method).distinct().sorted().collect(Collectors.joining(", ")));
        return new ProblemException(Problem.of(405, "method not allowed", "this path knows other methods"));
    }

    private static void admit(Exchange ctx, AdminAccess access, Right needed) {
        AdminCaller caller = access.caller(ctx.request());
        ctx.from(caller);
        Right right = caller.right();
        if (right == Right.REFUSED) {
            throw new ProblemException(Problem.of(403, "forbidden", caller.name()));
        }
        if (needed == Right.UNKNOWN) {
            return;
        }
        if (right == Right.UNKNOWN) {
            access.challenge().ifPresent(challenge -> ctx.header("WWW-Authenticate", challenge));
            throw new ProblemException(Problem.of(401, "unauthorized", caller.name()));
        }
        if (right.compareTo(needed) < 0) {
            throw new ProblemException(Problem.of(403, "forbidden", caller.name() + " may look, and not decide"));
        }
    }
}
