package dev.holdfast;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import dev.holdfast.trust.StaleSource;
import dev.holdfast.trust.TrustSubject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks once a day, on each node, whether sources have signed something in time, where a trust rule asks for it. */
final class FreshnessPass {

    private static final Logger LOG = LoggerFactory.getLogger(FreshnessPass.class);
    private static final Duration EVERY = Duration.ofHours(24);
    private static final String NOBODY = "freshness";

    private final Engine engine;
    private final Clock clock;

    @Nullable private Instant due;

    FreshnessPass(Engine engine) {
        this.engine = engine;
        this.clock = engine.rules().clock();
    }

    synchronized void lookWhenDue() {
        Instant now = clock.instant();
        if (engine.trust().asksForFreshness() && (due == null || !now.isBefore(due))) {
            due = now.plus(EVERY);
            look();
        }
    }

    void look() {
        if (!engine.trust().asksForFreshness()) {
            return;
        }
        Deadline deadline = Deadline.after(engine.timings().sweep());
        Map<String, Map<Revision, TrustSubject>> sources = new TreeMap<>();
        installed(sources);
        offered(sources);
        engine.trust().keepStale(sources.keySet());
        for (Map<Revision, TrustSubject> shown : sources.values()) {
            if (!deadline.hasPassed()) {
                look(List.copyOf(shown.values()), deadline);
            }
        }
    }

    private void installed(Map<String, Map<Revision, TrustSubject>> sources) {
        Page.stream(page -> engine.store().installs().list(page))
                .forEach(install -> add(sources, Works.subject(install, NOBODY)));
    }

    /** A release that nobody has approved yet is one. */
    private void offered(Map<String, Map<Revision, TrustSubject>> sources) {
        Page.stream(page -> engine.store().updates().list(UpdateQuery.of(UpdateStatus.PENDING), page))
                .forEach(update ->
                        installOf(update).ifPresent(install -> add(sources, Works.subject(install, update, NOBODY))));
    }

    private Optional<Install> installOf(Update update) {
        return update.subject() instanceof PluginSubject plugin
                ? engine.store().installs().find(plugin.key())
                : Optional.empty();
    }

    private void add(Map<String, Map<Revision, TrustSubject>> sources, TrustSubject subject) {
        if (engine.trust().asksForFreshness(subject.origin())) {
            sources.computeIfAbsent(subject.origin().source().base(), base -> new HashMap<>())
                    .putIfAbsent(subject.revision(), subject);
        }
    }

    /** The event comes first: it is told once, and needs no store. */
    private void alarm(StaleSource stale) {
        engine.events().tell(new HoldfastEvent.SourceStale(stale));
        engine.store().audit().append(AuditEntry.of(NOBODY, "source-stale", stale.text()));
    }

    private void look(List<TrustSubject> shown, Deadline deadline) {
        String source = shown.get(0).origin().source().base();
        try {
            engine.workers()
                    .within(
                            deadline,
                            "looking when " + source + " was signed",
                            () -> engine.trust().lookAtFreshness(shown, deadline))
                    .ifPresent(this::alarm);
        } catch (HoldfastException e) {
            LOG.info("when {} was signed is not known: {}", source, e.getMessage());
        }
    }
}
