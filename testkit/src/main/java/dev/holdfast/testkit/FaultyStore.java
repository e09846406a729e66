package dev.holdfast.testkit;

import dev.holdfast.spi.AuditLog;
import dev.holdfast.spi.InstallStore;
import dev.holdfast.spi.OperationJournal;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.SweepStore;
import dev.holdfast.spi.TrackingStore;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.UpdateStore;
import dev.holdfast.spi.UpstreamStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A store that breaks when a test says so: wraps a real one and does exactly what it does otherwise. Safe for use by
 * several threads.
 */
public final class FaultyStore implements TrackingStore {

    private final TrackingStore store;
    private volatile boolean down;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    private FaultyStore(TrackingStore store) {
        this.store = store;
    }

    /** Returns {@code store} with faults to come. */
    public static FaultyStore around(TrackingStore store) {
        return new FaultyStore(store);
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
    public AuditLog audit() {
        return faulty(AuditLog.class, store.audit());
    }

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
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
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
