package dev.holdfast.store.memory;

import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpstreamStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What is known of the upstreams. */
final class InMemoryUpstreams implements UpstreamStore {

    private final InMemoryTables tables;

    InMemoryUpstreams(InMemoryTables tables) {
        this.tables = tables;
    }

    @Override
    public Optional<UpstreamStatus> find(Upstream upstream) {
        return tables.locked(() -> row(upstream).map(row -> status(upstream, row)));
    }

    @Override
    public Page<UpstreamStatus> list(Page.Request page) {
        Optional<Upstream> after = page.after().map(text -> upstream(text, page));
        return tables.locked(() -> {
            NavigableMap<Upstream, InMemoryUpstream> rest =
                    after.map(key -> tables.upstreams.tailMap(key, false)).orElse(tables.upstreams);
            List<UpstreamStatus> rows = rest.entrySet().stream()
                    .limit(page.limit() + 1L)
                    .map(entry -> status(entry.getKey(), entry.getValue()))
                    .toList();
            return Page.of(rows, page, status -> cursor(status.upstream()));
        });
    }

    @Override
    public boolean suspend(Upstream upstream, String actor, String why) {
        return tables.locked(() -> {
            Optional<InMemoryUpstream> found = row(upstream);
            found.ifPresent(row -> {
                row.suspended = InMemoryTables.kept(why);
                tables.audit(AuditEntry.of(actor, "suspend", upstream + ": " + why));
            });
            return found.isPresent();
        });
    }

    @Override
    public boolean resume(Upstream upstream, String actor) {
        return tables.locked(() -> {
            Optional<InMemoryUpstream> found = row(upstream).filter(row -> row.suspended != null);
            found.ifPresent(row -> {
                row.suspended = null;
                row.makeDue(tables.now());
                tables.audit(AuditEntry.of(actor, "resume", upstream.toString()));
            });
            return found.isPresent();
        });
    }

    @Override
    public UpstreamSummary summary(int most) {
        return tables.locked(() -> {
            List<UpstreamStatus> all = tables.upstreams.entrySet().stream()
                    .map(entry -> status(entry.getKey(), entry.getValue()))
                    .toList();
            Map<Standing, Long> count =
                    all.stream().collect(Collectors.groupingBy(UpstreamStatus::standing, Collectors.counting()));
            return new UpstreamSummary(
                    count.getOrDefault(Standing.READY, 0L),
                    count.getOrDefault(Standing.FAILING, 0L),
                    count.getOrDefault(Standing.SUSPENDED, 0L),
                    behind(all),
                    all.stream()
                            .filter(status -> status.standing() != Standing.READY)
                            .sorted(Comparator.comparing(UpstreamStatus::standing)
                                    .thenComparing(InMemoryUpstreams::failingSince))
                            .limit(most)
                            .toList());
        });
    }

    private Duration behind(List<UpstreamStatus> all) {
        Instant now = tables.now();
        return all.stream()
                .filter(status -> status.standing() != Standing.SUSPENDED)
                .map(UpstreamStatus::dueAt)
                .min(Comparator.naturalOrder())
                .filter(due -> due.isBefore(now))
                .map(due -> Duration.between(due, now))
                .orElse(Duration.ZERO);
    }

    /** Those that are suspended stay in the order of their keys. */
    private static Instant failingSince(UpstreamStatus status) {
        return status.standing() == Standing.FAILING ? status.failingSince().orElse(Instant.MAX) : Instant.MAX;
    }

    private Optional<InMemoryUpstream> row(Upstream upstream) {
        return Optional.ofNullable(tables.upstreams.get(upstream));
    }

    private UpstreamStatus status(Upstream upstream, InMemoryUpstream row) {
        return new UpstreamStatus(
                upstream,
                tables.followers.getOrDefault(upstream, Set.of()).size(),
                row.failures,
                Optional.ofNullable(row.lastError),
                Optional.ofNullable(row.failingSince),
                Optional.ofNullable(row.checkedAt),
                row.readyAt,
                Optional.ofNullable(row.suspended),
                row.refs);
    }

    private static String cursor(Upstream upstream) {
        return upstream.key() + " " + upstream.scheme() + " " + upstream.host();
    }

    private static Upstream upstream(String cursor, Page.Request page) {
        String[] parts = cursor.split(" ", -1);
        if (parts.length != 3) {
            throw page.badPlace();
        }
        return new Upstream(parts[1], parts[0], parts[2]);
    }
}
