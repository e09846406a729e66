package dev.holdfast.testkit;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.fleet.FleetStore;
import dev.holdfast.spi.fleet.LabelStore;
import dev.holdfast.spi.fleet.PlanStore;
import dev.holdfast.spi.fleet.QuarantineStore;
import dev.holdfast.spi.fleet.RolloutStore;
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
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A store that breaks when a test says so: wraps a real one and does exactly what it does otherwise. Safe for use by
 * several threads.
 */
public final class FaultyStore implements TrackingStore {

    private final TrackingStore store;
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private volatile boolean down;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private FaultyStore(TrackingStore store) {
        this.store = store;
    }

    /** Returns {@code store} with faults to come. */
    public static FaultyStore around(TrackingStore store) {
        return new FaultyStore(store);
    }

    /** @param failure empty if the call passes as it is */
    private record Fault(String method, Optional<HoldfastException> failure, boolean performed) {}

    /**
     * Lets the next call of a method, such as {@code record}, do nothing and fail with this, once; several wait in
     * line.
     */
    public void failNext(String method, HoldfastException failure) {
        faults.add(new Fault(method, Optional.of(failure), false));
    }

    /** Lets that many calls of a method pass before those that are wanted to fail from now on. */
    public void passNext(String method, int calls) {
        for (int i = 0; i < calls; i++) {
            faults.add(new Fault(method, Optional.empty(), false));
        }
    }

    /** Lets the next call of a method do its work, and then fail with this: its answer is lost. */
    public void loseNextAnswer(String method, HoldfastException failure) {
        faults.add(new Fault(method, Optional.of(failure), true));
    }

    /** From now on nothing can be read or written, or everything again. */
    public void down(boolean unreachable) {
        down = unreachable;
    }

    /** Lets calls hang until {@link #release}, or until their thread is interrupted. */
    public void stall() {
        gate = new CountDownLatch(1);
    }

    /** Lets go all calls that hang, and later ones pass. */
    public void release() {
        gate.countDown();
    }

    @Override
    public InstallStore installs() {
        return faulty(InstallStore.class, store.installs());
    }

    @Override
    public SweepStore sweeps() {
        return faulty(SweepStore.class, store.sweeps());
    }

    @Override
    public UpstreamStore upstreams() {
        return faulty(UpstreamStore.class, store.upstreams());
    }

    @Override
    public UpdateStore updates() {
        return faulty(UpdateStore.class, store.updates());
    }

    @Override
    public OperationJournal journal() {
        return faulty(OperationJournal.class, store.journal());
    }

    @Override
    public PlaceStore places() {
        return faulty(PlaceStore.class, store.places());
    }

    @Override
    public InspectionStore inspections() {
        return faulty(InspectionStore.class, store.inspections());
    }

    @Override
    public OperationHistory history() {
        return faulty(OperationHistory.class, store.history());
    }

    @Override
    public AuditLog audit() {
        return faulty(AuditLog.class, store.audit());
    }

    @Override
    public AuditChain auditChain() {
        return faulty(AuditChain.class, store.auditChain());
    }

    @Override
    public WebhookStore webhooks() {
        return faulty(WebhookStore.class, store.webhooks());
    }

    @Override
    public FleetStore fleet() {
        FleetStore real = store.fleet();
        return new FaultyFleet(
                faulty(LabelStore.class, real.labels()),
                faulty(QuarantineStore.class, real.quarantines()),
                faulty(PlanStore.class, real.plans()),
                faulty(RolloutStore.class, real.rollouts()));
    }

    @Override
    public TrustStore trust() {
        return faulty(TrustStore.class, store.trust());
    }

    private record FaultyFleet(LabelStore labels, QuarantineStore quarantines, PlanStore plans, RolloutStore rollouts)
            implements FleetStore {}

    private <T> T faulty(Class<T> part, T real) {
        return part.cast(Proxy.newProxyInstance(
                part.getClassLoader(),
                new Class<?>[] {part},
                (proxy, method, arguments) -> called(real, method, arguments)));
    }

    private @Nullable Object called(Object real, Method method, @Nullable Object[] arguments) throws Throwable {
        awaitRelease();
        if (down) {
            throw new TransientException(Reason.STORE, "the store is down, as the test wants it; try again later");
        }
        Optional<Fault> fault = next(method.getName());
        Optional<HoldfastException> failure = fault.flatMap(Fault::failure);
        if (failure.isPresent() && !fault.get().performed()) {
            throw failure.get();
        }
        try {
            Object answer = method.invoke(real, arguments);
            if (failure.isPresent()) {
                throw failure.get();
            }
            return answer;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private Optional<Fault> next(String method) {
        Optional<Fault> next =
                faults.stream().filter(fault -> fault.method().equals(method)).findFirst();
        return next.filter(faults::remove);
    }

    private void awaitRelease() {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientException(Reason.STORE, "the call was interrupted while the store hung", e);
        }
    }
}
