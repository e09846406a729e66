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
import java.util.function.Consumer;

/** Up to where webhooks were told. */
final class InMemoryWebhooks implements WebhookStore {

    private static final Duration TOLD = Duration.ofHours(1);
    private static final Duration LISTED = Duration.ofMinutes(30);

    private final InMemoryTables tables;
    private final NavigableMap<String, InMemoryWebhook> rows = new TreeMap<>();

    /** When a node wanted an event of a webhook last, by name and event. */
    private final Map<String, NavigableMap<String, Instant>> wanted = new HashMap<>();

    InMemoryWebhooks(InMemoryTables tables) {
        this.tables = tables;
    }

    @Override
    public List<WebhookStatus> list() {
        return tables.locked(() -> rows.entrySet().stream()
                .map(entry -> shown(entry.getKey(), entry.getValue()))
                .toList());
    }

    private WebhookStatus shown(String name, InMemoryWebhook row) {
        long at = row.upTo.number();
        return new WebhookStatus(
                name,
                wanted(name, LISTED),
                row.upTo,
                Math.max(0, tables.newestSeal().number() - at),
                row.lost + Math.max(0, tables.keptSeal.number() - at),
                row.failures,
                row.lastError,
                row.failingSince,
                row.deliveredAt,
                row.dueAt,
                row.suspended);
    }

    @Override
    public Optional<WebhookClaim> claim(String name, List<String> events, String node, Duration lease) {
        InMemoryTables.positive("lease", lease);
        return tables.locked(() -> {
            Instant now = tables.now();
            InMemoryWebhook row = rows.computeIfAbsent(name, unknown -> new InMemoryWebhook(tables.newestSeal(), now));
            if (!wanted(name, TOLD).containsAll(events)) {
                // Whoever holds it would pass over what this one wants.
                row.token = tables.nextNumber();
            }
            events.forEach(event ->
                    wanted.computeIfAbsent(name, unknown -> new TreeMap<>()).put(event, now));
            if (row.suspended.isPresent() || row.dueAt.isAfter(now)) {
                return Optional.empty();
            }
            row.claim(tables.nextNumber(), tables.in(lease));
            return Optional.of(new WebhookClaim(name, wanted(name, TOLD), row.upTo, row.failures, row.token));
        });
    }

    private List<String> wanted(String name, Duration within) {
        Instant since = tables.now().minus(within);
        return wanted.getOrDefault(name, Collections.emptyNavigableMap()).entrySet().stream()
                .filter(event -> event.getValue().isAfter(since))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public boolean delivered(WebhookClaim claim, AuditSeal upTo, long lost, Duration lease) {
        InMemoryTables.positive("lease", lease);
        return held(claim, row -> {
            row.deliver(upTo, lost, tables.now());
            row.dueAt = tables.in(lease);
        });
    }

    @Override
    public boolean failed(WebhookClaim claim, Failure failure) {
        return held(claim, row -> {
            row.fail(InMemoryTables.kept(failure.why()), tables.now());
            row.suspended = failure.retryAfter().isPresent() ? Optional.empty() : row.lastError;
            row.release(failure.retryAfter().map(tables::in).orElseGet(tables::now));
        });
    }

    @Override
    public boolean release(WebhookClaim claim) {
        return held(claim, row -> row.release(tables.now()));
    }

    private boolean held(WebhookClaim claim, Consumer<InMemoryWebhook> change) {
        return tables.locked(() -> {
            Optional<InMemoryWebhook> row =
                    Optional.ofNullable(rows.get(claim.name())).filter(known -> known.token == claim.token());
            row.ifPresent(change);
            return row.isPresent();
        });
    }

    @Override
    public boolean resume(String name, String actor) {
        return tables.locked(() -> {
            Optional<InMemoryWebhook> row = Optional.ofNullable(rows.get(name));
            row.ifPresent(known -> {
                known.resume(tables.now());
                tables.audit(AuditEntry.of(actor, "webhook-resumed", name));
            });
            return row.isPresent();
        });
    }
}
