package dev.holdfast.admin;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.TransientException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers a request that failed with a problem document. */
final class Problems {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private Problems() {}

    static void answer(RuntimeException failure, Exchange ctx) {
        if (failure instanceof HoldfastException known) {
            retryAfter(known).ifPresent(wait -> ctx.header("Retry-After", Long.toString(wait.toSeconds() + 1)));
            send(ctx, Problem.of(known));
        } else if (failure instanceof ProblemException known) {
            send(ctx, known.problem());
        } else {
            LOG.error("{} {} failed in a way it should not", ctx.method(), ctx.path(), failure);
            send(ctx, Problem.of(500, "internal server error", "a defect of this host; its log says more"));
        }
    }

    private static Optional<Duration> retryAfter(HoldfastException e) {
        return e instanceof TransientException passing ? passing.retryAfter() : Optional.empty();
    }

    private static void send(Exchange ctx, Problem problem) {
        ctx.status(problem.status()).result(Json.bytes(problem.members()), Problem.MEDIA_TYPE);
    }
}
