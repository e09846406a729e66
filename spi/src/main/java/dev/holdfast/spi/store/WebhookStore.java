package dev.holdfast.spi.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Remembers up to which seal of the audit each webhook was told, and who may tell it now. The sealed audit is the
 * outbox: a webhook is a place in it. Nodes whose configurations differ share the place, and tell what any of them
 * wants. Addresses and secrets are the host's and are not kept. Safe for use by several nodes at once.
 */
public interface WebhookStore {

    /** Lists how all webhooks stand that were ever claimed, ordered by name. */
    List<WebhookStatus> list();

    /**
     * Claims the right to tell a webhook, which one caller has at a time. A name that is not known yet begins at the
     * newest seal: it is told what comes after. A claim whose lease runs out makes the webhook due again.
     *
     * <p>Whatever the answer, it is noted for an hour that the caller wants these events. If nobody wanted one of them
     * in the last hour, a claim that another holds is void: it would pass over what the caller wants. Its lease runs
     * out all the same.
     *
     * @param events which events the caller wants, at least one: types, or beginnings of types with a {@code *}
     * @param lease how long before others may claim it
     * @return empty if another holds it, it is suspended, or it is not due yet
     */
    Optional<WebhookClaim> claim(String name, List<String> events, String node, Duration lease);

    /**
     * Notes that the receiver has taken everything up to a seal, which ends what failed before, and holds the claim for
     * longer.
     *
     * @param upTo behind the one that was noted before
     * @param lost how many seals on the way there were gone with their entries
     * @param lease from now on
     * @return false if the claim was lost: stop
     */
    boolean delivered(WebhookClaim claim, AuditSeal upTo, long lost, Duration lease);

    /**
     * Notes that the receiver did not take what came next, and gives the claim back.
     *
     * @return false if the claim was lost
     */
    boolean failed(WebhookClaim claim, Failure failure);

    /**
     * Gives the claim back; the webhook is due at once.
     *
     * @return false if the claim was lost
     */
    boolean release(WebhookClaim claim);

    /**
     * Makes a webhook due now, whatever kept it, and ends what is said of failures and of lost events. Audited.
     *
     * @return false if there is none of that name
     */
    boolean resume(String name, String actor);

    /**
     * The right to tell a webhook, until the lease runs out.
     *
     * @param name which
     * @param events what it is to be told: what nodes wanted in the last hour, this caller's among it; ordered
     * @param upTo the newest seal that its receiver has taken
     * @param failures how many attempts in a row have failed
     * @param token the number of this claim
     */
    record WebhookClaim(String name, List<String> events, AuditSeal upTo, int failures, long token) {}

    /**
     * Why a receiver did not take something, and when it is asked again.
     *
     * @param why for people; at most 2000 characters are kept
     * @param retryAfter from now; empty suspends the webhook until {@link #resume}
     */
    record Failure(String why, Optional<Duration> retryAfter) {

        /** Returns one after which the receiver is asked again. */
        public static Failure retried(String why, Duration after) {
            return new Failure(why, Optional.of(after));
        }

        /** Returns one after which a person must say that the receiver is to be asked again. */
        public static Failure suspending(String why) {
            return new Failure(why, Optional.empty());
        }
    }

    /**
     * How a webhook stands.
     *
     * @param name which
     * @param events what nodes wanted in the last half hour, ordered; a node that wants another claims the webhook,
     *     whether something waits or not
     * @param upTo the newest seal that its receiver has taken, or that it began at
     * @param waiting how many seals come after it
     * @param lost how many entries were pruned before the receiver took them, since somebody called {@link #resume}
     * @param failures how many attempts in a row have failed
     * @param lastError why the newest attempt failed; empty if it did not
     * @param failingSince when the first of those attempts failed
     * @param deliveredAt when the receiver took something last; empty if it never did
     * @param dueAt when it is due; while it is claimed, when the claim runs out
     * @param suspended why it waits for a person; empty if it does not
     */
    record WebhookStatus(
            String name,
            List<String> events,
            AuditSeal upTo,
            long waiting,
            long lost,
            int failures,
            Optional<String> lastError,
            Optional<Instant> failingSince,
            Optional<Instant> deliveredAt,
            Instant dueAt,
            Optional<String> suspended) {}
}
