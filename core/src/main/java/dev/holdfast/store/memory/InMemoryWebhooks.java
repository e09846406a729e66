package dev.holdfast.store.memory;

import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.AuditSeal;
import dev.holdfast.spi.store.WebhookStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Up to where webhooks were told. */
final class InMemoryWebhooks implements WebhookStore {

    private static final Duration TOLD = Duration.ofHours(1);
    private static final Duration LISTED = Duration.ofMinutes(30);

    private final InMemoryTables tables;
    private final NavigableMap<String, Row> rows = new TreeMap<>();

    /** When a node wanted an event of a webhook last, by name and event. */
    private final Map<String, NavigableMap<String, Instant>> wanted = new HashMap<>();

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
                wanted(kept.name(), LISTED),
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
    public Optional<WebhookClaim> claim(String name, List<String> events, String node, Duration lease) {
        InMemoryTables.positive("lease", lease);
        return tables.locked(() -> {
            WebhookStatus row = rows.computeIfAbsent(name, this::begun).status();
            if (!wanted(name, TOLD).containsAll(events)) {
                // Whoever holds it would pass over what this one wants.
                rows.put(name, new Row(row, tables.nextNumber()));
            }
            events.forEach(event ->
                    wanted.computeIfAbsent(name, unknown -> new TreeMap<>()).put(event, tables.now()));
            if (row.suspended().isPresent() || row.dueAt().isAfter(tables.now())) {
                return Optional.empty();
            }
            long token = tables.nextNumber();
            rows.put(name, new Row(due(row, tables.in(lease)), token));
            return Optional.of(new WebhookClaim(name, wanted(name, TOLD), row.upTo(), row.failures(), token));
        });
    }

    private List<String> wanted(String name, Duration within) {
        Instant since = tables.now().minus(within);
        return wanted.getOrDefault(name, Collections.emptyNavigableMap()).entrySet().stream()
                .filter(event -> event.getValue().isAfter(since))
                .map(Map.Entry::getKey)
                .toList();
    }

    private Row begun(String name) {
        return new Row(
                new WebhookStatus(
                        name,
                        List.of(),
                        tables.newestSeal(),
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
            Row row = rows.get(claim.name());
            if (row == null || row.token() != claim.token()) {
                return false;
            }
            rows.put(claim.name(), new Row(change.apply(row.status()), then));
            return true;
        });
    }

    @Override
    public boolean resume(String name, String actor) {
        return tables.locked(() -> {
            Row row = rows.computeIfPresent(name, (same, known) -> resumed(known));
            if (row != null) {
                tables.audit(AuditEntry.of(actor, "webhook-resumed", name));
            }
            return row != null;
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
