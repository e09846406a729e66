package dev.holdfast.admin;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.Page;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What routes read from requests, and how they answer with a part of a list. */
final class Requests {

    private static final int USUAL_PAGE = 50;

    private Requests() {}

    static long id(Exchange ctx) {
        return number("id", ctx.pathParam("id"));
    }

    static WorkspaceId workspace(Exchange ctx) {
        return WorkspaceId.of(ctx.pathParam("workspace"));
    }

    static InstallKey install(Exchange ctx) {
        return InstallKey.of(ctx.pathParam("workspace"), ctx.pathParam("plugin"));
    }

    static Optional<String> query(Exchange ctx, String name) {
        return Optional.ofNullable(ctx.queryParam(name)).filter(value -> !value.isEmpty());
    }

    static Optional<WorkspaceId> workspaceQuery(Exchange ctx) {
        return query(ctx, "workspace").map(WorkspaceId::of);
    }

    static <T> T body(Exchange ctx, Class<T> type) {
        return Json.read(ctx.bodyAsBytes(), type);
    }

    /** Returns a member that must be there. */
    static <T> T needed(String name, @Nullable T value) {
        if (value == null) {
            throw ProblemException.invalid("the body has no \"" + name + "\"");
        }
        return value;
    }

    static Page.Request page(Exchange ctx) {
        int limit = query(ctx, "limit")
                .map(text -> (int) Math.min(Page.LARGEST, number("limit", text)))
                .orElse(USUAL_PAGE);
        return new Page.Request(query(ctx, "after"), limit);
    }

    /** Returns the constant that {@link Words#of} wrote. */
    static <E extends Enum<E>> E word(Class<E> type, String word) {
        for (E constant : type.getEnumConstants()) {
            if (Words.of(constant).equals(word)) {
                return constant;
            }
        }
        throw ProblemException.invalid("'" + word + "' is none of the words for " + type.getSimpleName());
    }

    private static long number(String name, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw ProblemException.invalid(name + " '" + text + "' is no number");
        }
    }

    /**
     * Answers with an array, {@code []} if there is nothing, and where the next part is in a {@code Link} (RFC 8288).
     */
    static <T, V> void answer(Exchange ctx, Page<T> page, Function<T, V> view) {
        answer(ctx, part(page, view));
    }

    /** A part of a list, ready to be sent. */
    static final class Part {
        private final byte[] json;
        private final Optional<String> next;

        private Part(byte[] json, Optional<String> next) {
            this.json = json;
            this.next = next;
        }
    }

    static <T, V> Part part(Page<T> page, Function<T, V> view) {
        return new Part(Json.bytes(page.items().stream().map(view).toList()), page.next());
    }

    static void answer(Exchange ctx, Part part) {
        part.next.ifPresent(next -> ctx.header("Link", "<" + next(ctx, next) + ">; rel=\"next\""));
        ctx.result(part.json, "application/json");
    }

    static void answer(Exchange ctx, Object value) {
        ctx.result(Json.bytes(value), "application/json");
    }

    /** Relative to the request's own address, so that it holds under any path that the servlet is mounted at. */
    private static String next(Exchange ctx, String after) {
        StringBuilder link = new StringBuilder("?");
        ctx.queryParams().forEach((name, values) -> {
            if (!name.equals("after")) {
                link.append(encoded(name))
                        .append('=')
                        .append(encoded(values[0]))
                        .append('&');
            }
        });
        return link.append("after=").append(encoded(after)).toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
