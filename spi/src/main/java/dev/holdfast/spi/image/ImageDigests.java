package dev.holdfast.spi.image;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;

/**
 * Asks registries where tags stand.
 *
 * <p>The two questions cost differently, so they are two: where a tag stands is one small request, which registries do
 * not count as a pull; what a digest holds for one platform may be more, and is asked only where the first answer is
 * new. What a digest holds never changes, so an implementation remembers it.
 *
 * <p>An implementation speaks the OCI distribution specification 1.1 or asks somebody who does. It asks for manifests
 * and indexes of both families at once (OCI and Docker): a registry that is asked for fewer answers with another
 * digest, or with none, and whoever compares that with what containers run refreshes for ever.
 *
 * <p>Safe for use by several threads. One registry that is slow, or wants to be left alone, does not slow down another.
 */
public interface ImageDigests {

    /**
     * Returns the digest that a tag names now: of an index where the image is made for several platforms, otherwise of
     * its manifest. It is what {@code docker pull} of the tag would remember.
     *
     * @throws TransientException if a retry may help; with {@link Reason#RATE_LIMITED} and the registry's own
     *     {@link TransientException#retryAfter} where it asks for fewer requests, then and for its other images until
     *     that has passed, without asking it
     * @throws PermanentException if a retry will not: no such image or tag, no permission, no registry
     */
    ImageDigest standing(ImageReference image, Deadline deadline);

    /**
     * Returns what a digest holds for one platform.
     *
     * @param image where it is kept; its tag does not matter
     * @param digest what {@link #standing} returned
     * @throws TransientException as {@link #standing}
     * @throws PermanentException as {@link #standing}, and with {@link Reason#REVISION_NOT_FOUND} if it holds nothing
     *     for this platform
     */
    PlatformImage on(ImagePlatform platform, ImageReference image, ImageDigest digest, Deadline deadline);

    /**
     * An image for one platform.
     *
     * @param manifest the digest of its manifest: the same as the tag's where there is no index
     * @param config the digest of its configuration, which says all of its content: what engines with the classic store
     *     call the image's id
     */
    record PlatformImage(ImageDigest manifest, ImageDigest config) {}
}
