package dev.holdfast.store.memory;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Observation;
import dev.holdfast.spi.Observation.Condition;
import dev.holdfast.spi.store.InspectionStore;
import dev.holdfast.spi.store.Page;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Consumer;

/** What was seen of installs on their targets. */
record InMemoryInspections(InMemoryTables tables) implements InspectionStore {

    private static final int MOST_CLAIMS = 1000;

    @Override
    public Optional<Observation> find(InstallKey key) {
        return tables.locked(
                () -> Optional.ofNullable(tables.observations.get(key)).map(row -> row.of(key)));
    }

    @Override
    public Page<Observation> differing(Page.Request page) {
        Optional<InstallKey> after = page.after().map(text -> InMemoryTables.key(text, page));
        return tables.locked(() -> {
            NavigableMap<InstallKey, InMemoryObservation> rest =
                    after.map(key -> tables.observations.tailMap(key, false)).orElse(tables.observations);
            List<Observation> rows = rest.entrySet().stream()
                    .filter(entry -> entry.getValue().condition.differs())
                    .limit(page.limit() + 1L)
                    .map(entry -> entry.getValue().of(entry.getKey()))
                    .toList();
            return Page.of(rows, page, row -> row.key().toString());
        });
    }

    @Override
    public List<InspectionClaim> claimDue(String node, int max, Duration lease) {
        InMemoryTables.bounded("max", max, MOST_CLAIMS);
        InMemoryTables.positive("lease", lease);
        return tables.locked(() -> {
            Instant now = tables.now();
            List<Map.Entry<InstallKey, InMemoryObservation>> due = tables.observations.entrySet().stream()
                    .filter(entry -> !entry.getValue().dueAt.isAfter(now))
                    .sorted(Comparator.comparing(entry -> entry.getValue().dueAt))
                    .limit(max)
                    .toList();
            return due.stream()
                    .flatMap(entry -> Optional.ofNullable(tables.installs.get(entry.getKey()))
                            .map(install -> claimed(install, entry.getValue(), now, lease))
                            .stream())
                    .toList();
        });
    }

    private InspectionClaim claimed(Install install, InMemoryObservation row, Instant now, Duration lease) {
        Observation seen = row.of(install.key());
        row.token = tables.nextNumber();
        row.dueAt = tables.in(lease);
        return new InspectionClaim(install, seen, row.token, now);
    }

    @Override
    public boolean note(InspectionClaim claim, Condition condition, String detail, boolean verified, Duration next) {
        return changed(claim, next, row -> {
            Instant now = tables.now();
            claim.news(condition, detail).ifPresent(tables::audit);
            row.since = row.condition == condition ? row.since : now;
            row.condition = condition;
            row.detail = InMemoryTables.kept(detail);
            row.lookedAt = now;
            row.verifiedAt = verified ? now : row.verifiedAt;
            row.failures = 0;
            row.lastError = Optional.empty();
        });
    }

    @Override
    public boolean postpone(InspectionClaim claim, String why, Duration retryAfter) {
        return changed(claim, retryAfter, row -> {
            row.failures++;
            row.lastError = Optional.of(InMemoryTables.kept(why));
        });
    }

    private boolean changed(InspectionClaim claim, Duration next, Consumer<InMemoryObservation> change) {
        return tables.locked(() -> {
            Optional<InMemoryObservation> ours = Optional.ofNullable(
                            tables.observations.get(claim.install().key()))
                    .filter(row -> row.token == claim.token());
            ours.ifPresent(row -> {
                change.accept(row);
                row.token = 0;
                row.dueAt = tables.in(next);
            });
            return ours.isPresent();
        });
    }

    @Override
    public int hasten(String authority) {
        return tables.locked(() -> {
            List<Install> there = tables.installs.values().stream()
                    .filter(install -> install.address().authority().equals(authority))
                    .toList();
            there.forEach(install -> Optional.ofNullable(tables.observations.get(install.key()))
                    .ifPresent(row -> {
                        row.token = 0;
                        row.dueAt = tables.now();
                    }));
            return there.size();
        });
    }
}
