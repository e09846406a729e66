package dev.holdfast;

import dev.holdfast.ChangeReport.Reload;
import dev.holdfast.internal.OperationLog;
import dev.holdfast.spi.Change;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.store.OperationJournal;
import dev.holdfast.spi.store.OperationJournal.Closing;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What follows once an operation is recorded: the workspace is reloaded, an update is on probation, what fails it is
 * put back, the operation is closed, listeners are told. Each step is journaled before the next, so that whoever takes
 * the operation over goes on where its node died.
 */
final class Completion {

    private static final Logger LOG = LoggerFactory.getLogger(Completion.class);

    private static final Set<Kind> DELIVERIES = Set.of(Kind.INSTALL, Kind.UPGRADE, Kind.REPAIR);

    private final Engine engine;
    private final OperationJournal journal;
    private final Reloads reloads;

    Completion(Engine engine) {
        this.engine = engine;
        this.journal = engine.store().journal();
        this.reloads = new Reloads(engine);
    }

    /** How an operation that was recorded came to its end; without {@code unhealthy} it succeeded. */
    record Finished(ChangeReport report, Optional<String> unhealthy) {

        Outcome outcome() {
            return unhealthy.isEmpty() ? Outcome.SUCCEEDED : Outcome.FAILED;
        }

        ChangeReport orThrow() {
            if (unhealthy.isPresent()) {
                throw new PermanentException(Reason.UNHEALTHY, unhealthy.get());
            }
            return report;
        }
    }

    /** Takes an operation that is recorded, as far as its node had come, to its end. */
    Finished finish(Operation operation, Optional<Release> now) {
        Change change = change(operation, operation.kind(), now.map(Release::revision));
        Reload reload = new Reload.NotNeeded();
        if (operation.phase() != Phase.RELOADED) {
            reload = reloads.reload(operation, change, Phase.RECORDED);
            advance(operation, Phase.RELOADED);
        }
        Optional<String> unhealthy = isOnProbation(operation) ? probed(operation, change) : Optional.empty();
        if (unhealthy.isPresent()) {
            return reverted(operation, unhealthy.get());
        }
        Closing closing =
                Closing.succeeded(reload instanceof Reload.Failed failed ? "reload failed: " + failed.why() : "");
        Closing remembering = operation.kind() == Kind.ROLLBACK
                ? operation.from().map(closing::remembering).orElse(closing)
                : closing;
        return closed(operation, now, remembering, reload);
    }

    private Optional<String> probed(Operation operation, Change change) {
        return engine.traced(
                Tracing.Kind.PROBE,
                operation.key(),
                () -> new Prober(engine, operation).failure(change),
                why -> why.map(text -> new PermanentException(Reason.UNHEALTHY, text)));
    }

    private Finished closed(Operation operation, Optional<Release> now, Closing closing, Reload reload) {
        boolean ours = journal.close(operation, closing);
        ChangeReport report = new ChangeReport(operation.kind(), operation.key(), operation.from(), now, true, reload);
        if (ours) {
            engine.events().tell(new HoldfastEvent.Changed(report));
        }
        return new Finished(report, Optional.empty());
    }

    private boolean isOnProbation(Operation operation) {
        boolean isProbed = operation.update().isPresent()
                || (engine.hooks().unhealthyInstall().isPresent() && DELIVERIES.contains(operation.kind()));
        return isProbed && engine.hooks().probe().isPresent();
    }

    private Finished reverted(Operation operation, String unhealthy) {
        advance(operation, Phase.REVERTING);
        try (TargetSession session = engine.targets()
                .open(operation.address(), Deadline.after(engine.timings().recover()))) {
            return revert(operation, session, unhealthy);
        } catch (HoldfastException e) {
            // Nothing is lost: it is noted that it must go back, and recovery tries until it is.
            OperationLog.about(operation, LOG.atWarn())
                    .setCause(e)
                    .log(
                            "operation {} on {} failed its probation and could not be put back yet",
                            operation.id(),
                            operation.destination());
            journal.advance(operation, Phase.REVERTING, Duration.ZERO);
            throw e;
        }
    }

