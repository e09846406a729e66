package dev.holdfast.internal;

import dev.holdfast.Tracing;
import dev.holdfast.Tracing.Span;
import dev.holdfast.Tracing.Step;
import dev.holdfast.spi.HoldfastException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a host's tracing what begins and ends, if it has one. What that throws hurts nobody. */
public record Traces(Optional<Tracing> tracing) {

    private static final Logger LOG = LoggerFactory.getLogger(Traces.class);

    /** Does work as a step: what it throws is what it failed with. */
    public <T> T within(Step step, Supplier<T> work) {
        return within(step, work, result -> Optional.empty());
    }

    /**
     * Does work as a step.
     *
     * @param failure what a result says of a failure that was not thrown
     */
    public <T> T within(Step step, Supplier<T> work, Function<T, Optional<HoldfastException>> failure) {
        Optional<Span> span = tracing.flatMap(host -> tried("begin", () -> host.begin(step)));
        if (span.isEmpty()) {
            return work.get();
        }
        try {
            T result = work.get();
            failure.apply(result).ifPresent(why -> failed(span.get(), why));
            return result;
        } catch (RuntimeException | Error e) {
            failed(span.get(), e);
            throw e;
        } finally {
            boolean unused = tried("end", () -> {
                        span.get().close();
                        return true;
                    })
                    .isPresent();
        }
    }

    /** Returns work that another thread does as part of what this one does. */
    public <T> Callable<T> carried(Callable<T> work) {
        return tracing.flatMap(host -> tried("carry", () -> host.carried(work))).orElse(work);
    }

    private static void failed(Span span, Throwable why) {
        boolean unused = tried("fail", () -> {
                    span.failed(why);
                    return true;
                })
                .isPresent();
    }

    private static <T> Optional<T> tried(String what, Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("the host's tracing failed to {} a span, which has no part in the work", what);
            return Optional.empty();
        }
    }
}
