package dev.holdfast.store.memory;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.SweepStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Which upstreams are due and what they answered. */
final class InMemorySweeps implements SweepStore {

    private static final int MOST_CLAIMS = 1000;

    private final InMemoryTables tables;

    InMemorySweeps(InMemoryTables tables) {
        this.tables = tables;
    }

    private record Group(TrackedRef ref, Revision installed) {}

    @Override
    public Census census() {
        return tables.locked(() -> {
            Instant now = tables.now();
            int suspended = count(row -> row.suspended != null);
            int claimed = count(row -> row.suspended == null && row.heldAt(now));
            int due = count(row -> row.isDueAt(now));
            return new Census(due, tables.upstreams.size() - due - claimed - suspended, claimed, suspended);
        });
    }

    private int count(Predicate<InMemoryUpstream> which) {
        return (int) tables.upstreams.values().stream().filter(which).count();
    }

    @Override
    public List<SweepClaim> claimDue(String node, int max, Duration lease) {
        InMemoryTables.bounded("max", max, MOST_CLAIMS);
        InMemoryTables.positive("lease", lease);
        return tables.locked(() -> {
            Instant now = tables.now();
            List<Map.Entry<Upstream, InMemoryUpstream>> due = tables.upstreams.entrySet().stream()
                    .filter(entry -> entry.getValue().isDueAt(now))
                    .sorted(Comparator.comparing(entry -> entry.getValue().readyAt))
                    .limit(max)
                    .toList();
            return due.stream()
                    .map(entry -> claim(entry.getKey(), entry.getValue(), lease))
                    .toList();
        });
    }

    @Override
    public Optional<SweepClaim> claim(String node, Upstream upstream, Duration lease) {
        InMemoryTables.positive("lease", lease);
        return tables.locked(() -> {
            Optional<InMemoryUpstream> row =
                    Optional.ofNullable(tables.upstreams.get(upstream)).filter(found -> found.suspended == null);
            Optional<InMemoryUpstream> free = row.filter(found -> !found.heldAt(tables.now()));
            if (free.isEmpty()) {
                row.ifPresent(held -> held.makeDue(tables.now()));
            }
            return free.map(found -> claim(upstream, found, lease));
        });
    }

    @Override
    public Optional<SweepOutcome> record(SweepClaim claim, List<Finding> findings, Duration next) {
        Map<TrackedRef, Finding> byRef = byRef(findings);
        return tables.locked(() -> ours(claim).map(row -> {
            SweepOutcome outcome = new InMemoryFindings(tables, claim.upstream(), row.claimedAt).record(byRef);
            row.answered(tables.now(), byRef.values());
            row.release(row.again ? tables.now() : tables.in(next));
            return outcome;
        }));
    }

    @Override
    public boolean fail(SweepClaim claim, Reason reason, String message, Duration retryAfter) {
        return tables.locked(() -> {
            Optional<InMemoryUpstream> held = ours(claim);
            held.ifPresent(row -> {
                row.failed(tables.now(), InMemoryTables.kept(message));
                row.release(tables.in(retryAfter));
            });
            return held.isPresent();
        });
    }

    @Override
    public boolean release(SweepClaim claim) {
        return tables.locked(() -> {
            Optional<InMemoryUpstream> held = ours(claim);
            held.ifPresent(row -> row.release(tables.now()));
            return held.isPresent();
        });
    }

    private static Map<TrackedRef, Finding> byRef(List<Finding> findings) {
        Map<TrackedRef, Finding> byRef = new HashMap<>();
        for (Finding found : findings) {
            if (byRef.put(found.ref(), found) != null) {
                throw new IllegalArgumentException("two findings for " + found.ref());
            }
        }
        return byRef;
    }

    private SweepClaim claim(Upstream upstream, InMemoryUpstream row, Duration lease) {
        row.claim(tables.nextNumber(), tables.now(), tables.in(lease));
        Map<Group, Long> groups = new LinkedHashMap<>();
        for (Install install : tables.followersOf(upstream)) {
            groups.merge(new Group(install.origin().track(), install.revision()), 1L, Long::sum);
        }
        List<Tracked> tracked = groups.entrySet().stream()
                .map(group -> new Tracked(group.getKey().ref(), group.getKey().installed(), group.getValue()))
                .toList();
        return new SweepClaim(upstream, row.token, row.failures, tracked);
    }

    private Optional<InMemoryUpstream> ours(SweepClaim claim) {
        return Optional.ofNullable(tables.upstreams.get(claim.upstream())).filter(row -> row.token == claim.token());
    }
}
