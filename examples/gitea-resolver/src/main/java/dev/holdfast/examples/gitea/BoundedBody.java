package dev.holdfast.examples.gitea;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** A body that breaks off when it grows too large, whatever length was announced. */
final class BoundedBody<T> implements BodySubscriber<T> {

    private final BodySubscriber<T> body;
    private final long most;
    private long received;

    @Nullable private Subscription subscription;

    BoundedBody(BodySubscriber<T> body, long most) {
        this.body = body;
        this.most = most;
    }

    @Override
    public CompletionStage<T> getBody() {
        return body.getBody();
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        body.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        if (received > most) {
            return;
        }
        for (ByteBuffer part : parts) {
            received += part.remaining();
        }
        if (received <= most) {
            body.onNext(parts);
            return;
        }
        if (subscription != null) {
            subscription.cancel();
        }
        body.onError(new PermanentException(
                Reason.TOO_LARGE, "the server's answer is larger than " + most + " bytes; it was not read further"));
    }

    @Override
    public void onError(Throwable failure) {
        body.onError(failure);
    }

    @Override
    public void onComplete() {
        body.onComplete();
    }
}
