package dev.holdfast.admin;

import dev.holdfast.DriftSweeper;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Source;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The webhook that says "look now". It is believed in one thing only: which source is meant. What stands there we ask
 * the source ourselves, and only if something that is installed follows it.
 */
final class HookRoutes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HookRoutes.class);
    private static final int MOST_WAITING = 100;
    private static final int LOOKS_AT_ONCE = 2;

    private final DriftSweeper sweeper;
    private final Optional<HookSignature> signature;
    private final ThreadPoolExecutor looks;

    HookRoutes(Services services, Optional<String> secret) {
        this.sweeper = services.holdfast().sweeper();
        this.signature = secret.map(known -> new HookSignature(known, services.clock()));
        this.looks = new ThreadPoolExecutor(
                LOOKS_AT_ONCE, LOOKS_AT_ONCE, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(MOST_WAITING));
    }

    /** What moved. */
    record Moved(@Nullable String source) {}

    void routes(Routes routes) {
        routes.signed("/hooks/sources", this::moved);
    }

    /** Answers at once: who sends webhooks does not wait for what they cause. */
    private void moved(Exchange ctx) {
        HookSignature known = signature.orElseThrow(() -> ProblemException.notFound("this host takes no webhooks"));
        byte[] body = ctx.bodyAsBytes();
        HookSignature.Verdict verdict = known.check(
                header(ctx, "webhook-id"), header(ctx, "webhook-timestamp"), header(ctx, "webhook-signature"), body);
        if (verdict == HookSignature.Verdict.REFUSED) {
            throw new ProblemException(Problem.of(
                    401, "unauthorized", "the signature is not that of this body and time, or the time is not now"));
        }
        if (verdict == HookSignature.Verdict.GENUINE) {
            try {
                lookLater(Source.parse(
                        Requests.needed("source", Json.read(body, Moved.class).source())));
            } catch (RuntimeException e) {
                known.forget(header(ctx, "webhook-id"));
                throw e;
            }
        }
        ctx.status(202);
        Requests.answer(ctx, Map.of("repeated", verdict == HookSignature.Verdict.REPEATED));
    }

    private void lookLater(Source source) {
        try {
            looks.execute(() -> look(source));
        } catch (RejectedExecutionException e) {
            throw new ProblemException(
                    Problem.of(503, "service unavailable", "too many looks wait already; the next sweep looks anyway"));
        }
    }

    private void look(Source source) {
        try {
            LOG.info("{} was looked at: {}", source, sweeper.check(source));
        } catch (HoldfastException e) {
            LOG.warn("{} could not be looked at: {}", source, e.getMessage());
        }
    }

    private static String header(Exchange ctx, String name) {
        return Optional.ofNullable(ctx.header(name)).orElse("");
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
