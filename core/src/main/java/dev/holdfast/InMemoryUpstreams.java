package dev.holdfast;

import dev.holdfast.spi.AuditLog.AuditEntry;
import dev.holdfast.spi.Page;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.UpstreamStore;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;

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
                audit(actor, "suspend", upstream + ": " + why);
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
                audit(actor, "resume", upstream.toString());
            });
            return found.isPresent();
        });
    }

    private Optional<InMemoryUpstream> row(Upstream upstream) {
        return Optional.ofNullable(tables.upstreams.get(upstream));
    }

    private void audit(String actor, String action, String outcome) {
        tables.audit(new AuditEntry(
                0, tables.now(), actor, action, Optional.empty(), Optional.empty(), Optional.empty(), outcome));
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
