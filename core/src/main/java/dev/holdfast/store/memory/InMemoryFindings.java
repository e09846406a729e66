package dev.holdfast.store.memory;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.SweepStore.Finding;
import dev.holdfast.spi.store.SweepStore.SweepOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the answer of one upstream means for the queue. */
final class InMemoryFindings {

    private static final String ACTOR = "sweep";

    private final InMemoryTables tables;
    private final Upstream upstream;
    private final Instant claimedAt;
    private final List<Update> queued = new ArrayList<>();
    private int superseded;
    private int resolved;
    private int suppressed;

    InMemoryFindings(InMemoryTables tables, Upstream upstream, @Nullable Instant claimedAt) {
        this.tables = tables;
        this.upstream = upstream;
        this.claimedAt = claimedAt == null ? Instant.MIN : claimedAt;
    }

    SweepOutcome record(Map<TrackedRef, Finding> byRef) {
        for (Install install : tables.followersOf(upstream)) {
            Finding found = byRef.get(install.origin().track());
            if (found != null && !install.updatedAt().isAfter(claimedAt)) {
                record(install, found);
            }
        }
        return new SweepOutcome(queued, superseded, resolved, suppressed);
    }

    private void record(Install install, Finding found) {
        PluginSubject subject = new PluginSubject(install.key());
        Optional<Update> open = tables.openUpdate(subject);
        boolean moved = !install.revision().equals(found.revision());
        boolean declined = moved && found.queue() && isDeclined(subject, found);
        boolean wanted = moved && found.queue() && !declined;
        suppressed += declined ? 1 : 0;
        if (open.isPresent() && open.get().status() == UpdateStatus.APPLYING) {
            return;
        }
        if (open.isPresent() && (!moved || !open.get().to().equals(found.revision()))) {
            give(open.get(), wanted);
        }
        if (wanted && tables.openUpdate(subject).isEmpty()) {
            queue(subject, install, found);
        }
    }

    private boolean isDeclined(PluginSubject subject, Finding found) {
        return tables.dismissed.contains(new InMemoryTables.Decision(subject, found.revision()))
                || tables.bad.getOrDefault(subject.key(), Map.of()).containsKey(found.revision());
    }

    private void give(Update pending, boolean toNewer) {
        tables.move(pending, toNewer ? UpdateStatus.SUPERSEDED : UpdateStatus.RESOLVED, ACTOR);
        superseded += toNewer ? 1 : 0;
        resolved += toNewer ? 0 : 1;
    }

    private void queue(PluginSubject subject, Install install, Finding found) {
        Instant now = tables.now();
        Update update = new Update(
                tables.nextNumber(),
                subject,
                install.revision(),
                found.revision(),
                found.version(),
                Optional.of(found.ref()),
                found.why(install.revision()),
                UpdateStatus.PENDING,
                0,
                Optional.empty(),
                Optional.empty(),
                ACTOR,
                tables.seen.getOrDefault(new InMemoryTables.Decision(subject, found.revision()), now),
                now,
                now);
        tables.put(update);
        tables.auditQueued(update);
        queued.add(update);
    }
}
