package dev.holdfast.examples.host;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.Page;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What routes read from requests, and how they answer with a part of a list. */
final class Requests {

    private static final int USUAL_PAGE = 50;

    private Requests() {}

    static long id(Context ctx) {
        return number("id", ctx.pathParam("id"));
    }

    static WorkspaceId workspace(Context ctx) {
        return WorkspaceId.of(ctx.pathParam("workspace"));
    }

    static InstallKey install(Context ctx) {
        return InstallKey.of(ctx.pathParam("workspace"), ctx.pathParam("plugin"));
    }

    static Optional<String> query(Context ctx, String name) {
        return Optional.ofNullable(ctx.queryParam(name)).filter(value -> !value.isEmpty());
    }

    static Optional<WorkspaceId> workspaceQuery(Context ctx) {
        return query(ctx, "workspace").map(WorkspaceId::of);
    }

    static <T> T body(Context ctx, Class<T> type) {
        return Json.read(ctx.bodyAsBytes(), type);
    }

    /** Returns a member that must be there. */
    static <T> T needed(String name, @Nullable T value) {
        if (value == null) {
            throw ProblemException.invalid("the body has no \"" + name + "\"");
        }
        return value;
    }

    static Page.Request page(Context ctx) {
        int limit = query(ctx, "limit")
                .map(text -> (int) Math.min(Page.LARGEST, number("limit", text)))
                .orElse(USUAL_PAGE);
        return new Page.Request(query(ctx, "after"), limit);
    }

    private static long number(String name, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ProblemException.invalid(name + " '" + text + "' is no number");
        }
    }

    /** Answers with an array, {@code []} if there is nothing, and where the next part is in a {@code Link} (RFC 8288). */
    static <T, V> void answer(Context ctx, Page<T> page, Function<T, V> view) {
        page.next().ifPresent(next -> ctx.header("Link", "<" + next(ctx, next) + ">; rel=\"next\""));
        answer(ctx, page.items().stream().map(view).toList());
    }

    static void answer(Context ctx, Object value) {
        ctx.result(Json.bytes(value)).contentType("application/json");
    }

    private static String next(Context ctx, String after) {
        StringBuilder link = new StringBuilder(ctx.path()).append('?');
        ctx.queryParamMap().forEach((name, values) -> {
            if (!name.equals("after")) {
                link.append(encoded(name))
                        .append('=')
                        .append(encoded(values.get(0)))
                        .append('&');
            }
        });
        return link.append("after=").append(encoded(after)).toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
