package dev.holdfast.trust;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.store.AuditLog;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.trust.Admission;
import dev.holdfast.spi.trust.Evidence;
import dev.holdfast.spi.trust.EvidenceSource;
import dev.holdfast.spi.trust.Pin;
import dev.holdfast.spi.trust.TrustStore;
import dev.holdfast.spi.trust.Verified;
import dev.holdfast.trust.KnownEvidence.Shown;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Whether what is to be delivered is trusted, by the host's {@link TrustPolicy}; and what a person decides about
 * signers. A revision is judged before its operation opens and again under the operation, each time before a byte is
 * sent. Safe for use by several threads and nodes.
 */
public final class Trust {

    /** So long a refusal is believed without asking again, where no person asks. */
    private static final Duration REFUSED_FOR = Duration.ofMinutes(10);

    private static final int MOST_REFUSALS = 10_000;

    private final TrustPolicy policy;
    private final EvidenceSource sources;
    private final TrustStore store;
    private final AuditLog audit;
    private final Clock clock;
    private final Optional<AdmissionCheck> admission;
    private final KnownEvidence known = new KnownEvidence();
    private final Freshness freshness;
    private final Map<Asked, Judgement> refusals = new ConcurrentHashMap<>();

    private record Asked(InstallKey key, Revision revision) {}

    /**
     * What a host has set.
     *
     * @param policy what must be proved
     * @param admission the host's last word; empty for none
     * @param mostEntries how many entries a bundle may have that is shown to it
     * @param mostBytes how many bytes of content
     */
    public record Rules(TrustPolicy policy, Optional<Admission> admission, int mostEntries, long mostBytes) {}

    /** Creates it, for {@code Holdfast.build()}; a host calls {@code holdfast.trust()}. */
    public Trust(Rules rules, EvidenceSource sources, TrustStore store, AuditLog audit, Clock clock) {
        this.policy = rules.policy();
        this.admission =
                rules.admission().map(host -> new AdmissionCheck(host, rules.mostEntries(), rules.mostBytes()));
        this.sources = sources;
        this.store = store;
        this.audit = audit;
        this.clock = clock;
        this.freshness = new Freshness(sources, store, known);
    }

    /**
     * Returns what is remembered of an upstream.
     *
     * @return at most one pin of each kind
     */
    public List<Pin> pins(Upstream upstream) {
        return store.pins(upstream);
    }

    /**
     * Lets a key sign for an upstream beside those that are pinned: a person's decision after
     * {@link Reason#SIGNER_CHANGED}.
     *
     * @param fingerprint as the refusal names it: {@code SHA256:...}, or hex digits
     * @param note why, for the audit
     * @throws PermanentException with {@link Reason#INVALID_VALUE} if that is no fingerprint
     */
    public Pin acceptSigner(Upstream upstream, String fingerprint, String actor, String note) {
        if (!fingerprint.matches("SHA256:[A-Za-z0-9+/]{43}|[0-9A-F]{40}|[0-9A-F]{64}")) {
            throw PermanentException.invalid(
                    "fingerprint",
                    fingerprint,
                    "give it as ssh-keygen -l prints it, or gpg --fingerprint without spaces");
        }
        refusals.clear();
        return store.accept(upstream, Pin.Kind.SIGNER, Set.of(fingerprint), actor, note);
    }

    /**
     * Takes the history of {@code revision} for one of this upstream: a person's decision after
     * {@link Reason#ORIGIN_CHANGED}.
     *
     * @throws PermanentException with {@link Reason#REVISION_NOT_FOUND} if its first commits cannot be told
     */
    public Pin acceptOrigin(Upstream upstream, Revision revision, String actor, String note, Deadline deadline) {
        Set<Revision> roots = sources.roots(upstream, revision, deadline);
        if (roots.isEmpty()) {
            throw new PermanentException(
                    Reason.REVISION_NOT_FOUND,
                    "the first commits of " + upstream + " cannot be told from " + revision
                            + "; remove the pin instead");
        }
        refusals.clear();
        return store.accept(upstream, Pin.Kind.ORIGIN, texts(roots), actor, note);
    }

    /**
     * Forgets a pin: what is installed next is pinned anew.
     *
     * @return false if there is none
     */
    public boolean removePin(Upstream upstream, Pin.Kind kind, String actor, String note) {
        refusals.clear();
        return store.remove(upstream, kind, actor, note);
    }

    /** Returns what was verified of the installed revision; empty if nothing was asked for when it was delivered. */
    public Optional<Verified> verified(Install install) {
        return store.verified(install.key(), install.revision());
    }

    /** Returns the sources that had shown no new signature in time when this process last looked, ordered by source. */
    public List<StaleSource> stale() {
        return freshness.stale();
    }

    /** Returns what {@link #stale()} has of a source, whatever the ref. */
    public Optional<StaleSource> stale(Source source) {
        return freshness.stale(source);
    }

