package dev.holdfast.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Times several ways to do the same, interleaved: each round does each once, and every round begins with another one,
 * so that a busy moment of the machine and whatever one leaves behind for the next meet all of them. A first round
 * warms up and does not count.
 */
final class Rounds {

    private final int rounds;
    private final List<Named> ways = new ArrayList<>();
    private Runnable between = () -> {};
    private int warmUps = 1;

    Rounds(int rounds) {
        this.rounds = rounds;
    }

    /** One way to do it; makes ready and cleans up itself, and times only what lies between. */
    interface Way {

        /** Does it once and returns how long it took in nanoseconds. */
        long nanos() throws Exception;
    }

    private record Named(String name, Way way, List<Long> nanos) {}

    /** What is timed. */
    interface Timed {

        /** Does it. */
        void run() throws Exception;
    }

    /** How long one way took, in milliseconds. */
    record Timing(double median, double least, double most, int rounds) {}

    /**
     * How long all ways took.
     *
     * @param byName in the order in which the ways were added
     */
    record Timings(Map<String, Timing> byName) {

        double median(String name) {
            Timing timing = byName.get(name);
            if (timing == null) {
                throw new IllegalArgumentException("nothing is called " + name + " in " + byName.keySet());
            }
            return timing.median();
        }

        /** Returns how many times as long {@code one} took as {@code other}. */
        double ratio(String one, String other) {
            return median(one) / median(other);
        }
    }

    /** Adds a way. */
    Rounds way(String name, Way way) {
        ways.add(new Named(name, way, new ArrayList<>()));
        return this;
    }

    /** Sets what happens before each sample, untimed. */
    Rounds between(Runnable settling) {
        this.between = settling;
        return this;
    }

    /** Leaves the round out that warms up: for what takes seconds, by code that has run before. */
    Rounds warm() {
        this.warmUps = 0;
        return this;
    }

    static long time(Timed timed) throws Exception {
        long start = System.nanoTime();
        timed.run();
        return System.nanoTime() - start;
    }

    /** Does all rounds. */
    Timings measure() {
        for (int round = 0; round < warmUps + rounds; round++) {
            for (int i = 0; i < ways.size(); i++) {
                Named way = ways.get((i + round) % ways.size());
                between.run();
                long nanos = sample(way);
                if (round >= warmUps) {
                    way.nanos().add(nanos);
                }
            }
        }
        Map<String, Timing> timings = new LinkedHashMap<>();
        ways.forEach(way -> timings.put(way.name(), timing(way.nanos())));
        return new Timings(timings);
    }

    private static long sample(Named way) {
        try {
            return way.way().nanos();
        } catch (Exception e) {
            throw new IllegalStateException(way.name() + " failed", e);
        }
    }

    private static Timing timing(List<Long> nanos) {
        double[] sorted = nanos.stream().mapToDouble(n -> n / 1e6).toArray();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Timing(median, sorted[0], sorted[sorted.length - 1], sorted.length);
    }
}
