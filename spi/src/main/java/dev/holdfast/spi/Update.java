package dev.holdfast.spi;

import java.time.Instant;
import java.util.Optional;

/**
 * One entry of the update queue.
 *
 * @param id the store's number for it, ascending
 * @param subject what it is for
 * @param from what was installed when it was queued
 * @param to exactly what applying it delivers; never changes
 * @param version the name of {@code to}, where it has one
 * @param track what its install followed when it was queued, which it may no longer follow; empty for an image, and
 *     where an earlier version of Holdfast queued it
 * @param why how upstream differs
 * @param status where it stands
 * @param attempts how many times applying it was tried
 * @param lastError why the last attempt failed
 * @param retryAt when a policy tries it again; empty unless an attempt failed. It does not bind operators
 * @param actor who decided it last: an operator, a policy, a sweep
 * @param seenAt when this revision was first queued for this subject, by this entry or an earlier one
 * @param createdAt when it was queued
 * @param changedAt when it last changed
 */
public record Update(
        long id,
        Subject subject,
        Revision from,
        Revision to,
        Optional<String> version,
        Optional<TrackedRef> track,
        DriftKind why,
        UpdateStatus status,
        int attempts,
        Optional<String> lastError,
        Optional<Instant> retryAt,
        String actor,
        Instant seenAt,
        Instant createdAt,
        Instant changedAt) {

    /** Returns whether it is open, and for that install. */
    public boolean concerns(InstallKey key) {
        return status.isOpen() && subject.equals(new Subject.PluginSubject(key));
    }

    /** Returns the same with what is known of the attempts to apply it. */
    public Update attempts(int count, Optional<String> error, Optional<Instant> retry) {
        return new Update(
                id, subject, from, to, version, track, why, status, count, error, retry, actor, seenAt, createdAt,
                changedAt);
    }

    /** Returns the same as somebody decided it. */
    public Update decided(UpdateStatus now, String by, Instant at) {
        return new Update(
                id, subject, from, to, version, track, why, now, attempts, lastError, retryAt, by, seenAt, createdAt,
                at);
    }
}
