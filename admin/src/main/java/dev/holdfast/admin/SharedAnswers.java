package dev.holdfast.admin;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Answers that many pages ask for at one time are made once for all who wait. An answer is never older than the
 * question: who comes while one is being made waits for the next one. That begins half a second after the one before
 * began, so open pages cost the same whatever their number. Who comes after a while of silence does not wait.
 */
final class SharedAnswers {

    private static final long GAP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int MOST_KEPT = 100;

    private final Map<String, Kind> kinds = new HashMap<>();

    /** What is known of one question: who waits for the next answer, and when the last one was begun. */
    private static final class Kind {
        private CompletableFuture<Object> next = new CompletableFuture<>();
        private boolean waited;
        private boolean busy;
        private long begun = System.nanoTime() - GAP_NANOS;
    }

    /**
     * Returns an answer that was begun after this was called.
     *
     * @param question what is asked: answers to the same question are the same for everybody
     */
    @SuppressWarnings("unchecked") // completed by what a supplier of the same question made
    <T> T of(String question, Supplier<T> make) {
        CompletableFuture<Object> answer;
        Kind kind;
        boolean leads;
        synchronized (this) {
            forgetSome();
            kind = kinds.computeIfAbsent(question, unknown -> new Kind());
            answer = kind.next;
            leads = !kind.waited;
            kind.waited = true;
        }
        if (leads) {
            lead(kind, answer, make);
        }
        return (T) given(answer);
    }

    private <T> void lead(Kind kind, CompletableFuture<Object> answer, Supplier<T> make) {
        try {
            begin(kind);
            answer.complete(make.get());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer.completeExceptionally(ProblemException.conflict("interrupted", "the server is ending"));
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
        } finally {
            end(kind, answer);
        }
    }

    private synchronized void begin(Kind kind) throws InterruptedException {
        long wait = waits(kind);
        while (kind.busy || wait > 0) {
            if (kind.busy) {
                wait();
            } else {
                TimeUnit.NANOSECONDS.timedWait(this, wait);
            }
            wait = waits(kind);
        }
        kind.busy = true;
        kind.begun = System.nanoTime();
        kind.next = new CompletableFuture<>();
        kind.waited = false;
    }

    private static long waits(Kind kind) {
        return kind.begun + GAP_NANOS - System.nanoTime();
    }

    /** One that never began leaves its place to the next who asks. */
    private synchronized void end(Kind kind, CompletableFuture<Object> answer) {
        if (kind.next == answer) {
            kind.next = new CompletableFuture<>();
            kind.waited = false;
        } else {
            kind.busy = false;
        }
        notifyAll();
    }

    private void forgetSome() {
        if (kinds.size() >= MOST_KEPT) {
            kinds.values().removeIf(kind -> !kind.busy && !kind.waited);
        }
    }

    private static Object given(CompletableFuture<Object> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException known) {
                throw known;
            }
            if (e.getCause() instanceof Error known) {
                throw known;
            }
            throw e;
        }
    }
}
