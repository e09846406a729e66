package dev.holdfast.metrics.micrometer;

import dev.holdfast.HoldfastBuilder;
import dev.holdfast.Tracing;
import dev.holdfast.spi.HoldfastException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.concurrent.Callable;

/**
 * Tells a host's observation registry what Holdfast does, from which tracing makes spans: one apply is one trace, on whichever threads
 * it runs. What the caller observes is the parent.
 *
 * <p>Give it to {@link HoldfastBuilder#tracing}. An operation is observed as {@code holdfast.operation} with the key {@code kind}, its
 * parts as {@code holdfast.stage} with the key {@code stage}; both have the key {@code reason}, {@code none} unless they fail. Which
 * install, upstream or image it is stands in the key {@code subject}, which becomes no tag of a meter. All of them stand in
 * {@code docs/operations.md}.
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
        return new Observed(observation, observation.openScope());
    }

    @Override
    public <T> Callable<T> carried(Callable<T> work) {
        Observation open = registry.getCurrentObservation();
        if (open == null) {
            return work;
        }
        return () -> {
            Observation.Scope scope = open.openScope();
            try {
                return work.call();
            } finally {
                scope.close();
            }
        };
    }

    private record Observed(Observation observation, Observation.Scope scope) implements Span {

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
