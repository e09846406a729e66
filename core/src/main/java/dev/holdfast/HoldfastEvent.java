package dev.holdfast;

import dev.holdfast.audit.AuditCheckpoint;
import dev.holdfast.audit.AuditVerification;
import dev.holdfast.containers.ContainerReport;
import dev.holdfast.containers.RefusedContainer;
import dev.holdfast.images.ImageReport;
import dev.holdfast.inspection.InspectionReport;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Observation;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.image.ImageRollout;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.trust.Verified;
import dev.holdfast.trust.StaleSource;
import java.time.Duration;

/** Something that happened. */
public sealed interface HoldfastEvent {

    /**
     * A plugin was installed, upgraded, rolled back, repaired or uninstalled, and that is recorded.
     *
     * @param report what changed
     */
    record Changed(ChangeReport report) implements HoldfastEvent {}

    /**
     * An operation made its goal live, saw it there, and recorded it. What follows, such as a reload, is still to come.
     * Not told where recovery had to finish it.
     *
     * @param operation the operation
     * @param preparing how long it took before any reader could see a difference: fetching, checking, uploading
     * @param swapping how long the fence, the swap, the look at the marker and the record took
     */
    record Committed(Operation operation, Duration preparing, Duration swapping) implements HoldfastEvent {}

    /**
     * An operation failed; what was live before is live now.
     *
     * @param operation the operation
     * @param reason why, for machines
     * @param message why, for people
     */
    record Failed(Operation operation, Reason reason, String message) implements HoldfastEvent {}

    /**
     * An operation that its node left unfinished was finished or undone.
     *
     * @param operation the operation
     * @param outcome how it ended
     */
    record Recovered(Operation operation, Operation.Outcome outcome) implements HoldfastEvent {}

    /**
     * Drift was found and an update waits for a decision.
     *
     * @param update the queue entry
     */
    record UpdateQueued(Update update) implements HoldfastEvent {}

    /**
     * A release tag that should stay where it is was moved upstream, a branch was set to a revision that does not
     * descend from what is installed, or the highest version is a tag on a commit before it: an alarm.
     *
     * @param upstream where
     * @param ref which
     * @param installed what installs have
     * @param now where the ref stands
     * @param installs how many installs follow it
     */
    record RefRewritten(Upstream upstream, TrackedRef ref, Revision installed, Revision now, long installs)
            implements HoldfastEvent {}

    /**
     * A highest version was chosen among tags of which some could not be read, and one of those looks newer. Told when
     * a node first finds it, and again when it changes.
     *
     * @param upstream where
     * @param ref what is followed
     * @param unread how many tags, an example, and what to do
     */
    record TagsUnread(Upstream upstream, TrackedRef ref, Resolution.Unread unread) implements HoldfastEvent {}

    /**
     * A sweep ended.
     *
     * @param report what it did
     */
    record Swept(SweepReport report) implements HoldfastEvent {}

    /**
     * Policies looked at the queue.
     *
     * @param report what they did
     */
    record PoliciesRan(PolicyReport report) implements HoldfastEvent {}

    /**
     * Images were looked at.
     *
     * @param report what was found and done
     */
    record ImagesChecked(ImageReport report) implements HoldfastEvent {}

    /**
     * An update of an image was applied: all of its watched containers run it.
     *
     * @param update as it stood when that began
     * @param replaced how many containers were replaced for it
     */
    record ImageRefreshed(Update update, int replaced) implements HoldfastEvent {}

    /**
     * A digest of an image met the host's image trust policy, and is about to be pulled. Told once for each digest that
     * a process pulls.
     *
     * @param image which
     * @param verified what was proved
     */
    record ImageVerified(WatchedImage image, Verified verified) implements HoldfastEvent {}

    /**
     * Applying an update of an image failed. What was replaced before stays replaced, what failed runs as before.
     *
     * @param update as it stood when that began
     * @param reason why, for machines
     * @param message why, for people
     * @param replaced how many containers were replaced before it failed
     */
    record ImageFailed(Update update, Reason reason, String message, int replaced) implements HoldfastEvent {}

