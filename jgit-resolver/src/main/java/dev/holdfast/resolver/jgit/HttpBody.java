package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of one answer: ends at the deadline, after a silence, or beyond a number of bytes, whatever the server does.
 * One piece is in memory at a time.
 */
final class HttpBody extends InputStream {

    private static final Piece END = new Piece(List.of(), null);
    private static final Duration GOODBYE = Duration.ofMillis(250);
    private static final int GOODBYE_BYTES = 64 * 1024;

    private final GitLocation location;
    private final Deadline deadline;
    private final Duration idle;
    private final LinkedBlockingQueue<Piece> arrived = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private List<ByteBuffer> buffers = List.of();
    private long budget;
    private boolean ended;

    HttpBody(GitLocation location, Deadline deadline, Duration idle, long budget) {
        this.location = location;
        this.deadline = deadline;
        this.idle = idle;
        this.budget = budget;
    }

    HttpResponse.BodySubscriber<HttpBody> subscriber() {
        return new Subscriber();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer buffer = filled(idle);
        if (buffer == null) {
            return -1;
        }
        int n = Math.min(length, buffer.remaining());
        budget -= n;
        if (budget < 0) {
            cancel();
            throw new PermanentException(
                    Reason.TOO_LARGE,
                    location + " sends more than the limit set for it; raise the limit if that is meant");
        }
        buffer.get(bytes, offset, n);
        return n;
    }

    /** Reads on for a moment, so that the connection can serve again, and else gives it up. */
    @Override
    public void close() {
        try {
            drain(GOODBYE_BYTES);
        } catch (IOException | RuntimeException e) {
            // given up below: nobody waits for these bytes
        }
        cancel();
    }

    /** Reads to the end if that comes soon and within {@code most} bytes. */
    void drain(int most) throws IOException {
        long left = most;
        Duration patience = GOODBYE.compareTo(idle) < 0 ? GOODBYE : idle;
        for (ByteBuffer b = filled(patience); b != null && left > 0; b = filled(patience)) {
            left -= b.remaining();
            b.position(b.limit());
        }
        if (!ended) {
            cancel();
        }
    }

    private @Nullable ByteBuffer filled(Duration patience) throws IOException {
        while (!ended) {
            for (ByteBuffer buffer : buffers) {
                if (buffer.hasRemaining()) {
                    deadline.check("reading from " + location);
                    return buffer;
                }
            }
            take(patience);
        }
        return null;
    }

    /** Returns what to throw when a server is silent for too long. */
    static TransientException silent(GitLocation location, Duration patience) {
        return new TransientException(Reason.TIMEOUT, location + " sent nothing for " + patience + "; try again later");
    }

    private void take(Duration patience) throws IOException {
        long nanos = Math.min(deadline.remaining().toNanos(), patience.toNanos());
        try {
            Piece piece = arrived.poll(nanos, TimeUnit.NANOSECONDS);
            if (piece == null) {
                cancel();
                throw deadline.hasPassed() ? deadline.timeout("reading from " + location) : silent(location, patience);
            }
            if (piece.failure != null) {
                ended = true;
                throw Failures.unreachable(location, piece.failure);
            }
            ended = piece == END;
            buffers = piece.buffers;
            if (!ended) {
                subscription.join().request(1);
            }
        } catch (InterruptedException e) {
            cancel();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading from " + location);
        }
    }

    private void cancel() {
        if (!ended) {
            ended = true;
            Flow.Subscription flow = subscription.getNow(null);
            if (flow != null) {
                flow.cancel();
            }
        }
    }

    /** Some bytes, or how it ended. */
    private static final class Piece {

        private final List<ByteBuffer> buffers;
        private final @Nullable Throwable failure;

        Piece(List<ByteBuffer> buffers, @Nullable Throwable failure) {
            this.buffers = buffers;
            this.failure = failure;
        }
    }

    private final class Subscriber implements HttpResponse.BodySubscriber<HttpBody> {

        @Override
        public CompletionStage<HttpBody> getBody() {
            return CompletableFuture.completedFuture(HttpBody.this);
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
            given.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> item) {
            arrived.add(new Piece(item, null));
        }

        @Override
        public void onError(Throwable failure) {
            arrived.add(new Piece(List.of(), failure));
        }

        @Override
        public void onComplete() {
            arrived.add(END);
        }
    }
}
