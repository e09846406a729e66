package dev.holdfast.examples.e2e.months;

import dev.holdfast.Holdfast;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A node that asks for a rollback and goes no further than what it would open: says where a rollback would lead. */
final class Foresight implements AutoCloseable {

    private final AtomicReference<NewOperation> wanted = new AtomicReference<>();
    private final Holdfast holdfast;

    Foresight(Node.Parts parts) {
        Node.Parts seeing = new Node.Parts(
                Seam.around(parts.store(), (method, arguments, real) -> {
                    if (!method.getName().equals("open")) {
                        return real.call();
                    }
                    wanted.set((NewOperation) arguments[0]);
                    throw new PermanentException(Reason.CONFLICT, "this node only wants to know");
                }),
                parts.resolver(),
                parts.target(),
                parts.settings());
        this.holdfast = seeing.holdfast("foresight");
    }

    /** Returns which release a rollback would make live, or why it would not. */
    String rollback(InstallKey key) {
        wanted.set(null);
        try {
            throw new IllegalStateException("rolled back: " + holdfast.rollback(key, "foresight"));
        } catch (HoldfastException e) {
            return Optional.ofNullable(wanted.get())
                    .flatMap(NewOperation::goal)
                    .map(goal -> goal.stamp().value())
                    .orElseGet(() -> e.reason() + ": " + e.getMessage());
        }
    }

    @Override
    public void close() {
        holdfast.close();
    }
}
