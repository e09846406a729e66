package dev.holdfast.metrics.micrometer;

import dev.holdfast.HoldfastBuilder;
import dev.holdfast.Tracing;
import dev.holdfast.spi.HoldfastException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * Tells a host's observation registry what Holdfast does, from which tracing makes spans: one apply is one trace, on
 * whichever threads it runs. What the caller observes is the parent.
 *
 * <p>Give it to {@link HoldfastBuilder#tracing}. An operation is observed as {@code holdfast.operation} with the key
 * {@code kind}, its parts as {@code holdfast.stage} with the key {@code stage}; both have the key {@code reason},
 * {@code none} unless they fail. Which install, upstream or image it is stands in the key {@code subject}, which
 * becomes no tag of a meter. All of them stand in {@code docs/operations.md}.
 *
 * <p>Safe for use by several threads. Closes nothing: the registry is the host's.
 */
public final class HoldfastObservations implements Tracing {

    private static final String REASON = "reason";

    private final ObservationRegistry registry;

    private HoldfastObservations(ObservationRegistry registry) {
        this.registry = registry;
    }

    /** Returns observations that go to {@code registry}. */
    public static HoldfastObservations to(ObservationRegistry registry) {
        return new HoldfastObservations(registry);
    }

    @Override
    public Span begin(Step step) {
        boolean stage = step.kind().isStage();
        String kind = TagValue.of(step.kind());
        Observation observation = Observation.createNotStarted(
                        stage ? "holdfast.stage" : "holdfast.operation", registry)
                .contextualName("holdfast " + kind)
                .lowCardinalityKeyValue(stage ? "stage" : "kind", kind)
                .lowCardinalityKeyValue(REASON, "none")
                .highCardinalityKeyValue("subject", step.subject())
                .start();
        try {
            return new Observed(observation, opened(observation));
        } catch (RuntimeException | Error e) {
            observation.stop();
            throw e;
        }
    }

    /** Opens a scope on this thread. Where a handler throws, nothing stays open. */
    private Scoped opened(Observation observation) {
        Optional<Observation.Scope> before = Optional.ofNullable(registry.getCurrentObservationScope());
        try {
            return new Scoped(registry, before, observation.openScope());
        } catch (RuntimeException | Error e) {
            // It is current before the handlers are told, and those that were told before the one that threw have
            // opened theirs.
            Observation.Scope half = registry.getCurrentObservationScope();
            if (half != null && half != before.orElse(null)) {
                try {
                    new Scoped(registry, before, half).close();
                } catch (RuntimeException | Error again) {
                    e.addSuppressed(again);
                }
            }
            throw e;
        }
    }

    /** A scope that is no longer current once it is closed, also where a handler throws. */
    private record Scoped(ObservationRegistry registry, Optional<Observation.Scope> before, Observation.Scope scope) {

        void close() {
            try {
                scope.close();
            } finally {
                registry.setCurrentObservationScope(before.orElse(null));
            }
        }
    }

    @Override
    public <T> Callable<T> carried(Callable<T> work) {
        Observation open = registry.getCurrentObservation();
        if (open == null) {
            return work;
        }
        return () -> {
            Scoped scope = opened(open);
            try {
                return work.call();
            } finally {
                scope.close();
            }
        };
    }

    private record Observed(Observation observation, Scoped scope) implements Span {

        @Override
        public void failed(Throwable why) {
            String reason = why instanceof HoldfastException known ? TagValue.of(known.reason()) : "unknown";
            observation.lowCardinalityKeyValue(REASON, reason).error(why);
        }

        @Override
        public void close() {
            try {
                scope.close();
            } finally {
                observation.stop();
            }
        }
    }
}
