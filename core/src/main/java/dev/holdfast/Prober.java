package dev.holdfast;

import dev.holdfast.internal.Contained;
import dev.holdfast.internal.Workers;
import dev.holdfast.spi.Change;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HealthProbe;
import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Phase;
import java.util.Optional;

/** Asks the host's probe about one update until it has passed often enough, or its time is over. */
final class Prober {

    private final Engine engine;
    private final Operation operation;
    private final HealthProbe probe;
    private final Probation probation;

    Prober(Engine engine, Operation operation) {
        this.engine = engine;
        this.operation = operation;
        this.probe = engine.hooks().probe().orElseThrow();
        this.probation = engine.hooks().probation();
    }

    /** Returns why it failed; empty if it passed. */
    Optional<String> failure(Change change) {
        Deadline end = Deadline.after(probation.within());
        int passed = 0;
        while (true) {
            Health health = look(change, end);
            passed = health instanceof Health.Healthy ? passed + 1 : 0;
            if (passed == probation.passes()) {
                return Optional.empty();
            }
            String why = health instanceof Health.Unhealthy unhealthy
                    ? unhealthy.why()
                    : "it passed " + passed + " of " + probation.passes() + " looks in time";
            keepTheLease();
            Workers.pause(probation.every(), end);
            if (end.hasPassed()) {
                return Optional.of(why);
            }
        }
    }

    private Health look(Change change, Deadline end) {
        Deadline deadline = end.atMost(probation.every());
        try {
            return engine.workers()
                    .within(
                            deadline,
                            "looking at " + operation.key(),
                            () -> Contained.get(
                                    "the probe of " + operation.key(),
                                    () -> probe.check(operation.key().workspace(), change, deadline)));
        } catch (RuntimeException e) {
            return Health.unhealthy(String.valueOf(e.getMessage()));
        }
    }

    private void keepTheLease() {
        if (!engine.store()
                .journal()
                .advance(operation, Phase.RELOADED, engine.timings().lease())) {
            throw Takeover.of(operation);
        }
    }
}
