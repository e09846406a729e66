package dev.holdfast.spi.store;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.fleet.FleetStore;
import dev.holdfast.spi.trust.TrustStore;

/**
 * Remembers what is installed where, what it tracks, what is queued, what is under way and who decided what.
 *
 * <p>Every write is a compare-and-set or an insert, and each method is one transaction. Times, leases included, are
 * measured by the store's own clock, so that nodes whose clocks differ agree. Safe for use by several threads and, for
 * durable stores, several processes. Methods throw {@link TransientException} or {@link PermanentException} with
 * {@link Reason#STORE} when the store fails; then nothing of the call was written, or, if the connection broke while
 * committing, it is unknown. Prove an implementation by extending {@code TrackingStoreContract} from
 * {@code holdfast-testkit}.
 */
public interface TrackingStore {

    /** Returns what is installed. */
    InstallStore installs();

    /** Returns which upstreams are due and what was found. */
    SweepStore sweeps();

    /** Returns what is known of the upstreams. */
    UpstreamStore upstreams();

    /** Returns the queue of updates. */
    UpdateStore updates();

    /** Returns the journal of operations. */
    OperationJournal journal();

    /** Returns where something of ours may still lie. */
    PlaceStore places();

    /** Returns what was seen of the installs on their targets. */
    InspectionStore inspections();

    /** Returns what the journal tells of operations, closed ones included. */
    OperationHistory history();

    /** Returns the record of decisions. */
    AuditLog audit();

    /** Returns the seals of that record. */
    AuditChain auditChain();

    /** Returns up to where webhooks were told what that record says. */
    WebhookStore webhooks();

    /** Returns what is said about many installs at one time. */
    FleetStore fleet();

    /** Returns who signed what so far, and what was verified of installs. */
    TrustStore trust();
}
