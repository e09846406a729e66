package dev.holdfast;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.store.OperationJournal;
import java.time.Duration;
import java.util.Optional;

/** One change of a target, in its two halves. */
interface Work {

    /** Does all that no reader can see. If it fails, nothing is live that was not before. */
    void prepare(Running running);

    /** Makes it live and reads that back: the install to record, or empty for none. */
    Optional<Install> commit(Running running);

    /** An operation under way: its row, its session, and the lease it keeps alive. */
    record Running(Operation operation, TargetSession session, OperationJournal journal, Duration lease) {

        /** Extends the lease, or ends the work if another node has taken it over. */
        void advance(Phase phase) {
            if (!journal.advance(operation, phase, lease)) {
                throw Takeover.of(operation);
            }
        }
    }
}
