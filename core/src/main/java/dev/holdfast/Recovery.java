package dev.holdfast;

import dev.holdfast.ChangeReport.Reload;
import dev.holdfast.Completion.Finished;
import dev.holdfast.internal.Contained;
import dev.holdfast.internal.OperationLog;
import dev.holdfast.release.Placement;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.store.OperationJournal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finishes or undoes operations that nobody works on any more. Each is taken under a new epoch; the fence is raised
 * before anything is read, so that whatever still runs for the old one changes nothing after we looked.
 */
final class Recovery {

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
    private static final int BATCH = 20;

    private final Engine engine;
    private final OperationJournal journal;
    private final Undo undo;
    private final Completion completion;
    private final FailedAttempts failures;
    private final LiveOwner owner;

    Recovery(Engine engine) {
        this.engine = engine;
        this.journal = engine.store().journal();
        this.undo = new Undo(engine);
        this.completion = new Completion(engine);
        this.failures = new FailedAttempts(engine.store().updates());
        this.owner = new LiveOwner(engine);
    }

    /** Takes every operation whose lease has run out, once. */
    RecoveryReport recover() {
        List<RecoveryReport.Item> items = new ArrayList<>();
        List<Operation> taken;
        do {
            taken = journal.claimExpired(engine.node(), engine.timings().lease(), BATCH, 0);
            taken.forEach(operation -> items.add(recovered(operation)));
        } while (taken.size() == BATCH);
        return new RecoveryReport(items);
    }

    /** Takes this operation, if its lease has run out; empty if it has not, or if somebody else took it. */
    Optional<RecoveryReport.Item> recover(Operation operation) {
        return journal.claim(operation, engine.node(), engine.timings().lease(), 0)
                .map(this::recovered);
    }

    /**
     * As {@link #recover(Operation)}, for a caller that waits for its destination: at the deadline only the waiting
     * ends.
     *
     * @return whether its lease had run out, and it was looked at before the deadline
     */
    boolean recoverBefore(Deadline deadline, Operation operation) {
        return engine.workers()
                .outliving(deadline, () -> recover(operation).isPresent())
                .orElse(false);
    }

    private RecoveryReport.Item recovered(Operation operation) {
        try {
            Settled settled = Contained.get(
                    "recovering operation " + operation.id(),
                    () -> engine.traced(Tracing.Kind.RECOVER, operation.key(), () -> settle(operation)));
            engine.events().tell(new HoldfastEvent.Recovered(operation, settled.outcome()));
            return new RecoveryReport.Item(operation, Optional.of(settled.outcome()), "", settled.reload());
        } catch (HoldfastException e) {
            // Also where the place refuses us: as long as nobody could look, nothing may be said about it.
            OperationLog.about(operation, LOG.atInfo())
                    .addKeyValue("reason", e.reason())
                    .log(
                            "operation {} on {} is left for later: {}",
                            operation.id(),
                            operation.destination(),
                            e.getMessage());
            return new RecoveryReport.Item(
                    operation, Optional.empty(), String.valueOf(e.getMessage()), new Reload.NotNeeded());
        }
    }

    private record Settled(Outcome outcome, Reload reload) {

        static Settled of(Finished finished) {
            return new Settled(finished.outcome(), finished.report().reload());
        }
    }

    private Settled settle(Operation operation) {
        if (operation.phase() == Phase.RECORDED || operation.phase() == Phase.RELOADED) {
            return Settled.of(completion.finish(operation, recorded(operation)));
        }
        try (TargetSession session = engine.targets()
                .open(operation.address(), Deadline.after(engine.timings().recover()))) {
            Operation raised = raised(operation, session);
            return operation.phase() == Phase.REVERTING
                    ? Settled.of(completion.revert(raised, session, "its node died while it was put back"))
                    : settle(raised, session);
        }
    }

    private Settled settle(Operation operation, TargetSession session) {
        PluginName plugin = operation.key().plugin();
        Optional<Stamp> live = engine.installer().liveStamp(session, plugin);
        try {
            Optional<Settled> finished = finished(operation, session, live);
            if (finished.isPresent()) {
                return finished.get();
            }
        } catch (PermanentException e) {
            if (e.reason() != Reason.CONFLICT && e.reason() != Reason.OCCUPIED) {
                throw e;
            }
            String why = String.valueOf(e.getMessage());
            undo.undo(operation, e.reason(), why, failures.failed(operation, e));
            return new Settled(Outcome.FAILED, new Reload.NotNeeded());
        }
        undo.undo(operation, Reason.TARGET_FAILED, "broken off before the swap", failures.brokenOff(operation));
        return new Settled(Outcome.FAILED, new Reload.NotNeeded());
    }

    /** Returns empty if the operation did not come as far as the change of the live path. */
    private Optional<Settled> finished(Operation operation, TargetSession session, Optional<Stamp> live) {
        PluginName plugin = operation.key().plugin();
        if (operation.kind() == Kind.UNINSTALL) {
            if (session.stat(plugin.value()).isPresent()) {
                owner.remove(operation, session);
            }
            return Optional.of(record(operation, session, Optional.empty()));
        }
        if (live.isPresent() && live.equals(operation.goal().map(Goal::stamp))) {
            Placement placement = engine.installer().placement(session, plugin);
            if (placement instanceof Placement.Live found) {
                Install install = Works.installed(operation, found.release());
                return Optional.of(record(operation, session, Optional.of(install)));
            }
        }
        return Optional.empty();
    }

    /** Raises the fence; where the target shows a higher one than the store gave, the operation jumps past it. */
    private Operation raised(Operation operation, TargetSession session) {
        try {
            engine.installer().fence(session, operation.key().plugin(), operation.epoch());
            return operation;
        } catch (TransientException e) {
            if (e.reason() != Reason.FENCED) {
                throw e;
            }
            return jumped(operation, session);
        }
    }

    /**
     * Gives an operation that is still ours an epoch above all fences of its target: another store has been at work
     * there, or ours was set back to an earlier state.
     */
    Operation jumped(Operation operation, TargetSession session) {
        PluginName plugin = operation.key().plugin();
        long highest = engine.installer().highestFence(session, plugin);
        if (!journal.advance(operation, operation.phase(), Duration.ZERO)) {
            throw Takeover.of(operation);
        }
        OperationLog.about(operation, LOG.atWarn())
                .log(
                        "{} shows epoch {}, above the {} of operation {}: another store has been at work there, or this one was set back; jumping past it",
                        operation.destination(),
                        highest,
                        operation.epoch(),
                        operation.id());
        Operation higher = journal.claim(
                        operation, engine.node(), engine.timings().lease(), highest)
                .orElseThrow(() -> Takeover.of(operation));
        engine.installer().fence(session, plugin, higher.epoch());
        return higher;
    }

    private Settled record(Operation operation, TargetSession session, Optional<Install> install) {
        undo.recordOrFlipBack(operation, session, install);
        return Settled.of(completion.finish(operation, install.map(Install::release)));
    }

    private Optional<Release> recorded(Operation operation) {
        return engine.store().installs().find(operation.key()).map(Install::release);
    }
}
