package dev.holdfast.trust;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.trust.Evidence;
import dev.holdfast.spi.trust.EvidenceSource;
import dev.holdfast.spi.trust.Pin;
import dev.holdfast.spi.trust.TrustStore;
import dev.holdfast.spi.trust.Verified;
import dev.holdfast.trust.KnownEvidence.Shown;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/**
 * Whether sources have signed something within the time that their rule gives them. What is known already is judged by
 * the clock; only one that looks stale by that is asked.
 */
final class Freshness {

    private final EvidenceSource sources;
    private final TrustStore store;
    private final KnownEvidence known;
    private final Map<String, StaleSource> stale = new ConcurrentSkipListMap<>();

    Freshness(EvidenceSource sources, TrustStore store, KnownEvidence known) {
        this.sources = sources;
        this.store = store;
        this.known = known;
    }

    List<StaleSource> stale() {
        return List.copyOf(stale.values());
    }

    Optional<StaleSource> stale(Source source) {
        return Optional.ofNullable(stale.get(source.base()));
    }

    void keepOnly(Set<String> sources) {
        stale.keySet().retainAll(sources);
    }

    /**
     * Looks at what is installed and what is offered.
     *
     * @param shown of one source
     * @return what is stale now, and was not by the last look
     */
    Optional<StaleSource> look(TrustRule rule, List<TrustSubject> shown, Instant now, Deadline deadline) {
        Duration within = rule.fresh().orElseThrow();
        Optional<Instant> newest = newest(rule, shown, now, false, deadline);
        if (newest.filter(found -> !found.plus(within).isBefore(now)).isEmpty()) {
            newest = newest(rule, shown, now, true, deadline);
        }
        Source source = shown.get(0).origin().source();
        if (newest.filter(found -> !found.plus(within).isBefore(now)).isPresent()) {
            stale.remove(source.base());
            return Optional.empty();
        }
        StaleSource found = new StaleSource(
                source,
                newest,
                "trust rule '" + rule.name() + "' asks " + source.base() + " for a new signature within "
                        + within + ", and the newest good one is "
                        + newest.map(at -> "of " + at).orElse("none")
                        + ": it may be abandoned, or an old copy of it is shown; ask those who publish it");
        return stale.put(source.base(), found) == null ? Optional.of(found) : Optional.empty();
    }

    private Optional<Instant> newest(
            TrustRule rule, List<TrustSubject> shown, Instant now, boolean anew, Deadline deadline) {
        return shown.stream()
                .flatMap(subject -> signed(rule, subject, now, anew, deadline).stream())
                .max(Comparator.naturalOrder());
    }

    /** What is refused counts for nothing. What cannot be asked now leaves the last answer as it is. */
    private Optional<Instant> signed(
            TrustRule rule, TrustSubject subject, Instant now, boolean anew, Deadline deadline) {
        Optional<Shown> before = known.find(subject.question());
        Evidence evidence =
                !anew && before.isPresent() ? before.get().evidence() : sources.evidence(subject.question(), deadline);
        Optional<Instant> seen =
                store.verified(subject.key(), subject.revision()).map(Verified::at);
        try {
            Optional<Instant> signed =
                    new EvidenceCheck(rule, subject.question(), now, seen).signedAt(evidence, accepted(rule, subject));
            known.keep(subject.question(), new Shown(evidence, before.flatMap(Shown::roots)));
            // A date to come is the signer's word too: it counts from when it was seen first.
            return signed.map(when -> when.isAfter(now) ? seen.orElse(now) : when);
        } catch (PermanentException e) {
            return Optional.empty();
        }
    }

    private Predicate<String> accepted(TrustRule rule, TrustSubject subject) {
        Optional<Pin> pinned = store.pins(subject.origin().upstream()).stream()
                .filter(pin -> rule.pinsSigner() && pin.kind() == Pin.Kind.SIGNER)
                .findFirst();
        return key -> pinned.map(pin -> pin.values().contains(key)).orElse(true);
    }
}
