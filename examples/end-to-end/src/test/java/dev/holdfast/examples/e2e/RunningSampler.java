package dev.holdfast.examples.e2e;

import dev.holdfast.delivery.docker.RefreshStory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Counts without a pause how many containers of a story run at one time. */
final class RunningSampler implements AutoCloseable {

    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();
    private final Thread thread;
    private volatile boolean over;

    RunningSampler(RefreshStory story) {
        thread = new Thread(
                () -> {
                    while (!over) {
                        most.accumulateAndGet(story.runningNames().size(), Math::max);
                        looks.incrementAndGet();
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                    }
                },
                "sampler");
        thread.start();
    }

    int most() {
        return most.get();
    }

    int looks() {
        return looks.get();
    }

    @Override
    public void close() {
        over = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