    /** Makes what was live before an update live and recorded again, without asking the source. */
    Finished revert(Operation operation, TargetSession session, String unhealthy) {
        Optional<Goal> back = new Releases(engine).before(session, operation);
        if (isToBeRemoved(operation)) {
            return removed(operation, session, unhealthy);
        }
        String why = "put back because it failed its probation: " + unhealthy;
        Optional<String> damage = back.flatMap(goal -> damage(operation, session, goal));
        if (back.isEmpty() || damage.isPresent()) {
            // It is live and recorded; to say that it is not would be the worse lie.
            String note = "failed its probation (" + unhealthy + "), and "
                    + damage.orElse("what was live before is not on the target any more");
            Goal goal = operation.goal().orElseThrow();
            journal.close(operation, ended(Outcome.SUCCEEDED, operation, note));
            engine.events().tell(new HoldfastEvent.Failed(operation, Reason.UNHEALTHY, note));
            OperationLog.about(operation, LOG.atWarn())
                    .log("{} stays at {}: {}", operation.key(), goal.revision(), note);
            return new Finished(report(operation, Optional.empty(), new Reload.NotNeeded()), Optional.of(note));
        }
        Release release = flipped(operation, session, back.get());
        Reload reload = reloads.reload(
                operation, change(operation, Kind.ROLLBACK, Optional.of(release.revision())), Phase.REVERTING);
        if (journal.close(operation, ended(Outcome.FAILED, operation, why))) {
            engine.events().tell(new HoldfastEvent.Failed(operation, Reason.UNHEALTHY, why));
        }
        return new Finished(report(operation, Optional.of(release), reload), Optional.of(why));
    }

    /** What is live again already stays so, whatever was done to its files since. */
    private Optional<String> damage(Operation operation, TargetSession session, Goal back) {
        boolean live =
                engine.installer().liveStamp(session, operation.key().plugin()).equals(Optional.of(back.stamp()));
        return live ? Optional.empty() : new Releases(engine).damage(session, operation.key(), back.stamp());
    }

    private boolean isToBeRemoved(Operation operation) {
        return operation.kind() == Kind.INSTALL
                && operation.from().isEmpty()
                && engine.hooks().unhealthyInstall().equals(Optional.of(UnhealthyInstall.REMOVE));
    }

    /** Takes away a first install, which nothing was live before. */
    private Finished removed(Operation operation, TargetSession session, String unhealthy) {
        String why = "removed because it failed its probation: " + unhealthy;
        if (session.stat(operation.key().plugin().value()).isPresent()) {
            new LiveOwner(engine).remove(operation, session);
        }
        if (!journal.recordRemoved(operation)) {
            throw Takeover.of(operation);
        }
        Reload reload = reloads.reload(operation, change(operation, Kind.UNINSTALL, Optional.empty()), Phase.REVERTING);
        if (journal.close(operation, ended(Outcome.FAILED, operation, why))) {
            engine.events().tell(new HoldfastEvent.Failed(operation, Reason.UNHEALTHY, why));
        }
        return new Finished(report(operation, Optional.empty(), reload), Optional.of(why));
    }

    private Release flipped(Operation operation, TargetSession session, Goal back) {
        Release release = new Releases(engine)
                .retained(session, operation.key(), back.stamp())
                .orElseThrow();
        engine.installer().flip(session, operation.key().plugin(), back.stamp(), operation.epoch());
        if (!journal.record(operation, Works.installed(operation, release))) {
            throw Takeover.of(operation);
        }
        return release;
    }

    private static Closing ended(Outcome outcome, Operation operation, String note) {
        Optional<Revision> bad = operation.goal().map(Goal::revision);
        return new Closing(outcome, note, UpdateStatus.FAILED, Optional.empty(), bad);
    }

    private static ChangeReport report(Operation operation, Optional<Release> now, Reload reload) {
        return new ChangeReport(operation.kind(), operation.key(), operation.from(), now, true, reload);
    }

    private Change change(Operation operation, Kind kind, Optional<Revision> to) {
        Optional<Revision> from =
                kind == operation.kind() ? operation.from() : operation.goal().map(Goal::revision);
        return new Change(operation.id(), kind, operation.key().plugin(), from, to);
    }

    /** Only where something is done after it, which must not be done twice for nothing. */
    private void advance(Operation operation, Phase phase) {
        if (phase == Phase.REVERTING || isOnProbation(operation)) {
            if (!journal.advance(operation, phase, engine.timings().lease())) {
                throw Takeover.of(operation);
            }
        }
    }
}
