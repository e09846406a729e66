package dev.holdfast.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;

/** The page: files as they are, nothing built. Only those that are named here are served. */
final class PageFiles {

    private static final Set<String> FILES = Set.of(
            "mark.svg",
            "base.css",
            "parts.css",
            "app.js",
            "api.js",
            "ask.js",
            "dom.js",
            "live.js",
            "many.js",
            "status.js",
            "words.js",
            "activity.js",
            "containers.js",
            "holds.js",
            "pins.js",
            "plugin.js",
            "quarantines.js",
            "queue.js",
            "rollouts.js",
            "sources.js",
            "targets.js",
            "update.js",
            "updates.js",
            "workspaces.js");

    private PageFiles() {}

    static void routes(Routes routes) {
        serve(routes, "/", "index.html");
        serve(routes, "/openapi.json", "openapi.json");
        FILES.forEach(file -> serve(routes, "/page/" + file, file));
    }

    /** Returns whether a route is one of these. */
    static boolean isPage(String route) {
        return route.equals("GET /") || route.equals("GET /openapi.json") || route.startsWith("GET /page/");
    }

    private static void serve(Routes routes, String path, String file) {
        byte[] content = read(file);
        routes.page(path, ctx -> ctx.result(content, type(file)));
    }

    private static String type(String file) {
        return switch (file.substring(file.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "json" -> "application/json";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException("no type is known for " + file);
        };
    }

    private static byte[] read(String file) {
        try (InputStream in = PageFiles.class.getResourceAsStream("page/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the page has no " + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
