package dev.holdfast.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Remembers which digest of an image was seen, tried and put to work, so that a restart forgets nothing and any number of
 * nodes do the work once.
 *
 * <p>One entry for each {@link WatchedImage}. What is {@link Entry#committed} changes by {@link #commit} alone: never because a digest
 * was seen, and never because an attempt was made. Each call is atomic; times are the ledger's own, so nodes whose clocks
 * differ agree.
 */
public interface ImageLedger {

    /**
     * Records that a digest was seen, and returns the entry as it stands then. Another digest than before begins afresh:
     * without attempts, errors or waiting. Writes nothing where the entry names this digest already.
     *
     * @param seeds whether a key that was never seen counts as committed with this digest: where nothing tells what runs
     */
    Entry observe(WatchedImage key, ImageDigest digest, boolean seeds);

    /**
     * Begins an attempt to put the observed digest to work.
     *
     * @param digest what {@link #observe} recorded
     * @param node who begins
     * @param lease after which silence another node may begin
     * @return empty if another digest has been observed since, somebody holds the entry, or an attempt failed and its waiting
     *     time is not over
     */
    Optional<Attempt> begin(WatchedImage key, ImageDigest digest, String node, Duration lease);

    /**
     * Holds an attempt for longer.
     *
     * @return false if it was lost: it ended, or another node has taken over
     */
    boolean extend(Attempt attempt, Duration lease);

    /**
     * Ends an attempt with success: its digest is what runs.
     *
     * @return false if it was lost meanwhile; then nothing was written
     */
    boolean commit(Attempt attempt);

    /**
     * Ends an attempt without success. What was committed stays, and the digest is tried again after the wait.
     *
     * @param wait how long nobody begins, unless another digest is observed
     * @return false if it was lost meanwhile; then nothing was written
     */
    boolean fail(Attempt attempt, Reason reason, String message, Duration wait);

    /** Returns the entry of a key; empty if it was never seen. */
    Optional<Entry> find(WatchedImage key);

    /**
     * What an entry is about.
     *
     * @param site whose containers: {@link ImageRefresher#site}
     * @param image the tag that is followed
     */
    record WatchedImage(String site, ImageReference image) {
        @Override
        public String toString() {
            return image + " at " + site;
        }
    }

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
     * What is known of one image.
     *
     * @param key which
     * @param observed where its tag stood when it was last seen to move
     * @param phase how far that is
     * @param committed what was last put to work; empty if nothing ever was
     * @param attempts how often that failed since it was observed
     * @param lastError why the last attempt failed
     * @param retryAt before which it is not tried again
     * @param changedAt when the entry was last written, extensions of a lease apart
     */
    record Entry(
            WatchedImage key,
            ImageDigest observed,
            Phase phase,
            Optional<ImageDigest> committed,
            int attempts,
            Optional<String> lastError,
            Optional<Instant> retryAt,
            Instant changedAt) {}

    /**
     * The right to put one digest to work.
     *
     * @param key of which image
     * @param digest which
     * @param token fencing number: only the newest counts
     * @param failures how many attempts with this digest failed before
     */
    record Attempt(WatchedImage key, ImageDigest digest, long token, int failures) {}
}