    /** Returns whether any rule asks for {@link TrustRule#freshWithin}. */
    public boolean asksForFreshness() {
        return policy.asksForFreshness();
    }

    /** Returns whether the rule of a source asks for {@link TrustRule#freshWithin}. */
    public boolean asksForFreshness(Origin origin) {
        return fresh(origin).isPresent();
    }

    private Optional<TrustRule> fresh(Origin origin) {
        return policy.concerning(origin.source(), origin.upstream())
                .filter(rule -> rule.fresh().isPresent());
    }

    /** Forgets what is stale of all sources but those, each as {@link Source#base()} gives it. */
    public void keepStale(Set<String> sources) {
        freshness.keepOnly(sources);
    }

    /**
     * Looks whether a source has signed something in time. Asks it only if what is known already is too old.
     *
     * @param shown of one source: what is installed, and what is offered; not empty
     * @return what is stale now, and was not by the last look
     * @throws HoldfastException if the source could not be asked; then the last answer stands
     */
    public Optional<StaleSource> lookAtFreshness(List<TrustSubject> shown, Deadline deadline) {
        return fresh(shown.get(0).origin()).flatMap(rule -> freshness.look(rule, shown, clock.instant(), deadline));
    }

    /** Judges a revision without keeping anything; never throws for what it finds. Asks the source. */
    public Judgement look(TrustSubject subject, Deadline deadline) {
        Instant now = clock.instant();
        try {
            Optional<Verified> verified = judged(subject, deadline, now);
            String text = verified.map(Verified::text)
                    .orElse("no trust rule concerns " + subject.origin().source());
            return new Judgement(verified, Optional.empty(), text, now);
        } catch (HoldfastException e) {
            return refused(e, now);
        }
    }

