package dev.holdfast.webhook;

import dev.holdfast.internal.Backoff;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.store.AuditChain;
import dev.holdfast.spi.store.AuditChain.Stretch;
import dev.holdfast.spi.store.AuditRow;
import dev.holdfast.spi.store.AuditSeal;
import dev.holdfast.spi.store.WebhookStore;
import dev.holdfast.spi.store.WebhookStore.Failure;
import dev.holdfast.spi.store.WebhookStore.WebhookClaim;
import dev.holdfast.webhook.WebhookPost.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tells one receiver what waits for it, in the order of the seals, until nothing waits, it refuses, or the time is
 * over.
 */
final class DeliveryRound {

    private static final int AT_A_TIME = 100;
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(5);
    private static final Duration LAST_RETRY = Duration.ofMinutes(15);

    /** Longer than an attempt may take, by as much as the store may take to note it. */
    private static final Duration SPARE = Duration.ofSeconds(60);

    private final AuditChain chain;
    private final WebhookStore store;
    private final Webhook webhook;
    private final WebhookPost post;

    DeliveryRound(AuditChain chain, WebhookStore store, WebhookPost post) {
        this.chain = chain;
        this.store = store;
        this.webhook = post.webhook();
        this.post = post;
    }

    static Duration lease(Webhook webhook) {
        return webhook.timeout().plus(SPARE);
    }

    /**
     * Delivers for a minute at most.
     *
     * @param held until when the claim lasts, counted from before it was asked for
     * @param stopped whether to begin nothing more
     */
    void run(WebhookClaim claim, Deadline held, BooleanSupplier stopped) throws InterruptedException {
        Deadline bound = Deadline.after(LONGEST);
        Place place = new Place(claim, held);
        boolean more = true;
        while (more && !stopped.getAsBoolean() && !bound.hasPassed()) {
            Stretch stretch = chain.read(place.at, AT_A_TIME);
            more = !stretch.seals().isEmpty()
                    && told(place, stretch, () -> stopped.getAsBoolean() || bound.hasPassed());
        }
        place.end();
    }

    /** Returns whether all of a stretch was told. */
    private boolean told(Place place, Stretch stretch, BooleanSupplier stopped) throws InterruptedException {
        Map<Long, AuditRow> rows = stretch.rows().stream().collect(Collectors.toMap(AuditRow::id, Function.identity()));
        for (AuditSeal seal : stretch.seals()) {
            // An entry may be pruned, or removed, between the reading of its seal and its own.
            long lost = seal.number() - place.at.number() - (rows.containsKey(seal.entry()) ? 1 : 0);
            if (stopped.getAsBoolean() || !place.pass(seal, messages(place, lost, seal, rows), lost)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Returns what is to be told on the way to a seal: that some up to it are lost, and what it covers, if that is
     * wanted.
     */
    private List<AuditMessage> messages(Place place, long gone, AuditSeal seal, Map<Long, AuditRow> rows) {
        AuditSeal at = place.at;
        Optional<AuditMessage> lost = gone > 0
                ? Optional.of(AuditMessage.lost(
                        at.number() + 1, at.number() + gone, Optional.ofNullable(rows.get(seal.entry()))))
                : Optional.empty();
        Optional<AuditMessage> entry = Optional.ofNullable(rows.get(seal.entry()))
                .map(row -> AuditMessage.of(seal, row))
                .filter(message -> place.claim.events().stream().anyMatch(message::is));
        return Stream.of(lost, entry).flatMap(Optional::stream).toList();
    }

    /** Up to where the receiver was told, and up to where that is noted. */
    private final class Place {

        private final WebhookClaim claim;
        private AuditSeal at;
        private AuditSeal noted;
        private Deadline held;
        private boolean isOurs = true;

        Place(WebhookClaim claim, Deadline held) {
            this.claim = claim;
            this.at = claim.upTo();
            this.noted = at;
            this.held = held;
        }

        /** Returns false if the round is over. */
        boolean pass(AuditSeal seal, List<AuditMessage> messages, long lost) throws InterruptedException {
            for (AuditMessage message : messages) {
                Optional<Refusal> refusal = held() ? post.send(message) : Optional.empty();
                if (refusal.isPresent()) {
                    refused(refusal.get());
                }
                if (!isOurs) {
                    return false;
                }
            }
            at = seal;
            if (!messages.isEmpty()) {
                note(lost);
            }
            return isOurs;
        }

        /** A node that was suspended for so long that another may be at it must not send. */
        private boolean held() {
            isOurs = isOurs && held.remaining().compareTo(webhook.timeout()) > 0;
            return isOurs;
        }

        private void note(long lost) {
            held = Deadline.after(lease(webhook));
            isOurs = store.delivered(claim, at, lost, lease(webhook));
            noted = at;
        }

        private void refused(Refusal refusal) {
            isOurs = false;
            if (!noted.equals(at)) {
                // What nobody wanted need not be looked at again.
                store.delivered(claim, at, 0, lease(webhook));
            }
            if (refusal.isGone()) {
                store.failed(claim, Failure.suspending(refusal.text()));
                return;
            }
            int failures = noted.equals(claim.upTo()) ? claim.failures() : 0;
            Duration backoff = Backoff.after(failures, FIRST_RETRY, LAST_RETRY);
            Duration wish = refusal.retryAfter().orElse(Duration.ZERO);
            store.failed(claim, Failure.retried(refusal.text(), wish.compareTo(backoff) > 0 ? wish : backoff));
        }

        private void end() {
            if (isOurs && !noted.equals(at)) {
                note(0);
            }
            if (isOurs) {
                store.release(claim);
            }
        }
    }
}
