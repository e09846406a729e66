package dev.holdfast.spi.image;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.store.UpdateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Remembers which digest of an image was seen, offered, tried and put to work, so that a restart forgets nothing and
 * any number of nodes do the work once.
 *
 * <p>One entry for each {@link WatchedImage}. What is stale is offered in the queue of updates, the same that
 * {@link UpdateStore} lists and lets operators dismiss; an attempt to apply an update holds the entry meanwhile. What
 * is {@link Entry#committed} never changes because a digest was seen, or because an attempt was made. Each call is
 * atomic; times are the ledger's own, so nodes whose clocks differ agree.
 */
public interface ImageLedger {

    /**
     * Records that a digest was seen, and returns the entry as it stands then. Writes nothing where the entry names
     * this digest already.
     *
     * @param seeds whether a key that was never seen counts as committed with this digest: where nothing tells what
     *     runs
     */
    Entry observe(WatchedImage key, ImageDigest digest, boolean seeds);

    /**
     * Records what comparing containers with the observed digest came to.
     *
     * <p>Where some are stale, the observed digest is offered: a pending update to another digest becomes
     * {@code SUPERSEDED}, and a new one is queued, unless this digest is open already, was dismissed, or failed for
     * good. Where none is, a pending update becomes {@code RESOLVED} and the observed digest is committed. While an
     * attempt holds the entry, or an update is being applied, nothing changes.
     *
     * @param seen the entry as it was read before the containers were listed; if another digest was observed or an
     *     attempt begun since, the list says nothing any more, and nothing is written
     * @param found what comparing them found
     */
    Settled settle(Entry seen, Comparison found);

    /**
     * Begins an attempt: from then on the entry is held, and the update, if there is one, is {@code APPLYING}. Takes
     * over what another node began and has been silent about for its lease.
     *
     * @param lease how long without {@link #extend} before another node may begin
     * @return empty if somebody holds the entry, it was never seen, the update is closed or not this entry's, another
     *     attempt to apply it failed since it was read, or, for who is patient, the waiting time of one is not over
     */
    Optional<Attempt> begin(WatchedImage key, Beginning beginning, Duration lease);

    /**
     * Holds an attempt for longer, and records how far it has come.
     *
     * @return false if it was lost: it ended, or another node has taken over; then nothing was written
     */
    boolean extend(Attempt attempt, Extension extension);

    /**
     * Ends an attempt. Audited if it was for an update, or pulled.
     *
     * @return false if it was lost meanwhile; then nothing was written
     */
    boolean end(Attempt attempt, Ending ending);

    /** Returns the entry of a key; empty if it was never seen. */
    Optional<Entry> find(WatchedImage key);

    /** How far an entry is with its observed digest. */
    enum Phase {
        /** Seen, and neither put to work nor being so; also after an attempt that failed. */
        OBSERVED,
        /** Somebody is at it, or died at it. */
        REFRESHING,
        /** It is what runs. */
        COMMITTED
    }

    /**
     * What comparing the containers of an image with its observed digest found.
     *
     * @param stale what some of them run in place of it; empty if all are current, or there are none
     */
    record Comparison(Optional<Revision> stale) {

        /** Returns that no container runs anything else. */
        public static Comparison current() {
            return new Comparison(Optional.empty());
        }

        /** Returns that some run this in place of it. */
        public static Comparison stale(Revision running) {
            return new Comparison(Optional.of(running));
        }
    }

    /**
     * What is known of one image.
     *
     * @param key which
     * @param observed where its tag stood when it was last seen to move
     * @param phase how far that is
     * @param committed what was last put to work; empty if nothing ever was
     * @param update the open update; where there is none, the newest one to the observed digest
     * @param rollout the newest one by the rings of a plan, perhaps of an older digest; empty where none was begun
     * @param token the number of the last attempt; 0 if there was none
     * @param changedAt when the entry was last written, extensions of a lease apart
     */
    record Entry(
            WatchedImage key,
            ImageDigest observed,
            Phase phase,
            Optional<ImageDigest> committed,
            Optional<Update> update,
            Optional<ImageRollout> rollout,
            long token,
            Instant changedAt) {}

    /**
     * What a comparison changed.
     *
     * @param entry as it stands now
     * @param queued the update that this call queued
     */
    record Settled(Entry entry, Optional<Update> queued) {}

    /**
     * Who begins an attempt, and for what.
     *
     * @param update which update it applies, as it was read; empty to put in order what an attempt has left
     * @param node where the work is done
     * @param actor who wants it
     * @param patient whether the waiting time of a failed attempt holds it up: a policy waits, an operator does not
     */
    record Beginning(Optional<Update> update, String node, String actor, boolean patient) {}

    /**
     * The right to replace the containers of one image.
     *
     * @param key of which image
     * @param update what it applies, as it stands since then: with the number of attempts that failed before; empty if
     *     it only puts in order
     * @param token fencing number: only the newest counts
     */
    record Attempt(WatchedImage key, Optional<Update> update, long token) {}

    /**
     * For how long an attempt is held, and what has been done meanwhile.
     *
     * @param lease how long until the next extension before another node may begin
     * @param rollout how far its rollout has come, so that whoever goes on where it dies knows who took part; empty for
     *     no news of it
     */
    record Extension(Duration lease, Optional<ImageRollout> rollout) {

        /** Returns one without news. */
        public static Extension of(Duration lease) {
            return new Extension(lease, Optional.empty());
        }

        /** Returns one that records how far a rollout has come. */
        public static Extension of(Duration lease, ImageRollout rollout) {
            return new Extension(lease, Optional.of(rollout));
        }
    }

    /** How an attempt ended. */
    sealed interface Ending {

        /** What was to be done is done: the update is {@code APPLIED}, its digest committed, its rollout forgotten. */
        record Done() implements Ending {}

        /**
         * It failed: the update is pending again. What was committed stays.
         *
         * @param reason why, for machines
         * @param message why, for people
         * @param pause how long nobody who is patient begins with it
         */
        record Failed(Reason reason, String message, Duration pause) implements Ending {}

        /**
         * The rings that are open had their turn, and others are to come: the update is pending again. What was
         * committed stays. A rollout that has halted declares its {@link ImageRollout#quarantine} in the same
         * transaction.
         *
         * @param rollout how far it has come
         * @param outcome what was done, for the audit
         */
        record Rings(ImageRollout rollout, String outcome) implements Ending {}

        /**
         * A person had the image pulled, or tried to, and nothing else was done. Only for an attempt without an update;
         * the entry stays as it is.
         *
         * @param digest what was to be pulled
         * @param actor who wanted it
         * @param outcome {@code succeeded}, or why not: for the audit
         */
        record Pulled(ImageDigest digest, String actor, String outcome) implements Ending {}
    }
}
