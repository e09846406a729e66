package dev.holdfast;

import dev.holdfast.ChangeReport.Reload;
import dev.holdfast.Work.Running;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.store.OperationJournal;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import java.time.Duration;
import java.util.Optional;

/**
 * Takes one operation through its life: journal before target, target before record; what follows then is the
 * {@link Completion}. Whatever ends it early, the journal tells {@link Recovery} enough to finish or undo it.
 */
final class OperationRunner {

    private final Engine engine;
    private final OperationJournal journal;
    private final Recovery recovery;
    private final Completion completion;
    private final FailedAttempts failures;
    private final Undo undo;

    OperationRunner(Engine engine, Recovery recovery) {
        this.engine = engine;
        this.journal = engine.store().journal();
        this.recovery = recovery;
        this.completion = new Completion(engine);
        this.failures = new FailedAttempts(engine.store().updates());
        this.undo = new Undo(engine);
    }

    /**
     * Opens the operation, waiting for whoever holds its destination; that one is recovered if its lease has run out,
     * and nobody else.
     *
     * @throws TransientException with {@link Reason#BUSY} if it is still held at the deadline
     */
    Opening open(NewOperation wanted, Deadline deadline) {
        Wait wait = new Wait(recovery, deadline);
        while (true) {
            Opening opening = journal.open(wanted);
            if (!(opening instanceof Opening.Held held)) {
                return opening;
            }
            if (deadline.hasPassed()) {
                throw busy(held.holder());
            }
            wait.behind(held.holder());
        }
    }

    /**
     * Runs an opened operation to its end, and closes it whatever the end is.
     *
     * @throws PermanentException with {@link Reason#UNHEALTHY} if it was put back because it failed its probation
     */
    ChangeReport run(Operation operation, TargetSession session, Work work) {
        Running running =
                new Running(operation, session, journal, engine.timings().lease());
        long began = System.nanoTime();
        try {
            work.prepare(running);
            refuseQuarantined(operation);
            running.advance(Phase.STAGED);
        } catch (RuntimeException e) {
            throw undone(operation, e);
        }
        return committed(running, work, Duration.ofNanos(System.nanoTime() - began), true);
    }

    /**
     * @param mayJump whether, if a fence on the target says that it is not ours, it commits once more with a higher
     *     epoch
     */
    private ChangeReport committed(Running running, Work work, Duration preparing, boolean mayJump) {
        Operation operation = running.operation();
        long began = System.nanoTime();
        Optional<Install> after;
        try {
            after = engine.traced(Tracing.Kind.SWAP, operation.key(), () -> {
                Optional<Install> live = work.commit(running);
                undo.recordOrFlipBack(operation, running.session(), live);
                return live;
            });
        } catch (TransientException e) {
            if (!mayJump || e.reason() != Reason.FENCED) {
                return settledByRecovery(operation, e);
            }
            Operation higher = recovery.jumped(operation, running.session());
            return committed(new Running(higher, running.session(), journal, running.lease()), work, preparing, false);
        } catch (PermanentException e) {
            if (e.reason() == Reason.STORE) {
                return settledByRecovery(operation, e);
            }
            throw undone(operation, e);
        }
        Duration swapping = Duration.ofNanos(System.nanoTime() - began);
        engine.events().tell(new HoldfastEvent.Committed(operation, preparing, swapping));
        return completion.finish(operation, after.map(Install::release)).orThrow();
    }

    /** It may have been declared since the operation opened: until the live path changes there is a way back. */
    private void refuseQuarantined(Operation operation) {
        operation
                .goal()
                .filter(goal -> !operation.from().equals(Optional.of(goal.revision())))
                .ifPresent(goal -> engine.quarantines()
                        .check(operation.key(), goal.origin().source(), goal.revision(), Labels.none()));
    }

    /** Closes an opened operation that did nothing: what it was opened for had changed. */
    void withdraw(Operation operation) {
        Closing nothing =
                Closing.failedForNow("nothing was done: what is recorded changed before it began", Duration.ZERO);
        if (!journal.close(operation, nothing)) {
            throw Takeover.of(operation);
        }
    }

    /** Closes an opened operation whose target was never reached, and returns what to throw. */
    RuntimeException abandoned(Operation operation, RuntimeException cause) {
        return journal.close(operation, failures.failed(operation, cause)) ? cause : Takeover.of(operation, cause);
    }

    private RuntimeException undone(Operation operation, RuntimeException cause) {
        Reason reason = cause instanceof HoldfastException known ? known.reason() : Reason.TARGET_FAILED;
        if (reason != Reason.FENCED) {
            try {
                return undo.undo(
                                operation,
                                reason,
                                String.valueOf(cause.getMessage()),
                                failures.failed(operation, cause))
                        ? cause
                        : Takeover.of(operation, cause);
            } catch (RuntimeException e) {
                cause.addSuppressed(e);
            }
        }
        return cause;
    }

    /**
     * The script was sent and its outcome is not known, or it may be done and the store did not take the record. Only a
     * higher fence makes it safe to look, so the lease is given up and recovery takes the operation like any other that
     * was left unfinished. Where the store does not even answer that, it stays open until its lease has run out.
     */
    private ChangeReport settledByRecovery(Operation operation, HoldfastException cause) {
        try {
            if (!journal.advance(operation, Phase.STAGED, Duration.ZERO)) {
                throw Takeover.of(operation);
            }
            Optional<Reload> reload = recovery.recover(operation).map(RecoveryReport.Item::reload);
            return settled(operation, reload.orElseGet(Reload.ByAnotherNode::new), cause);
        } catch (HoldfastException e) {
            if (e == cause || e.reason() != Reason.STORE) {
                throw e;
            }
            TransientException unknown = unknown(cause);
            unknown.addSuppressed(e);
            throw unknown;
        }
    }

    private ChangeReport settled(Operation operation, Reload reload, HoldfastException cause) {
        Optional<Outcome> outcome =
                engine.store().history().find(operation.id()).flatMap(Operation::outcome);
        if (outcome.equals(Optional.of(Outcome.SUCCEEDED))) {
            Optional<Release> now =
                    engine.store().installs().find(operation.key()).map(Install::release);
            return new ChangeReport(operation.kind(), operation.key(), operation.from(), now, true, reload);
        }
        throw outcome.isEmpty() ? unknown(cause) : cause;
    }

    private static TransientException unknown(HoldfastException cause) {
        return new TransientException(
                cause.reason(),
                cause.getMessage() + "; the outcome is not known yet, and recover() finishes or undoes it",
                cause);
    }

    private static TransientException busy(Operation holder) {
        return new TransientException(
                Reason.BUSY,
                "'" + holder.destination() + "' is held by " + holder.kind() + " operation " + holder.id() + " of "
                        + holder.claim().owner() + " until " + holder.claim().until() + "; try again later");
    }
}
