package dev.holdfast.spi.image;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;

/**
 * Hands over what registries keep as proof of an image. {@link ImageDigests} that can do so implement this too; of all
 * others no signature is known, so a trust policy that asks for one refuses their images.
 *
 * <p>It judges nothing: what it hands over is as the registry gave it, and each piece was compared with its own digest
 * alone. Asked only where a rule concerns the image, and before anything is pulled. Safe for use by several threads.
 */
public interface ImageSignatures {

    /**
     * Returns what is kept for exactly that digest: signatures in the way of cosign, found by its tag
     * ({@code sha256-<hex>.sig}) and as referrers (OCI distribution specification 1.1, by the API or by the tag in its
     * place).
     *
     * @param image where it is kept; its tag does not matter
     * @param digest of a manifest or an index
     * @return without signatures where the registry says that there are none
     * @throws TransientException if it could not be asked now: nothing is pulled, and asking again may help
     * @throws PermanentException if a person must act; with {@link Reason#REVISION_NOT_FOUND} if it has no such digest
     */
    ImageEvidence evidence(ImageReference image, ImageDigest digest, Deadline deadline);
}
