package dev.holdfast;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Stamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which releases of one destination stay: the last good ones of its install, and each one for the grace after it was
 * replaced. It goes by what was live, and when; whatever else was tried or looked at meanwhile does not count.
 */
final class Retention {

    /** The live release and the good one before it. */
    private static final int NEVER_TOO_OLD = 2;

    private final Set<Stamp> good = new HashSet<>();
    private final Set<Instant> ageing = new HashSet<>();
    private final Set<Revision> goodRevisions = new HashSet<>();
    private final Set<Stamp> recent = new HashSet<>();
    private final Map<Stamp, Instant> readUntil = new HashMap<>();
    private final Instant now;
    private final Duration grace;
    private Instant lastChange = Instant.MIN;

    private Retention(Instant now, Duration grace) {
        this.now = now;
        this.grace = grace;
    }

    /**
     * What is installed there now, the revisions that are remembered as bad for it, and how many good ones it keeps,
     * those beyond the live one and the one before it for how long after they were replaced.
     */
    record Wanted(Optional<Install> install, Set<Revision> bad, int keepReleases, Optional<Duration> keepFor) {}

    /**
     * Reads what is needed of the changes.
     *
     * @param changes of the destination, newest first
     */
    static Retention of(Stream<Operation> changes, Wanted wanted, Instant now, Duration grace) {
        Retention retention = new Retention(now, grace);
        wanted.install()
                .ifPresent(install -> retention.good.add(install.release().stamp()));
        // What the newest one made live is live.
        Instant replaced = Instant.MAX;
        for (Iterator<Operation> rows = changes.iterator(); rows.hasNext(); ) {
            Operation row = rows.next();
            retention.count(row, wanted, replaced);
            replaced = retention.read(row, replaced);
            if (!replaced.isAfter(now.minus(grace)) && retention.hasEnough(wanted, replaced)) {
                break;
            }
        }
        return retention;
    }

    /** Returns the stamps that stay. */
    Set<Stamp> keep() {
        Set<Stamp> keep = new HashSet<>(good);
        readUntil.forEach((stamp, until) -> {
            if (isRecent(until)) {
                keep.add(stamp);
            }
        });
        return keep;
    }

    /** Returns the stamps whose operation ended within the grace: a directory that they adopted stays. */
    Set<Stamp> recent() {
        return Set.copyOf(recent);
    }

    /** Returns whether nothing was live there within the grace that is not live now. */
    boolean readersGone() {
        return !isRecent(lastChange);
    }

    /** Returns when the next release, or all that is left of an uninstalled plugin, has had its grace. */
    Optional<Instant> nextDue() {
        Stream<Instant> releases = readUntil.entrySet().stream()
                .filter(entry -> !good.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .filter(until -> !until.equals(Instant.MAX));
        Stream<Instant> graces = Stream.concat(releases, Stream.of(lastChange))
                .filter(this::isRecent)
                .map(until -> until.plus(grace));
        return Stream.concat(graces, ageing.stream()).min(Comparator.naturalOrder());
    }

    /** Notes until when the goal of an operation was read, and returns until when the one before it was. */
    private Instant read(Operation row, Instant replaced) {
        Instant ended = row.closedAt().orElse(now);
        // What failed its probation was put back by the same operation: what was live before is live again.
        boolean putBack = row.outcome().equals(Optional.of(Outcome.FAILED));
        Instant until = putBack ? ended : replaced;
        row.goal().map(Goal::stamp).ifPresent(stamp -> {
            readUntil.merge(stamp, until, (one, other) -> one.isAfter(other) ? one : other);
            if (isRecent(ended)) {
                recent.add(stamp);
            }
        });
        if (ended.isAfter(lastChange)) {
            lastChange = ended;
        }
        return putBack ? replaced : ended;
    }

    /** Counts revisions, not folders: a repaired release is no second way back. */
    private void count(Operation row, Wanted wanted, Instant replaced) {
        if (!row.outcome().equals(Optional.of(Outcome.SUCCEEDED))
                || wanted.install()
                        .filter(install -> install.key().equals(row.key()))
                        .isEmpty()) {
            return;
        }
        row.goal()
                .filter(goal -> !hasEnough(wanted, replaced))
                .filter(goal -> !wanted.bad().contains(goal.revision()) && goodRevisions.add(goal.revision()))
                .ifPresent(goal -> {
                    good.add(goal.stamp());
                    if (goodRevisions.size() > NEVER_TOO_OLD) {
                        wanted.keepFor().ifPresent(longest -> ageing.add(replaced.plus(longest)));
                    }
                });
    }

    /** Returns whether no release that was replaced at that time or before is kept for being good. */
    private boolean hasEnough(Wanted wanted, Instant replaced) {
        boolean tooOld = goodRevisions.size() >= NEVER_TOO_OLD
                && wanted.keepFor()
                        .filter(longest -> !replaced.isAfter(now.minus(longest)))
                        .isPresent();
        return wanted.install().isEmpty() || goodRevisions.size() >= wanted.keepReleases() || tooOld;
    }

    private boolean isRecent(Instant moment) {
        return moment.isAfter(now.minus(grace));
    }
}
