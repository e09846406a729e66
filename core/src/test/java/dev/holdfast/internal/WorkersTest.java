package dev.holdfast.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Work on threads that a host gives. */
@Timeout(60)
final class WorkersTest {

    private final ExecutorService host = Executors.newCachedThreadPool(work -> new Thread(work, "host's own"));

    @AfterEach
    void end() {
        host.shutdownNow();
    }

    @Test
    void workRunsOnTheThreadsOfTheHost() {
        try (Workers workers = new Workers(host)) {
            String name = workers.within(
                    Deadline.after(Duration.ofSeconds(30)),
                    "asking",
                    () -> Thread.currentThread().getName());

            assertThat(name).isEqualTo("host's own");
        }
    }

    @Test
    void closingWaitsForWorkUnderWayAndLeavesTheExecutorOpen() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Workers workers = new Workers(host);
        Future<?> work = workers.submit(() -> {
            begun.countDown();
            uninterrupted(mayEnd);
        });
        begun.await();

        Future<?> closing = host.submit(workers::close);
        mayEnd.countDown();
        closing.get();

        assertThat(work).isDone();
        assertThat(host.isShutdown()).isFalse();
        assertThatThrownBy(() -> workers.outliving("late work", () -> true))
                .isInstanceOfSatisfying(
                        HoldfastException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));
    }

    /** An apply asks its target on another thread, step by step: were that refused, it would end in the middle. */
    @Test
    void workUnderWayBeginsWhatItNeedsToEndWhileThisCloses() throws Exception {
        for (Workers workers : List.of(new Workers(), new Workers(host))) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch closing = new CountDownLatch(1);
            Future<String> work = workers.submit(() -> {
                begun.countDown();
                uninterrupted(closing);
                refusesOthers(workers);
                return workers.within(Deadline.after(Duration.ofSeconds(30)), "a step", () -> "whole");
            });
            begun.await();

            Future<?> closed = host.submit(() -> {
                closing.countDown();
                workers.close();
            });

            assertThat(work.get()).isEqualTo("whole");
            closed.get();
            assertThatThrownBy(() -> workers.submit(() -> true)).isInstanceOf(RejectedExecutionException.class);
        }
    }

    /** Waits until it is closing. */
    private void refusesOthers(Workers workers) throws Exception {
        boolean refused = false;
        while (!refused) {
            refused = host.submit(() -> isRefused(workers)).get();
        }
    }

    private static boolean isRefused(Workers workers) {
        try {
            return workers.submit(() -> true).isCancelled();
        } catch (RejectedExecutionException e) {
            return true;
        }
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