    /**
     * Asks the host's admission what it would say of a bundle, without keeping anything; never throws for what it
     * finds.
     *
     * @param trusted what {@link #look} returned
     * @return empty where the host has no admission, and where the policy refuses already
     */
    public Optional<Judgement> look(TrustSubject subject, Judgement trusted, Bundle bundle, Deadline deadline) {
        if (admission.isEmpty() || !trusted.passes()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        try {
            admission.get().ask(subject, evidence(subject, deadline), trusted.verified(), bundle, now);
            return Optional.of(
                    new Judgement(trusted.verified(), Optional.empty(), "this host's admission admits it", now));
        } catch (HoldfastException e) {
            return Optional.of(refused(e, now));
        }
    }

    private static Judgement refused(HoldfastException e, Instant now) {
        return new Judgement(Optional.empty(), Optional.of(e.reason()), String.valueOf(e.getMessage()), now);
    }

    /**
     * Returns why this process refused a revision for an install within the last ten minutes, without asking anybody:
     * whether a policy need try. Empty where it did not.
     */
    public Optional<Judgement> refusal(InstallKey key, Revision revision) {
        Instant now = clock.instant();
        return Optional.ofNullable(refusals.get(new Asked(key, revision))).filter(found -> now.isBefore(until(found)));
    }

    /** Returns until when a refusal is believed. */
    public static Instant until(Judgement refusal) {
        return refusal.at().plus(REFUSED_FOR);
    }

    /**
     * Refuses what is not trusted, before anything is done.
     *
     * @throws PermanentException that names rule, subject and remedy
     * @throws dev.holdfast.spi.TransientException if the evidence could not be had now
     */
    public void check(TrustSubject subject, Deadline deadline) {
        checked(subject, deadline);
    }

    /** As {@link #check}, under the operation: what is trusted is pinned where a rule says so, recorded and audited. */
    public Optional<Verified> confirm(TrustSubject subject, Deadline deadline) {
        Optional<Verified> verified = checked(subject, deadline);
        return verified.map(found -> {
            TrustRule rule = policy.concerning(
                            subject.origin().source(), subject.origin().upstream())
                    .orElseThrow();
            pin(subject, rule, found);
            return store.record(subject.key(), found, subject.actor());
        });
    }

    /**
     * Asks the host's admission about what was fetched, before anything of it is sent.
     *
     * @param verified what {@link #confirm} returned
     * @throws HoldfastException with {@link Reason#NOT_ADMITTED} if the host refuses it or lets it wait
     */
    public void admit(TrustSubject subject, Optional<Verified> verified, Bundle bundle, Deadline deadline) {
        if (admission.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        try {
            admission.get().ask(subject, evidence(subject, deadline), verified, bundle, now);
        } catch (HoldfastException e) {
            note(subject, new Asked(subject.key(), subject.revision()), e, now);
            throw e;
        }
    }

    private Evidence evidence(TrustSubject subject, Deadline deadline) {
        return known.find(subject.question())
                .map(Shown::evidence)
                .orElseGet(() -> sources.evidence(subject.question(), deadline));
    }

    private Optional<Verified> checked(TrustSubject subject, Deadline deadline) {
        Instant now = clock.instant();
        Asked asked = new Asked(subject.key(), subject.revision());
        try {
            Optional<Verified> verified = judged(subject, deadline, now);
            refusals.remove(asked);
            return verified;
        } catch (HoldfastException e) {
            known.drop(subject.question());
            note(subject, asked, e, now);
            throw e;
        }
    }

    /** The same refusal is audited once in a process's life, however often a policy tries. */
    private void note(TrustSubject subject, Asked asked, HoldfastException e, Instant now) {
        Judgement refusal = refused(e, now);
        if (refusals.size() >= MOST_REFUSALS) {
            refusals.clear();
        }
        Judgement before = refusals.put(asked, refusal);
        if (e instanceof PermanentException && (before == null || !before.text().equals(refusal.text()))) {
            audit.append(AuditEntry.of(subject.actor(), "trust-refused", refusal.text())
                    .about(subject.key())
                    .to(subject.revision()));
        }
    }

    private Optional<Verified> judged(TrustSubject subject, Deadline deadline, Instant now) {
        Upstream upstream = subject.origin().upstream();
        Optional<TrustRule> concerning = policy.concerning(subject.origin().source(), upstream);
        if (concerning.isEmpty()) {
            if (policy.refusesOthers()) {
                throw new PermanentException(
                        Reason.UNSIGNED,
                        "no rule of the trust policy concerns "
                                + subject.origin().source() + ", and others are refused; add a rule for it");
            }
            return Optional.empty();
        }
        TrustRule rule = concerning.get();
        Shown shown = shown(subject, rule, deadline);
        Optional<Instant> seen =
                store.verified(subject.key(), subject.revision()).map(Verified::at);
        Verified verified = new EvidenceCheck(rule, subject.question(), now, seen).judge(shown.evidence());
        for (Pin pin : rule.pinsSigner() || rule.pinsOrigin() ? store.pins(upstream) : List.<Pin>of()) {
            compare(subject, rule, pin, verified, shown.roots().orElse(Set.of()));
        }
        known.keep(subject.question(), shown);
        return Optional.of(verified);
    }

    private Shown shown(TrustSubject subject, TrustRule rule, Deadline deadline) {
        Optional<Shown> before = known.find(subject.question())
                .filter(shown -> !rule.pinsOrigin() || shown.roots().isPresent());
        return before.orElseGet(() -> new Shown(
                sources.evidence(subject.question(), deadline),
                rule.pinsOrigin()
                        ? Optional.of(sources.roots(subject.origin().upstream(), subject.revision(), deadline))
                        : Optional.empty()));
    }

    private static void compare(TrustSubject subject, TrustRule rule, Pin pin, Verified verified, Set<Revision> roots) {
        boolean signer = pin.kind() == Pin.Kind.SIGNER;
        if (signer && rule.pinsSigner() && !pin.values().contains(verified.fingerprint())) {
            throw new PermanentException(
                    Reason.SIGNER_CHANGED,
                    about(subject, rule) + " is signed with " + verified.fingerprint() + ", and so far "
                            + subject.origin().upstream() + " was signed with " + listed(pin)
                            + "; ask those who publish it, then accept the signer or leave it");
        }
        if (!signer && rule.pinsOrigin() && !roots.isEmpty() && Collections.disjoint(pin.values(), texts(roots))) {
            throw new PermanentException(
                    Reason.ORIGIN_CHANGED,
                    about(subject, rule) + " begins with " + String.join(", ", texts(roots)) + ", and so far "
                            + subject.origin().upstream() + " began with " + listed(pin)
                            + ": it may be another repository under that name; find out, then accept the origin or leave it");
        }
    }

    private static String about(TrustSubject subject, TrustRule rule) {
        return "trust rule '" + rule.name() + "': revision "
                + subject.revision().abbreviated() + " of " + subject.origin().source();
    }

    private static String listed(Pin pin) {
        return pin.values().stream().sorted().collect(Collectors.joining(", "));
    }

    private static Set<String> texts(Set<Revision> roots) {
        return roots.stream().map(Revision::value).collect(Collectors.toSet());
    }

    /** Of two that come first at one time, one is pinned, and the other is held to it. */
    private void pin(TrustSubject subject, TrustRule rule, Verified verified) {
        Upstream upstream = subject.origin().upstream();
        Set<Revision> roots =
                known.find(subject.question()).flatMap(Shown::roots).orElse(Set.of());
        if (rule.pinsSigner()) {
            Set<String> signer = Set.of(verified.fingerprint());
            Pin pin = store.pinFirst(upstream, Pin.Kind.SIGNER, signer, subject.actor());
            compare(subject, rule, pin, verified, roots);
        }
        if (rule.pinsOrigin() && !roots.isEmpty() && roots.size() <= Pin.MOST) {
            Pin pin = store.pinFirst(upstream, Pin.Kind.ORIGIN, texts(roots), subject.actor());
            compare(subject, rule, pin, verified, roots);
        }
    }
}
