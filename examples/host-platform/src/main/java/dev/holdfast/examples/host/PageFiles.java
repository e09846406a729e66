package dev.holdfast.examples.host;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;

/** The page: files as they are, nothing built. Only those that are named here are served. */
final class PageFiles {

    private static final Map<String, String> FILES =
            Map.ofEntries(Map.entry("/", "index.html"), Map.entry("/openapi.json", "openapi.json"));

    private PageFiles() {}

    /** Returns what it is served at. */
    static Set<String> paths() {
        return FILES.keySet();
    }

    static void routes(RoutesConfig routes) {
        FILES.forEach((path, file) -> {
            byte[] content = read(file);
            routes.get(path, ctx -> send(ctx, type(file), content));
        });
    }

    private static void send(Context ctx, String type, byte[] content) {
        ctx.header("Cache-Control", "no-cache").result(content).contentType(type);
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
        try (InputStream in = PageFiles.class.getResourceAsStream("/page/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the page has no " + file);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
