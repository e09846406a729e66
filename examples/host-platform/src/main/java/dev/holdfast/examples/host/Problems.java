package dev.holdfast.examples.host;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.TransientException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.HttpStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers every request that failed with a problem document, whoever noticed it. */
final class Problems {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private Problems() {}

    static void routes(RoutesConfig routes) {
        routes.exception(HoldfastException.class, (e, ctx) -> {
            retryAfter(e).ifPresent(wait -> ctx.header("Retry-After", Long.toString(wait.toSeconds() + 1)));
            send(ctx, Problem.of(e));
        });
        routes.exception(ProblemException.class, (e, ctx) -> send(ctx, e.problem()));
        routes.exception(HttpResponseException.class, (e, ctx) -> send(ctx, known(e, ctx)));
        routes.exception(Exception.class, (e, ctx) -> {
            LOG.error("{} {} failed in a way it should not", ctx.method(), ctx.path(), e);
            send(ctx, Problem.of(500, "internal server error", "a defect of this platform; its log says more"));
        });
    }

    private static Optional<Duration> retryAfter(HoldfastException e) {
        return e instanceof TransientException passing ? passing.retryAfter() : Optional.empty();
    }

    /** The web library's own refusals: no such route, no such method, a body that is too large. */
    private static Problem known(HttpResponseException e, Context ctx) {
        Optional.ofNullable(e.getDetails().get("availableMethods")).ifPresent(methods -> ctx.header("Allow", methods));
        String title = HttpStatus.forStatus(e.getStatus()).getMessage().toLowerCase(Locale.ROOT);
        String detail = switch (e.getStatus()) {
            case 404 -> "there is nothing at this path";
            case 405 -> "this path knows other methods";
            case 413 -> "the body is larger than " + WebServer.LARGEST_BODY + " bytes";
            default -> String.valueOf(e.getMessage());
        };
        return Problem.of(e.getStatus(), title, detail);
    }

    static void send(Context ctx, Problem problem) {
        ctx.status(problem.status()).result(Json.bytes(problem)).contentType(Problem.MEDIA_TYPE);
    }
}
