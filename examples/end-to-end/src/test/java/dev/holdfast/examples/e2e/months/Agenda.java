package dev.holdfast.examples.e2e.months;

import dev.holdfast.testkit.MutableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** What is to happen when. Time jumps from one thing to the next. */
final class Agenda {

    private final MutableClock clock;
    private final Queue<Entry> entries =
            new PriorityQueue<>(Comparator.comparing(Entry::at).thenComparing(Entry::number));
    private long number;

    Agenda(MutableClock clock) {
        this.clock = clock;
    }

    private record Entry(Instant at, long number, Runnable what) {}

    Instant now() {
        return clock.instant();
    }

    void in(Duration time, Runnable what) {
        entries.add(new Entry(now().plus(time), ++number, what));
    }

    /** Does all that is to happen until then, and stands there afterwards. */
    void runUntil(Instant end) {
        while (!entries.isEmpty() && !entries.element().at().isAfter(end)) {
            Entry next = entries.remove();
            clock.set(next.at());
            next.what().run();
        }
        clock.set(end);
    }
}
