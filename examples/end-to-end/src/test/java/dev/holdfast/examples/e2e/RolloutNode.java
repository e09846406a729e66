package dev.holdfast.examples.e2e;

import dev.holdfast.Holdfast;
import dev.holdfast.contracts.kill.Failpoints;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One node of {@link RolloutKillIT}: recovers and applies what is due, until it kills itself at a call, or is told that
 * it is over.
 */
final class RolloutNode {

    private RolloutNode() {}

    /** The arguments: those of the place, the node's name, and the number of the call at which it dies, 0 for none. */
    public static void main(String[] arguments) throws Exception {
        List<String> given = List.of(arguments);
        RolloutPlace place = RolloutPlace.of(given);
        String name = given.get(5);
        int last = Integer.parseInt(given.get(6));
        Failpoints points = Failpoints.at(point -> point.number() == last, () -> KillVictim.end("kill"));
        try (JdbcTrackingStore store = place.store();
                Holdfast holdfast = place.node(name, store, RolloutPlace.upstream(true), points)) {
            while (!Files.exists(place.directory().resolve("over"))) {
                pass(name, holdfast);
                place.append(name + ".passes", "one");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    private static void pass(String name, Holdfast holdfast) {
        try {
            holdfast.recover();
            holdfast.updates().applyDue();
        } catch (HoldfastException e) {
            System.out.println(name + ": " + e.reason() + " " + e.getMessage());
        }
    }
}
