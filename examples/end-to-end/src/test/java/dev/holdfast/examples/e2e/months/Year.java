package dev.holdfast.examples.e2e.months;

import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.testkit.MutableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * Many days of four nodes on one store. What happens is drawn from a seed; which node's thread comes first is not, so a
 * seed draws the same happenings again, and nearly the same year.
 */
final class Year {

    private static final List<Duration> GRACES = List.of(
            Duration.ofMinutes(1), Duration.ofHours(1), Duration.ofHours(6), Duration.ofDays(1), Duration.ofDays(30));

    private final Length length;
    private final long seed;
    private final Random random;
    private final MutableClock clock = MutableClock.create();
    private final Fleet fleet;

    /**
     * How much of it.
     *
     * @param days how many days
     * @param every how often the loops run where nothing happens
     */
    record Length(int days, Duration every) {}

    /** @param store makes an empty store whose times are measured by a clock */
    Year(Length length, long seed, Function<MutableClock, TrackingStore> store, Path root) {
        this.length = length;
        this.seed = seed;
        this.random = new Random(seed);
        Duration grace = GRACES.get(random.nextInt(GRACES.size()));
        System.out.println(length + " with a grace of " + grace + ", -Dholdfast.seed=" + seed);
        this.fleet = new Fleet(clock, store.apply(clock), root, grace);
    }

    /** Runs all days, checks each, and returns what happened. */
    Map<String, String> run() {
        try (fleet) {
            Checks checks = new Checks(fleet);
            IdleRows idle = new IdleRows(fleet);
            Retention retention = new Retention(fleet);
            Agenda agenda = new Agenda(clock);
            Rounds rounds = new Rounds(fleet, agenda, length.every(), random, checks::readersAreServed);
            new People(fleet, agenda, rounds, random).begin();
            new Happenings(fleet, agenda, rounds, random).begin();
            rounds.begin();
            Instant start = clock.instant();
            for (int day = 1; day <= length.days(); day++) {
                agenda.runUntil(start.plus(Duration.ofDays(day)));
                check(day, () -> {
                    rounds.round();
                    checks.allIsAsRecorded();
                    idle.none();
                    retention.prune();
                    retention.isKept();
                });
            }
            check(length.days() + 1, () -> comesToRest(rounds, checks));
            return figures();
        }
    }

    private void check(int day, Runnable checks) {
        try {
            checks.run();
        } catch (AssertionError e) {
            throw new AssertionError("day " + day + ", " + clock.instant() + ": " + e.getMessage(), e);
        }
    }

    /** Everything is back, and two days pass. */
    private void comesToRest(Rounds rounds, Checks checks) {
        Fleet.WORKSPACES.forEach(fleet.places()::bringBack);
        Fleet.PLUGINS.forEach(fleet.sources()::up);
        fleet.nodes().forEach(Node::restart);
        for (int hour = 0; hour < 48; hour++) {
            clock.advance(Duration.ofHours(1));
            rounds.round();
        }
        checks.allIsAsRecorded();
        checks.everyRollbackWorks();
        checks.allIsAsRecorded();
    }

    private Map<String, String> figures() {
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("days", Integer.toString(length.days()));
        figures.put("seed", Long.toString(seed));
        figures.put("grace", fleet.grace().toString());
        figures.put("retention", Retention.OF.toString());
        figures.put("installs", Integer.toString(fleet.keys().size()));
        fleet.tally().counts().forEach((what, count) -> figures.put(what, Long.toString(count)));
        figures.put("rows of the audit", Long.toString(new Tables(fleet.store()).audit()));
        figures.put(
                "rows of the journal",
                Long.toString(fleet.keys().stream()
                        .mapToLong(key -> fleet.operations(key).size())
                        .sum()));
        figures.put(
                "rows of the queue",
                Long.toString(new Tables(fleet.store()).updates().size()));
        figures.put("calls on the store a day", Long.toString(fleet.calls() / length.days()));
        System.out.println(figures);
        return figures;
    }
}
