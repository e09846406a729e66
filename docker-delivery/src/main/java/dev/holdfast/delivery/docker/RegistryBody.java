package dev.holdfast.delivery.docker;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A body of an answer that is never larger than any honest one: the rest is not read. */
final class RegistryBody implements BodySubscriber<RegistryBody> {

    /** What registries accept for a manifest at most. */
    static final int LARGEST = 4 * 1024 * 1024;

    /** More came than any honest answer has: asking again brings no less. */
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private volatile Flow.@Nullable Subscription subscription;

    /** Waits until the whole body is there; if that is not so in time, no more of it is read. */
    void await(Duration patience) throws InterruptedException, ExecutionException, TimeoutException {
        try {
            whole.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            Flow.Subscription given = subscription;
            if (given != null && !whole.isDone()) {
                given.cancel();
            }
        }
    }

    /** Returns what was read; to be asked after {@link #await}. */
    byte[] bytes() {
        return whole.join();
    }

    @Override
    public CompletionStage<RegistryBody> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (bytes.size() + buffer.remaining() > LARGEST) {
                whole.completeExceptionally(new TooLarge());
                Flow.Subscription given = subscription;
                if (given != null) {
                    given.cancel();
                }
                return;
            }
            byte[] chunk = new byte[buffer.remaining()];
            buffer.get(chunk);
            bytes.writeBytes(chunk);
        }
    }

    @Override
    public void onError(Throwable cause) {
        whole.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
        whole.complete(bytes.toByteArray());
    }
}
