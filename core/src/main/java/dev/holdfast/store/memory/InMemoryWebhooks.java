package dev.holdfast.store.memory;

import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.AuditSeal;
import dev.holdfast.spi.store.WebhookStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Up to where webhooks were told. */
final class InMemoryWebhooks implements WebhookStore {

    private final InMemoryTables tables;
    private final NavigableMap<Key, Row> rows = new TreeMap<>();

    private record Key(String name, String events) implements Comparable<Key> {

        @Override
        public int compareTo(Key other) {
            return BY_NAME.compare(this, other);
        }
    }

    private static final Comparator<Key> BY_NAME =
            Comparator.comparing(Key::name).thenComparing(Key::events);

    /** @param token of the claim that holds it; 0 where none does */
    private record Row(WebhookStatus status, long token) {}

    InMemoryWebhooks(InMemoryTables tables) {
        this.tables = tables;
    }

    @Override
    public List<WebhookStatus> list() {
        return tables.locked(
                () -> rows.values().stream().map(row -> shown(row.status())).toList());
    }

    private WebhookStatus shown(WebhookStatus kept) {
        long at = kept.upTo().number();
        return new WebhookStatus(
                kept.name(),
                kept.events(),
                kept.upTo(),
                Math.max(0, tables.newestSeal().number() - at),
                kept.lost() + Math.max(0, tables.keptSeal.number() - at),
                kept.failures(),
                kept.lastError(),
                kept.failingSince(),
                kept.deliveredAt(),
                kept.dueAt(),
                kept.suspended());
    }

    @Override
    public Optional<WebhookClaim> claim(String name, String events, String node, Duration lease) {
        InMemoryTables.positive("lease", lease);
        return tables.locked(() -> {
            Key key = new Key(name, events);
            AuditSeal place = place(name);
            WebhookStatus row =
                    rows.computeIfAbsent(key, unknown -> begun(unknown, place)).status();
            if (row.suspended().isPresent() || row.dueAt().isAfter(tables.now())) {
                return Optional.empty();
            }
            long token = tables.nextNumber();
            rows.put(key, new Row(due(row, tables.in(lease)), token));
            return Optional.of(new WebhookClaim(name, events, row.upTo(), row.failures(), token));
        });
    }

    /** Where a name was told last, or the newest seal. */
    private AuditSeal place(String name) {
        return rows.values().stream()
                .map(Row::status)
                .filter(known -> known.name().equals(name))
                .map(WebhookStatus::upTo)
                .max(Comparator.comparingLong(AuditSeal::number))
                .orElseGet(tables::newestSeal);
    }

    private Row begun(Key key, AuditSeal place) {
        return new Row(
                new WebhookStatus(
                        key.name(),
                        key.events(),
                        place,
                        0,
                        0,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        tables.now(),
                        Optional.empty()),
                0);
    }

    private static WebhookStatus due(WebhookStatus row, Instant dueAt) {
        return new WebhookStatus(
                row.name(),
                row.events(),
                row.upTo(),
                row.waiting(),
                row.lost(),
                row.failures(),
                row.lastError(),
                row.failingSince(),
                row.deliveredAt(),
                dueAt,
                row.suspended());
    }

    @Override
    public boolean delivered(WebhookClaim claim, AuditSeal upTo, long lost, Duration lease) {
        InMemoryTables.positive("lease", lease);
        return held(
                claim,
                claim.token(),
                row -> new WebhookStatus(
                        row.name(),
                        row.events(),
                        upTo,
                        0,
                        row.lost() + lost,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(tables.now()),
                        tables.in(lease),
                        Optional.empty()));
    }

    @Override
    public boolean failed(WebhookClaim claim, String why, Optional<Duration> retryAfter) {
        String kept = InMemoryTables.kept(why);
        return held(
                claim,
                0,
                row -> new WebhookStatus(
                        row.name(),
                        row.events(),
                        row.upTo(),
                        0,
                        row.lost(),
                        row.failures() + 1,
                        Optional.of(kept),
                        row.failingSince().or(() -> Optional.of(tables.now())),
                        row.deliveredAt(),
                        retryAfter.map(tables::in).orElseGet(tables::now),
                        retryAfter.isPresent() ? Optional.empty() : Optional.of(kept)));
    }

    @Override
    public boolean release(WebhookClaim claim) {
        return held(claim, 0, row -> due(row, tables.now()));
    }

    private boolean held(WebhookClaim claim, long then, UnaryOperator<WebhookStatus> change) {
        return tables.locked(() -> {
            Key key = new Key(claim.name(), claim.events());
            Row row = rows.get(key);
            if (row == null || row.token() != claim.token()) {
                return false;
            }
            rows.put(key, new Row(change.apply(row.status()), then));
            return true;
        });
    }

    @Override
    public boolean resume(String name, String actor) {
        return tables.locked(() -> {
            List<Key> named = rows.keySet().stream()
                    .filter(key -> key.name().equals(name))
                    .toList();
            named.forEach(key -> rows.computeIfPresent(key, (same, row) -> resumed(row)));
            if (!named.isEmpty()) {
                tables.audit(AuditEntry.of(actor, "webhook-resumed", name));
            }
            return !named.isEmpty();
        });
    }

    private Row resumed(Row row) {
        WebhookStatus status = row.status();
        return new Row(
                new WebhookStatus(
                        status.name(),
                        status.events(),
                        status.upTo(),
                        0,
                        0,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        status.deliveredAt(),
                        row.token() == 0 ? tables.now() : status.dueAt(),
                        Optional.empty()),
                row.token());
    }
}
