package dev.holdfast.examples.e2e.months;

import dev.holdfast.examples.e2e.months.Sources.Quality;
import dev.holdfast.spi.WorkspaceId;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * What happens to a fleet without anybody's will: releases, outages, deaths, lost connections. Each leads to the next
 * of its kind.
 */
final class Happenings {

    private static final int CALLS_OF_A_NODE = 400;

    private final Fleet fleet;
    private final Agenda agenda;
    private final Rounds rounds;
    private final Random random;

    Happenings(Fleet fleet, Agenda agenda, Rounds rounds, Random random) {
        this.fleet = fleet;
        this.agenda = agenda;
        this.rounds = rounds;
        this.random = random;
    }

    void begin() {
        Fleet.PLUGINS.forEach(plugin -> {
            every(3, 16, () -> release(plugin));
            every(20, 60, () -> upstreamGoesDown(plugin));
        });
        Fleet.WORKSPACES.forEach(workspace -> every(10, 40, () -> placeGoesAway(workspace)));
        fleet.nodes().forEach(node -> every(4, 16, () -> dies(node)));
        every(2, 8, this::connectionIsLost);
    }

    private void release(String plugin) {
        int drawn = random.nextInt(100);
        fleet.sources().release(plugin, drawn < 8 ? Quality.REFUSED : drawn < 22 ? Quality.SICK : Quality.GOOD);
        fleet.tally().count("releases", 1);
        rounds.burst();
    }

    private void upstreamGoesDown(String plugin) {
        fleet.sources().down(plugin);
        fleet.tally().count("outages of upstreams", 1);
        agenda.in(between(Duration.ofHours(1), Duration.ofDays(3)), () -> {
            fleet.sources().up(plugin);
            rounds.burst();
        });
    }

    private void placeGoesAway(WorkspaceId workspace) {
        if (random.nextInt(3) == 0) {
            fleet.places().stop(workspace);
        } else {
            fleet.places().unplug(workspace);
        }
        fleet.tally().count("outages of places", 1);
        agenda.in(between(Duration.ofHours(1), Duration.ofDays(7)), () -> {
            fleet.places().bringBack(workspace);
            rounds.burst();
        });
    }

    /** Wherever it is among its next calls; it is back after minutes or days. */
    private void dies(Node node) {
        if (fleet.nodes().stream().filter(Node::runs).count() < 2) {
            return;
        }
        node.doom(1 + random.nextInt(CALLS_OF_A_NODE));
        fleet.tally().count("deaths", 1);
        agenda.in(between(Duration.ofMinutes(10), Duration.ofDays(3)), () -> {
            node.restart();
            rounds.burst();
        });
    }

    private void connectionIsLost() {
        List<Runnable> ways =
                List.of(fleet.places().faults()::loseNextScript, fleet.places().faults()::loseNextAnswer);
        ways.get(random.nextInt(ways.size())).run();
        fleet.tally().count("lost connections", 1);
    }

    private void every(int leastDays, int mostDays, Runnable what) {
        agenda.in(between(Duration.ofDays(leastDays), Duration.ofDays(mostDays)), () -> {
            what.run();
            every(leastDays, mostDays, what);
        });
    }

    private Duration between(Duration least, Duration most) {
        return least.plusSeconds((long) (random.nextDouble() * most.minus(least).toSeconds()));
    }
}
