package dev.holdfast.testkit;

import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.container.ContainerFacts;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.container.ContainerKey;
import dev.holdfast.spi.container.IndexedContainer;
import dev.holdfast.spi.container.WorkloadId;
import dev.holdfast.spi.store.Page;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** An index whose writes break, or are overtaken, when a test says so; otherwise the one that it wraps. */
public final class FaultyIndex implements ContainerIndex {

    private final ContainerIndex index;
    private final Queue<Runnable> planned = new ArrayDeque<>();
    private volatile Runnable reading = () -> {};
    private int writes;

    /** Returns that index, with nothing planned. */
    public FaultyIndex(ContainerIndex index) {
        this.index = index;
    }

    /** Lets the next write that nothing is planned for fail, as when the database is down. */
    public void failNextWrite() {
        planned.add(() -> {
            throw new TransientException(Reason.STORE, "the index is down, as the test wants it; try again");
        });
    }

    /** Does this just before the next write that nothing is planned for. */
    public void beforeNextWrite(Runnable meanwhile) {
        planned.add(meanwhile);
    }

    /** Does this before every read from now on. */
    public void beforeReads(Runnable meanwhile) {
        reading = meanwhile;
    }

    /** Returns how many writes were tried. */
    public int writes() {
        return writes;
    }

    @Override
    public Snapshot read(String host) {
        reading.run();
        return index.read(host);
    }

    @Override
    public List<IndexedContainer> write(List<RowChange> changes) {
        writes++;
        Runnable plan = planned.poll();
        if (plan != null) {
            plan.run();
        }
        return index.write(changes);
    }

    @Override
    public IndexedContainer register(ContainerKey key, String kind, ContainerFacts facts, String hostData) {
        return index.register(key, kind, facts, hostData);
    }

    @Override
    public boolean expectStop(String host, String containerId) {
        return index.expectStop(host, containerId);
    }

    @Override
    public int forget(WorkloadId workload) {
        return index.forget(workload);
    }

    @Override
    public Page<IndexedContainer> list(ContainerQuery query, Page.Request page) {
        return index.list(query, page);
    }
}
