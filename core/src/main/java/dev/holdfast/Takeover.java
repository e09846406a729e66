package dev.holdfast;

import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;

/** What a node throws that finds its operation in the hands of another one. */
final class Takeover {

    private Takeover() {}

    static TransientException of(Operation operation) {
        return new TransientException(
                Reason.FENCED,
                "operation " + operation.id() + " on " + operation.destination()
                        + " was taken over by another node, which finishes or undoes it");
    }

    /** What failed may have failed because of that: whoever takes over removes what was uploaded. */
    static TransientException of(Operation operation, RuntimeException cause) {
        TransientException taken = of(operation);
        taken.addSuppressed(cause);
        return taken;
    }
}
