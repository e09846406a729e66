package dev.holdfast.containers;

import dev.holdfast.spi.container.IndexedContainer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which containers were absent from complete listings, and since when. Only in memory: after a restart every absence
 * begins anew, which can only make it longer.
 */
final class Absences {

    private final Duration grace;
    private final Map<String, Absence> absent = new HashMap<>();
    private Set<String> lastListed = Set.of();
    private Instant lastListedAt = Instant.MIN;

    Absences(Duration grace) {
        this.grace = grace;
    }

    /** An absence: since when, and when the container was last in a listing, if that was seen here. */
    private record Absence(Instant since, Optional<Instant> lastSeen) {}

    /** Notes that a row's container is absent, and returns whether it was before, at least the grace ago. */
    boolean again(IndexedContainer row, Instant now) {
        String id = row.facts().containerId();
        Absence first = absent.get(id);
        if (first == null) {
            boolean seen = lastListed.contains(id);
            absent.put(id, new Absence(now, seen ? Optional.of(lastListedAt) : Optional.empty()));
            return false;
        }
        return !now.isBefore(first.since().plus(grace));
    }

    /** Returns when the absent container of a row was last in a listing, if that is known. */
    Optional<Instant> lastSeen(IndexedContainer row) {
        return Optional.ofNullable(absent.get(row.facts().containerId())).flatMap(Absence::lastSeen);
    }

    /** A complete listing was looked at. */
    void listed(Set<String> ids, Instant at) {
        lastListed = Set.copyOf(ids);
        lastListedAt = at;
    }

    /** Ends the absence of all but these: of what was seen again, and of what no live row has any more. */
    void keep(Set<String> ids) {
        absent.keySet().retainAll(ids);
    }
}
