package dev.holdfast.internal;

import dev.holdfast.Tracing;
import dev.holdfast.Tracing.Span;
import dev.holdfast.Tracing.Step;
import dev.holdfast.spi.HoldfastException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
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
            told("end", () -> span.get().close());
        }
    }

    /**
     * Returns work that another thread does as part of what this one does. It is done once, and its outcome is the
     * caller's, whatever the host makes of it.
     */
    public <T> Callable<T> carried(Callable<T> work) {
        Once<T> once = new Once<>(work);
        Optional<Callable<T>> host = tracing.flatMap(one -> tried("carry", () -> one.carried(once::outcome)));
        if (host.isEmpty()) {
            return work;
        }
        return () -> {
            told("carry", () -> once.within(host.get()));
            return once.outcome();
        };
    }

    /** Work that is done when its outcome is asked for first. */
    private static final class Once<T> extends FutureTask<T> {

        private volatile Optional<Throwable> failure = Optional.empty();

        Once(Callable<T> work) {
            super(work);
        }

        @Override
        protected void setException(Throwable thrown) {
            failure = Optional.of(thrown);
            super.setException(thrown);
        }

        /** Throws what is the host's own. */
        void within(Callable<T> host) throws Exception {
            try {
                T unused = host.call();
            } catch (Throwable e) {
                if (failure.filter(own -> own == e).isEmpty()) {
                    throw e;
                }
            }
        }

        T outcome() throws Exception {
            run();
            try {
                return get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw e.getCause() instanceof Exception known ? known : e;
            }
        }
    }

    private static void failed(Span span, Throwable why) {
        told("fail", () -> span.failed(why));
    }

    private interface Telling {
        void tell() throws Exception;
    }

    private static void told(String what, Telling telling) {
        boolean unused = tried(what, () -> {
                    telling.tell();
                    return true;
                })
                .isPresent();
    }

    private static <T> Optional<T> tried(String what, Callable<T> call) {
        try {
            return Optional.of(call.call());
        } catch (Throwable e) {
            if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) {
                throw fatal;
            }
            LOG.atWarn().setCause(e).log("the host's tracing failed to {} a span, which has no part in the work", what);
            return Optional.empty();
        }
    }
}
