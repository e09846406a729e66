package dev.holdfast.examples.e2e.months;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rows that nothing asked for. A collection may write one row into the journal and one into the audit, if it removed
 * something; beyond that, only what somebody decided or an update brought about is written.
 */
final class IdleRows {

    private final Fleet fleet;
    private final Map<InstallKey, Set<String>> releases = new HashMap<>();
    private final Map<InstallKey, Long> surplus = new HashMap<>();
    private Instant since;
    private long brokenOff;
    private long collected;
    private long audited;

    IdleRows(Fleet fleet) {
        this.fleet = fleet;
        // What happens at this very moment counts.
        this.since = fleet.clock().instant().minusMillis(1);
    }

    /** Looks at all that was written since it last looked. */
    void none() {
        for (InstallKey key : fleet.keys()) {
            count(key, journaled(key));
        }
        long misfortunes = fleet.tally().of("deaths") + fleet.tally().of("lost connections");
        assertThat(brokenOff)
                .as("collections that failed; places that are away get none")
                .isLessThanOrEqualTo(misfortunes);
        assertThat(surplus.values().stream()
                        .mapToLong(more -> Math.max(0, more))
                        .sum())
                .as("collections for nothing, but for what deaths left behind: %s", suspects())
                .isLessThanOrEqualTo(misfortunes);
        audited += newlyAudited();
        assertThat(audited).as("collections in the audit").isLessThanOrEqualTo(collected);
        since = fleet.clock().instant();
    }

    private List<Operation> suspects() {
        return surplus.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .flatMap(entry -> journaled(entry.getKey()).stream())
                .toList();
    }

    /** What failed may have left something, and what was removed was something. */
    private void count(InstallKey key, List<Operation> journaled) {
        long collections =
                journaled.stream().filter(row -> row.kind() == Kind.COLLECT).count();
        long failed = journaled.stream().filter(IdleRows::hasFailed).count();
        brokenOff += journaled.stream()
                .filter(row -> row.kind() == Kind.COLLECT && hasFailed(row))
                .count();
        collected += collections;
        surplus.merge(key, collections - failed - removed(key), Long::sum);
    }

    private static boolean hasFailed(Operation operation) {
        return operation.outcome().equals(Optional.of(Outcome.FAILED));
    }

    /** Returns how many releases are gone since the last look. */
    private long removed(InstallKey key) {
        Set<String> now = listed(key);
        Set<String> before =
                new HashSet<>(Optional.ofNullable(releases.put(key, now)).orElse(Set.of()));
        before.removeAll(now);
        return before.size();
    }

    private Set<String> listed(InstallKey key) {
        Path directory = fleet.places()
                .directory(key.workspace())
                .resolve(".releases")
                .resolve(key.plugin().value());
        if (!Files.exists(directory)) {
            return Set.of();
        }
        try (Stream<Path> found = Files.list(directory)) {
            return found.map(path -> path.getFileName().toString()).collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Operation> journaled(InstallKey key) {
        return fleet.operations(key).stream()
                .filter(row -> row.openedAt().isAfter(since))
                .toList();
    }

    private long newlyAudited() {
        List<AuditEntry> found = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page<AuditEntry> page = fleet.store().audit().list(new Page.Request(after, Page.LARGEST));
            page.items().stream().filter(entry -> entry.at().isAfter(since)).forEach(found::add);
            after = page.items().stream().allMatch(entry -> entry.at().isAfter(since)) ? page.next() : Optional.empty();
        } while (after.isPresent());
        return found.stream().filter(entry -> entry.action().equals("collect")).count();
    }
}
