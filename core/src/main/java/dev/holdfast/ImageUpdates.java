package dev.holdfast;

import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.UpdateStore;
import java.util.Optional;

/**
 * What the engine asks of whoever refreshes images: {@link ImageWatcher}, or a double of it. Safe for several threads.
 */
public interface ImageUpdates {

    /**
     * Applies an update of an image, once, to its own end.
     *
     * @param updates where the update is kept
     * @param image what the update is of
     * @param actor who asks, for the audit
     */
    ApplyResult apply(UpdateStore updates, Update update, WatchedImage image, String actor);

    /** Says how the loop stands; empty before it was started and after it was closed. */
    Optional<Health.Loop> loop();
}
