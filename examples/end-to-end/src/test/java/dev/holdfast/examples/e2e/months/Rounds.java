package dev.holdfast.examples.e2e.months;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** When the loops of all nodes run: every few hours, and more often where something has happened. */
final class Rounds {

    private final Fleet fleet;
    private final Agenda agenda;
    private final Duration every;
    private final Random random;
    private final Runnable after;

    /** @param after what is checked after each */
    Rounds(Fleet fleet, Agenda agenda, Duration every, Random random, Runnable after) {
        this.fleet = fleet;
        this.agenda = agenda;
        this.every = every;
        this.random = random;
        this.after = after;
    }

    void begin() {
        agenda.in(every, () -> {
            round();
            begin();
        });
    }

    /** Something has happened: the loops see it now, past a lease, in the hour, and past the grace. */
    void burst() {
        List<Duration> later = List.of(
                Duration.ZERO,
                Duration.ofMinutes(3),
                Duration.ofMinutes(65),
                fleet.grace().plusMinutes(70));
        later.forEach(time -> agenda.in(time, this::round));
    }

    void round() {
        List<Node> nodes = new ArrayList<>(fleet.nodes());
        Collections.shuffle(nodes, random);
        nodes.forEach(node -> node.loops(random));
        after.run();
    }
}