    /**
     * The rollout of an image has come further at one site: its open rings had their turn, or it halted. The node tells
     * it that did that.
     *
     * @param image which image, and where
     * @param rollout how far it has come
     * @param rings how many rings it has
     * @param replaced how many containers were replaced in that turn; 0 where it halted, for {@link ImageFailed} says
     *     it then
     */
    record ImageRolloutMoved(WatchedImage image, ImageRollout rollout, int rings, int replaced)
            implements HoldfastEvent {}

    /**
     * An update was decided on.
     *
     * @param update as it stands now
     */
    record Decided(Update update) implements HoldfastEvent {}

    /**
     * Somebody declared a quarantine; what a rollout declares when it halts is told by {@link RolloutMoved}.
     *
     * @param quarantine what may not be installed where, and why
     */
    record Quarantined(Quarantine quarantine) implements HoldfastEvent {}

    /**
     * Somebody ended a quarantine that was in force.
     *
     * @param quarantine as it stands now
     */
    record QuarantineLifted(Quarantine quarantine) implements HoldfastEvent {}

    /**
     * A rollout began, moved to its next ring, soaks, or came to its end; {@link Rollout#progress()} says where it
     * stands. Each node tells it once, when it sees it: also of a rollout that it saw for the first time.
     *
     * @param rollout as it stands now
     */
    record RolloutMoved(Rollout rollout) implements HoldfastEvent {}

    /**
     * What stands on a target differs from the record, in another way than before: an alarm. Told by the node that saw
     * it.
     *
     * @param observation which install, and how it differs
     */
    record TargetDiffers(Observation observation) implements HoldfastEvent {}

    /**
     * What stands on a target is what is recorded again, and no operation of Holdfast made it so. A repair is
     * {@link Changed}.
     *
     * @param observation which install
     */
    record TargetMatches(Observation observation) implements HoldfastEvent {}

    /**
     * Installs were compared with their targets.
     *
     * @param report what was found
     */
    record Inspected(InspectionReport report) implements HoldfastEvent {}

    /**
     * Audit entries were sealed. Told by the node that did it.
     *
     * @param checkpoint where the chain stands now: a line to keep outside the database, signed or not
     */
    record AuditSealed(AuditCheckpoint checkpoint) implements HoldfastEvent {}

    /**
     * A look through the audit found that it is not what was sealed: an alarm. Told once by each process, until
     * something else is found.
     *
     * @param broken the first entry that is wrong
     */
    record AuditBroken(AuditVerification.Broken broken) implements HoldfastEvent {}

    /**
     * A source has shown no new signature within the time that its trust rule gives it. Told once by each process,
     * until it has signed again.
     *
     * @param source which, and what was found
     */
    record SourceStale(StaleSource source) implements HoldfastEvent {}

    /**
     * Left-overs were removed.
     *
     * @param key whose
     * @param releases how many releases
     */
    record Collected(InstallKey key, int releases) implements HoldfastEvent {}

    /**
     * Something that is due to go cannot be removed. Told once, until it is gone or something else is stuck there.
     *
     * @param stuck what, where and why
     */
    record RemovalStuck(CollectReport.Stuck stuck) implements HoldfastEvent {}

    /**
     * The containers of an engine were looked at.
     *
     * @param report what was found and written; what workloads' own reconcilers did comes after it
     */
    record ContainersIndexed(ContainerReport report) implements HoldfastEvent {}

    /**
     * The containers of an engine could not be looked at. Its rows stay as they are, and it is tried again. Told once
     * until it works again.
     *
     * @param host the engine's machine
     * @param reason why, for machines
     * @param message why, for people
     */
    record IndexingFailed(String host, Reason reason, String message) implements HoldfastEvent {}

    /**
     * A container claims what is not its, and was refused. Told once for each container and reason.
     *
     * @param host the engine's machine
     * @param container which, and why
     */
    record ContainerRefused(String host, RefusedContainer container) implements HoldfastEvent {}

    /**
     * A workload's own reconciler failed, or did not end in time.
     *
     * @param failure which, and why
     */
    record WorkloadFailed(ContainerReport.WorkloadFailure failure) implements HoldfastEvent {}
}
