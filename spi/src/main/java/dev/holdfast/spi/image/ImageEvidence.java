package dev.holdfast.spi.image;

import java.util.List;

/**
 * What a registry keeps as proof of one digest.
 *
 * @param digest of what
 * @param form what that is
 * @param images of an index, everything in it that a runtime might run, indexes in it included; empty for an image
 * @param signatures as they were found; nothing of them is believed yet
 */
public record ImageEvidence(ImageDigest digest, Form form, List<ImageDigest> images, List<ImageSignature> signatures) {

    /** What a digest names. */
    public enum Form {
        /** An image for one platform. */
        IMAGE,
        /** Images for several platforms, and nothing that another reader might take for something else. */
        INDEX,
        /** An index with members that this reader does not know, so that another might find other images in it. */
        UNCLEAR_INDEX
    }

    /** Copies the lists. */
    public ImageEvidence {
        images = List.copyOf(images);
        signatures = List.copyOf(signatures);
    }
}
