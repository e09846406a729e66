package dev.holdfast.images;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.internal.Events;
import dev.holdfast.internal.PolicyHold;
import dev.holdfast.internal.RecentlyUsed;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject.ImageSubject;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageDigests;
import dev.holdfast.spi.image.ImageEvidence;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageRefresher;
import dev.holdfast.spi.image.ImageSignatures;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.AuditLog;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.trust.Verified;
import dev.holdfast.trust.ImageTrust;
import dev.holdfast.trust.ImageTrustPolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The runtime, as it may be asked: what pulls or replaces goes through the host's image trust policy first, whoever
 * wants it. A digest is judged before an attempt begins, so that a refusal changes nothing, and again under it.
 */
final class ImageGuard implements ImageRefresher {

    /** So long a refusal is believed without asking again, where no person asks. */
    private static final Duration REFUSED_FOR = Duration.ofMinutes(10);

    private static final int MOST = 1_000;

    private final ImageRefresher runtime;
    private final Optional<Rules> rules;
    private final Events events;
    private final Clock clock;
    private final RecentlyUsed<Asked, Refusal> refusals = new RecentlyUsed<>(MOST);
    private final RecentlyUsed<Asked, String> askers = new RecentlyUsed<>(MOST);
    private final RecentlyUsed<Asked, Verified> accepted = new RecentlyUsed<>(MOST);

    /** What a host has set: what judges, and where it is recorded. */
    record Rules(ImageTrust trust, AuditLog audit) {

        /** Whoever asks registries shows their signatures, or none. */
        static Rules of(ImageTrustPolicy policy, ImageDigests registries, Clock clock, AuditLog audit) {
            ImageSignatures signatures = registries instanceof ImageSignatures shown
                    ? shown
                    : (image, digest, deadline) ->
                            new ImageEvidence(digest, ImageEvidence.Form.IMAGE, List.of(), List.of());
            return new Rules(new ImageTrust(policy, signatures, clock), audit);
        }
    }

    /** Why a digest was refused, and until when that is believed. */
    record Refusal(HoldfastException why, Instant until) {}

    private record Asked(ImageReference image, ImageDigest digest) {}

    ImageGuard(ImageRefresher runtime, Optional<Rules> rules, Events events, Clock clock) {
        this.runtime = runtime;
        this.rules = rules;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Refuses what is not trusted, before anything is begun.
     *
     * @throws PermanentException that names rule, subject and remedy
     * @throws dev.holdfast.spi.TransientException if its registry could not be asked
     */
    void check(WatchedImage key, ImageDigest digest, ImageCaller caller, Deadline deadline) {
        if (rules.isEmpty()) {
            return;
        }
        if (!caller.operator()) {
            refusal(key.image(), digest).ifPresent(known -> {
                throw known.why();
            });
        }
        Asked asked = new Asked(key.image(), digest);
        try {
            rules.get().trust().judge(key.image(), digest, deadline);
            refusals.remove(asked);
            askers.put(asked, caller.actor());
        } catch (HoldfastException e) {
            note(() -> key, asked, caller.actor(), e);
            throw e;
        }
    }

    /** Returns why this process refused a digest lately, without asking anybody. */
    Optional<Refusal> refusal(ImageReference image, ImageDigest digest) {
        return refusals.find(new Asked(image, digest))
                .filter(known -> clock.instant().isBefore(known.until()));
    }

    /** Returns what this process has verified of a digest before it was pulled. */
    Optional<Verified> verified(ImageReference image, ImageDigest digest) {
        return accepted.find(new Asked(image, digest));
    }

    /**
     * The same refusal is audited once in a process's life, however often a policy tries; what cannot be audited is
     * next time.
     */
    private void note(Supplier<WatchedImage> key, Asked asked, String actor, HoldfastException e) {
        Optional<Refusal> before = refusals.find(asked);
        String text = String.valueOf(e.getMessage());
        try {
            if (e instanceof PermanentException
                    && before.filter(known ->
                                    text.equals(String.valueOf(known.why().getMessage())))
                            .isEmpty()) {
                append(key.get(), asked, actor, "trust-refused", text);
            }
            refusals.put(asked, new Refusal(e, clock.instant().plus(REFUSED_FOR)));
        } catch (HoldfastException lost) {
            e.addSuppressed(lost);
        }
    }

    private void append(WatchedImage key, Asked asked, String actor, String action, String outcome) {
        rules.orElseThrow()
                .audit()
                .append(AuditEntry.of(actor, action, outcome)
                        .about(new ImageSubject(key))
                        .to(Revision.of(asked.digest().value())));
    }

    /** Under the attempt: what is trusted is recorded and told, once for each digest in a process's life. */
    private void confirm(ImageReference image, ImageDigest digest, Deadline deadline) {
        if (rules.isEmpty()) {
            return;
        }
        Asked asked = new Asked(image, digest);
        String actor = askers.find(asked).orElse(PolicyHold.ACTOR);
        try {
            Optional<Verified> verified = rules.get().trust().judge(image, digest, deadline);
            refusals.remove(asked);
            if (verified.isPresent() && accepted.find(asked).isEmpty()) {
                WatchedImage key = new WatchedImage(runtime.site(deadline), image);
                append(key, asked, actor, "trust-verified", verified.get().text());
                accepted.put(asked, verified.get());
                events.tell(new HoldfastEvent.ImageVerified(key, verified.get()));
            }
        } catch (HoldfastException e) {
            note(() -> new WatchedImage(runtime.site(deadline), image), asked, actor, e);
            throw e;
        }
    }

    @Override
    public void refresh(RunningContainer container, ImageDigest digest, Hold hold, Deadline deadline) {
        confirm(container.image(), digest, deadline);
        runtime.refresh(container, digest, hold, deadline);
    }

    @Override
    public void pull(ImageReference image, ImageDigest digest, Deadline deadline) {
        confirm(image, digest, deadline);
        runtime.pull(image, digest, deadline);
    }

    @Override
    public String site(Deadline deadline) {
        return runtime.site(deadline);
    }

    @Override
    public List<RunningContainer> running(Deadline deadline) {
        return runtime.running(deadline);
    }

    @Override
    public void restore(RunningContainer container, Hold hold, Deadline deadline) {
        runtime.restore(container, hold, deadline);
    }
}
