package dev.holdfast.spi.store;

import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.Upstream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which upstreams are due, who asks them, and what they answered. The unit is the upstream, never the install: any
 * number of nodes share the work and none is done twice.
 */
public interface SweepStore {

    /**
     * Counts the upstreams that {@link #claimDue} chooses from, each under one head; holds nothing and changes nothing.
     */
    Census census();

    /**
     * Hands out due upstreams, the longest due first, none that somebody holds, none that is suspended, none without
     * installs that follow something which can move, as {@link TrackedRef.None} and {@link TrackedRef.Sha} cannot. A
     * node that dies loses its claim when the lease runs out and the next one takes it.
     *
     * @param node who asks
     * @param max from 1 to 1000
     * @param lease longer than asking one upstream takes
     */
    List<SweepClaim> claimDue(String node, int max, Duration lease);

    /**
     * Claims one upstream now, due or not, as for a webhook. One that somebody holds becomes due again as soon as its
     * holder has recorded, whose question may be older than the call.
     *
     * @return empty if somebody holds it, it is suspended, or no install follows it
     */
    Optional<SweepClaim> claim(String node, Upstream upstream, Duration lease);

    /**
     * Writes what one upstream answered, for some thousand of its installs in one transaction;
     * {@link SweepOutcome#rest} is the claim for the installs that are left, with which this is called again at once.
     * For every install that follows a finding's ref and has another revision installed, an update is queued if the
     * finding says so, unless that revision was dismissed or is remembered as bad for it, or the same update is open,
     * or one is applying. An older pending entry becomes {@code SUPERSEDED}; {@code RESOLVED} when nothing is queued in
     * its place, or when its install already has the found revision. When nothing moved, no install or update row is
     * written. The findings stay known as {@link UpstreamStore.UpstreamStatus#refs}. An install recorded after the
     * claim was handed out is left to the next look, which is due at once: the answer may be older than it.
     *
     * @param findings what was found, each ref once; refs that are absent upstream have none
     * @param next when the upstream is due again
     * @return empty if the claim was lost meanwhile; then nothing was written
     */
    Optional<SweepOutcome> record(SweepClaim claim, List<Finding> findings, Duration next);

    /**
     * Writes that an upstream could not be asked, and when to try again.
     *
     * @return false if the claim was lost meanwhile
     */
    boolean fail(SweepClaim claim, Reason reason, String message, Duration retryAfter);

    /**
     * Gives a claim back without an answer: the upstream is due at once, and nothing else of it changes.
     *
     * @return false if the claim was lost meanwhile
     */
    boolean release(SweepClaim claim);

    /**
     * How the upstreams stand whose installs follow something which can move.
     *
     * @param due nobody holds them, and it is time
     * @param waiting nobody holds them, and it is not time yet
     * @param claimed somebody asks them at this moment
     * @param suspended are left alone until they are resumed
     */
    record Census(int due, int waiting, int claimed, int suspended) {}

    /**
     * The right to ask one upstream and to write its answer.
     *
     * @param upstream whom to ask
     * @param token fencing number: only the newest counts
     * @param failures how often in a row it could not be asked
     * @param tracked what its installs follow and have installed, each combination once
     * @param after the last install for which the answer is written already, in the order of workspace and plugin
     */
    record SweepClaim(Upstream upstream, long token, int failures, List<Tracked> tracked, Optional<InstallKey> after) {
        /** Copies the list. */
        public SweepClaim {
            tracked = List.copyOf(tracked);
        }

        /** As the other, with nothing written yet. */
        public SweepClaim(Upstream upstream, long token, int failures, List<Tracked> tracked) {
            this(upstream, token, failures, tracked, Optional.empty());
        }

        /** Returns the same for the installs behind {@code last}. */
        public SweepClaim after(InstallKey last) {
            return new SweepClaim(upstream, token, failures, tracked, Optional.of(last));
        }
    }

    /**
     * A group of installs of one upstream that are alike.
     *
     * @param ref what they follow
     * @param installed what they have
     * @param installs how many they are
     */
    record Tracked(TrackedRef ref, Revision installed, long installs) {}

    /**
     * Where a tracked ref stands now.
     *
     * @param ref the ref
     * @param revision where it stands
     * @param version the name of that revision, where it has one
     * @param why how it differs, for those installs whose revision is another
     * @param queue whether those installs get an update
     * @param rewrittenFrom revisions that {@code revision} is known not to lead on from: updates of installs that have
     *     one of them are queued as {@link DriftKind#REF_REWRITTEN}
     */
    record Finding(
            TrackedRef ref,
            Revision revision,
            Optional<String> version,
            DriftKind why,
            boolean queue,
            Set<Revision> rewrittenFrom) {

        /** Copies the set. */
        public Finding {
            rewrittenFrom = Set.copyOf(rewrittenFrom);
        }

        /** As the other, with no history rewritten. */
        public Finding(TrackedRef ref, Revision revision, Optional<String> version, DriftKind why, boolean queue) {
            this(ref, revision, version, why, queue, Set.of());
        }

        /** Returns how what {@code installed} has differs from this. */
        public DriftKind why(Revision installed) {
            return rewrittenFrom.contains(installed) ? DriftKind.REF_REWRITTEN : why;
        }
    }

    /**
     * What one call of {@link #record} wrote.
     *
     * @param queued the new entries
     * @param superseded how many pending entries gave way to newer ones
     * @param resolved how many pending entries lost their reason
     * @param suppressed how many installs were left alone because that revision was dismissed or is bad for them
     * @param rest the claim, held for minutes more, for the installs that are left; empty if the answer is written
     */
    record SweepOutcome(List<Update> queued, int superseded, int resolved, int suppressed, Optional<SweepClaim> rest) {
        /** Copies the list. */
        public SweepOutcome {
            queued = List.copyOf(queued);
        }

        /** As the other, with nothing left. */
        public SweepOutcome(List<Update> queued, int superseded, int resolved, int suppressed) {
            this(queued, superseded, resolved, suppressed, Optional.empty());
        }
    }
}
