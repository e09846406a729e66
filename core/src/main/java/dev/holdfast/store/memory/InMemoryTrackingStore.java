package dev.holdfast.store.memory;

import dev.holdfast.spi.fleet.FleetStore;
import dev.holdfast.spi.image.ImageLedger;
import dev.holdfast.spi.store.AuditChain;
import dev.holdfast.spi.store.AuditLog;
import dev.holdfast.spi.store.InspectionStore;
import dev.holdfast.spi.store.InstallStore;
import dev.holdfast.spi.store.OperationHistory;
import dev.holdfast.spi.store.OperationJournal;
import dev.holdfast.spi.store.PlaceStore;
import dev.holdfast.spi.store.SweepStore;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.store.UpdateStore;
import dev.holdfast.spi.store.UpstreamStore;
import dev.holdfast.spi.store.WebhookStore;
import dev.holdfast.spi.trust.TrustStore;
import java.time.Clock;

/**
 * Remembers everything in the memory of this process, and nothing after it: for tests and for hosts that rebuild their
 * workspaces on every start.
 *
 * <p>One lock guards all of it, so each call is atomic. Several engines in one process may share an instance as several
 * nodes share a database.
 */
public final class InMemoryTrackingStore implements TrackingStore {

    private final InMemoryInstalls installs;
    private final InMemorySweeps sweeps;
    private final InMemoryUpstreams upstreams;
    private final InMemoryUpdates updates;
    private final InMemoryJournal journal;
    private final InMemoryPlaces places;
    private final InMemoryInspections inspections;
    private final InMemoryHistory history;
    private final InMemoryAudit audit;
    private final InMemoryAuditChain auditChain;
    private final InMemoryWebhooks webhooks;
    private final InMemoryImageLedger images;
    private final InMemoryFleet fleet;
    private final InMemoryTrust trust;

    private InMemoryTrackingStore(Clock clock) {
        InMemoryTables tables = new InMemoryTables(clock);
        this.installs = new InMemoryInstalls(tables);
        this.sweeps = new InMemorySweeps(tables);
        this.upstreams = new InMemoryUpstreams(tables);
        this.updates = new InMemoryUpdates(tables);
        this.journal = new InMemoryJournal(tables);
        this.places = new InMemoryPlaces(tables);
        this.inspections = new InMemoryInspections(tables);
        this.history = new InMemoryHistory(tables);
        this.audit = new InMemoryAudit(tables);
        this.auditChain = new InMemoryAuditChain(tables);
        this.webhooks = new InMemoryWebhooks(tables);
        this.images = new InMemoryImageLedger(tables);
        this.fleet = new InMemoryFleet(tables);
        this.trust = new InMemoryTrust(tables);
    }

    /** Returns an empty store that measures time by the system's clock. */
    public static InMemoryTrackingStore create() {
        return create(Clock.systemUTC());
    }

    /** Returns an empty store that measures time by {@code clock}. */
    public static InMemoryTrackingStore create(Clock clock) {
        return new InMemoryTrackingStore(clock);
    }

    @Override
    public InstallStore installs() {
        return installs;
    }

    @Override
    public SweepStore sweeps() {
        return sweeps;
    }

    @Override
    public UpstreamStore upstreams() {
        return upstreams;
    }

    @Override
    public UpdateStore updates() {
        return updates;
    }

    @Override
    public OperationJournal journal() {
        return journal;
    }

    @Override
    public PlaceStore places() {
        return places;
    }

    @Override
    public InspectionStore inspections() {
        return inspections;
    }

    @Override
    public OperationHistory history() {
        return history;
    }

    @Override
    public AuditLog audit() {
        return audit;
    }

    @Override
    public AuditChain auditChain() {
        return auditChain;
    }

    @Override
    public WebhookStore webhooks() {
        return webhooks;
    }

    @Override
    public FleetStore fleet() {
        return fleet;
    }

    @Override
    public TrustStore trust() {
        return trust;
    }

    /**
     * Returns the ledger of images, beside the same queue: another interface, because not every host wants it. Where
     * the runtime tells what containers run, a restart costs nothing but the history, what was dismissed and the
     * waiting times.
     */
    public ImageLedger images() {
        return images;
    }
}
