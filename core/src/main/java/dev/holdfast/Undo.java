package dev.holdfast;

import dev.holdfast.internal.OperationLog;
import dev.holdfast.release.Placement;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.store.OperationJournal;
import dev.holdfast.spi.store.OperationJournal.Closing;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The way back of an operation: what it left on the target goes, or what was live before is live again. */
final class Undo {

    private static final Logger LOG = LoggerFactory.getLogger(Undo.class);

    private final Engine engine;
    private final OperationJournal journal;

    Undo(Engine engine) {
        this.engine = engine;
        this.journal = engine.store().journal();
    }

    /**
     * Records what is live. Where the store refuses that for what it has recorded there, the live path is put back to
     * it.
     *
     * @throws TransientException with {@link Reason#FENCED} if another node has taken the operation over
     */
    void recordOrFlipBack(Operation operation, TargetSession session, Optional<Install> after) {
        try {
            if (!recorded(operation, after)) {
                throw Takeover.of(operation);
            }
        } catch (PermanentException e) {
            throw e.reason() == Reason.STORE ? e : flippedBack(operation, session, e);
        }
    }

    private boolean recorded(Operation operation, Optional<Install> live) {
        return live.isPresent() ? journal.record(operation, live.get()) : journal.recordRemoved(operation);
    }

    private PermanentException flippedBack(Operation operation, TargetSession session, PermanentException refusal) {
        PluginName plugin = operation.key().plugin();
        Optional<Stamp> back = engine.store()
                .installs()
                .at(operation.destination())
                .map(install -> install.release().stamp())
                .filter(stamp -> engine.installer().release(session, plugin, stamp) instanceof Placement.Live);
        back.ifPresentOrElse(
                stamp -> engine.installer().flip(session, plugin, stamp, operation.epoch()),
                () -> engine.installer().remove(session, plugin, operation.epoch()));
        String now = back.isPresent() ? "what is recorded there is live again" : "nothing is live there now";
        return new PermanentException(refusal.reason(), refusal.getMessage() + "; " + now, refusal);
    }

    /**
     * Closes an operation of which nothing is live, after removing what it left. Removing is bounded by a deadline of
     * its own and may fail: what stays is collected later.
     *
     * @return false if another node has taken it over, and decides how it ends
     * @throws TransientException if a directory that was found at the live path may be aside; the operation stays open
     */
    boolean undo(Operation operation, Reason reason, String message, Closing closing) {
        try (TargetSession session = engine.targets()
                .open(operation.address(), Deadline.after(engine.timings().recover()))) {
            fresh(operation).ifPresent(stamp -> {
                PluginName plugin = operation.key().plugin();
                engine.installer().putBack(session, plugin, stamp, operation.epoch());
                engine.installer().discard(session, plugin, stamp, operation.epoch());
            });
        } catch (HoldfastException e) {
            if (engine.installer().leavesGaps() && e.reason() != Reason.TARGET_NOT_FOUND) {
                // What stood at the live path may be aside: the operation stays open until it is back.
                throw new TransientException(
                        e.reason(), "what stood at " + operation.destination() + " could not be put back", e);
            }
            OperationLog.about(operation, LOG.atInfo())
                    .addKeyValue("reason", e.reason())
                    .log(
                            "left-overs of {} on {} stay until they are collected: {}",
                            operation.key(),
                            operation.address(),
                            e.getMessage());
        }
        boolean ours = journal.close(operation, closing);
        if (ours) {
            engine.events().tell(new HoldfastEvent.Failed(operation, reason, message));
        }
        return ours;
    }

    /** Returns what an operation delivers itself; a rollback, and a repair from a retained release, deliver nothing. */
    private Optional<Stamp> fresh(Operation operation) {
        return operation.goal().map(Goal::stamp).filter(stamp -> !wasDelivered(operation, stamp));
    }

    private boolean wasDelivered(Operation operation, Stamp stamp) {
        return operation.kind() == Operation.Kind.ROLLBACK
                || engine.store()
                        .history()
                        .delivery(operation.key(), stamp)
                        .filter(delivery -> delivery.id() < operation.id())
                        .isPresent();
    }
}
