package dev.holdfast.spi.delivery;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TransientException;

/**
 * Reaches one kind of place that plugins are installed into, and performs plain file steps there.
 *
 * <p>An implementation knows nothing about releases, snapshots or swaps: {@code AtomicInstaller} decides the steps and
 * their order. What it must promise is small and exact: the steps of one {@link FileScript} run in order, the first
 * that fails stops the rest, and the result says which one it was.
 *
 * <p>Safe for use by several threads. Prove an implementation by extending {@code DeliveryTargetContract} from
 * {@code holdfast-testkit}.
 */
public interface DeliveryTarget {

    /** Returns whether this serves {@code address}. Looks at the value only, never at the network. */
    boolean serves(TargetAddress address);

    /**
     * Opens a session with the place that {@code address} names. The directory itself need not exist yet; the container
     * or host must. Whatever would make a delivery fail and can be known now is refused now, before any change; but not
     * that the place is read-only: whoever only looks needs no permission to write, so the first change is refused
     * instead.
     *
     * @param deadline bounds this call and every call on the session
     * @throws TransientException if a retry may help: host down, daemon restarting, timeout
     * @throws PermanentException if a retry will not: no such container, stopped, no shell
     */
    TargetSession open(TargetAddress address, Deadline deadline);
}
