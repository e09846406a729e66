package dev.holdfast.benchmarks;

import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.SweepStore;
import dev.holdfast.spi.store.SweepStore.Finding;
import dev.holdfast.spi.store.SweepStore.SweepClaim;
import dev.holdfast.spi.store.SweepStore.Tracked;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A node of its own in a small heap: claims what is due and writes what a simulated resolver answers, until nothing is
 * left. Prints {@code claimed recorded milliseconds heap-at-first heap-at-last}, the heaps in KiB after a collection.
 */
final class StoreClaimer {

    private static final int BATCH = 32;

    private final SweepStore store;
    private final String node;
    private final Duration lease;
    private final AtomicLong claimed = new AtomicLong();
    private final AtomicLong recorded = new AtomicLong();

    private StoreClaimer(SweepStore store, String node, Duration lease) {
        this.store = store;
        this.node = node;
        this.lease = lease;
    }

    /** The arguments: url, name, how many claimers, lease in seconds, and whether to stay for what others may leave. */
    public static void main(String[] arguments) throws Exception {
        int claimers = Integer.parseInt(arguments[2]);
        Duration lease = Duration.ofSeconds(Long.parseLong(arguments[3]));
        boolean stays = Boolean.parseBoolean(arguments[4]);
        try (JdbcTrackingStore store = JdbcTrackingStore.pooled(arguments[0], "postgres", "")) {
            StoreClaimer claimer = new StoreClaimer(store.sweeps(), arguments[1], lease);
            // Connected and warm before the clock starts.
            store.upstreams().list(Page.Request.first(1));
            long before = heap();
            System.out.println("ready");
            if (System.in.read() < 0) {
                return;
            }
            long start = System.nanoTime();
            long last = claimer.run(claimers, stays);
            long millis = TimeUnit.NANOSECONDS.toMillis(last - start);
            System.out.println(claimer.claimed + " " + claimer.recorded + " " + millis + " " + before + " " + heap());
        }
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024;
    }

    /** Returns when the last answer was written. */
    private long run(int claimers, boolean stays) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(claimers);
        List<Future<Long>> running = new ArrayList<>();
        for (int i = 0; i < claimers; i++) {
            running.add(threads.submit(() -> drain(stays)));
        }
        long last = 0;
        for (Future<Long> one : running) {
            last = Math.max(last, one.get());
        }
        threads.shutdown();
        return last;
    }

    private long drain(boolean stays) {
        long last = System.nanoTime();
        while (true) {
            List<SweepClaim> claims = store.claimDue(node, BATCH, lease);
            for (SweepClaim claim : claims) {
                claimed.incrementAndGet();
                store.record(claim, answer(claim), Duration.ofHours(1)).ifPresent(o -> recorded.incrementAndGet());
                last = System.nanoTime();
            }
            if (claims.isEmpty()) {
                if (!stays || System.nanoTime() - last > lease.multipliedBy(2).toNanos()) {
                    return last;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    /** One upstream of a hundred has moved. */
    private static List<Finding> answer(SweepClaim claim) {
        int number = Integer.parseInt(claim.upstream().key().replaceAll("\\D", ""));
        Revision now = Revision.of(number % StoreLoad.ONE_MOVED_OF == 0 ? StoreLoad.MOVED : StoreLoad.INSTALLED);
        return claim.tracked().stream()
                .map(Tracked::ref)
                .distinct()
                .map(ref -> new Finding(ref, now, Optional.of("v1.0.0"), DriftKind.UPSTREAM_MOVED, true))
                .toList();
    }
}
