package dev.holdfast.spi.store;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.WorkspaceId;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads the queue of updates and takes an operator's decisions. Entries are queued by {@link SweepStore#record} and
 * applied through {@link OperationJournal}.
 */
public interface UpdateStore {

    /** Returns the entry of that id. */
    Optional<Update> find(long id);

    /** Lists entries, newest (highest id) first. */
    Page<Update> list(UpdateQuery query, Page.Request page);

    /**
     * Declines a pending entry and remembers its revision for its subject: it is not queued again. Audited.
     *
     * @return the entry as it stands now: {@code DISMISSED} by this call or an earlier one, or whatever else it is;
     *     empty if there is none of that id
     */
    Optional<Update> dismiss(long id, String actor, String note);

    /**
     * Makes a failed entry pending again with its attempts set back, unless its subject has another open entry, is not
     * installed any more or has that revision by now; a revision remembered as bad because this entry failed is
     * forgotten as bad. Audited.
     *
     * @return the entry as it stands now: {@code PENDING} if the call took effect; empty if there is none of that id
     */
    Optional<Update> retry(long id, String actor);

    /** Returns the revisions remembered as bad for an install, see {@link OperationJournal.Closing#bad()}. */
    Set<Revision> bad(InstallKey key);

    /** Returns how much waits: one read, whatever its number. */
    Backlog backlog();

    /**
     * The open entries in figures.
     *
     * @param pending how many wait for a decision; a store may count no further than 100,000
     * @param applying how many are being applied, probation included
     * @param failed how many installs stay behind until somebody acts: their newest entry is {@code FAILED}, its
     *     revision is not installed and not remembered as bad; at most 1000 are counted
     * @param retrying how many of the pending ones were tried {@value Backlog#OFTEN} times or more, and are tried again
     *     by themselves
     * @param oldest how long ago the revision of the pending one was first seen that has waited longest; empty if none
     *     is pending
     */
    record Backlog(long pending, long applying, long failed, long retrying, Optional<Duration> oldest) {

        /** After so many attempts a pending entry counts as {@link #retrying}. */
        public static final int OFTEN = 12;
    }

    /**
     * Which entries to list.
     *
     * @param statuses only these; empty for all
     * @param workspace only plugins of this workspace
     * @param plugin only plugins of this name
     * @param automatic only of installs whose policy is not manual
     * @param rollout only those that deliver the revision of this rollout to members that wait in its open rings
     */
    record UpdateQuery(
            Set<UpdateStatus> statuses,
            Optional<WorkspaceId> workspace,
            Optional<PluginName> plugin,
            boolean automatic,
            OptionalLong rollout) {

        /** Copies the set. */
        public UpdateQuery {
            statuses = Set.copyOf(statuses);
        }

        /** As the other, whatever the policy. */
        public UpdateQuery(Set<UpdateStatus> statuses, Optional<WorkspaceId> workspace, Optional<PluginName> plugin) {
            this(statuses, workspace, plugin, false, OptionalLong.empty());
        }

        /** Returns the query for entries of one status. */
        public static UpdateQuery of(UpdateStatus status) {
            return new UpdateQuery(Set.of(status), Optional.empty(), Optional.empty());
        }

        /** Returns the query for pending entries that a policy may decide on. */
        public static UpdateQuery forPolicies() {
            return new UpdateQuery(
                    Set.of(UpdateStatus.PENDING), Optional.empty(), Optional.empty(), true, OptionalLong.empty());
        }

        /** Returns the query for pending entries that a rollout may let begin. */
        public static UpdateQuery forRollout(long id) {
            return new UpdateQuery(
                    Set.of(UpdateStatus.PENDING), Optional.empty(), Optional.empty(), false, OptionalLong.of(id));
        }

        /** Returns the query for all entries of one install. */
        public static UpdateQuery of(InstallKey key) {
            return new UpdateQuery(Set.of(), Optional.of(key.workspace()), Optional.of(key.plugin()));
        }
    }
}
