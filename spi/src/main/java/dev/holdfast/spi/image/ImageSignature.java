package dev.holdfast.spi.image;

import java.util.Arrays;

/** One signature as a registry keeps it: a blob, and what its manifest says beside it. */
public final class ImageSignature {

    private final Place place;
    private final String mediaType;
    private final byte[] content;
    private final String beside;

    /** Where it was found. */
    public enum Place {
        /** Under cosign's tag, {@code sha256-<hex>.sig}. */
        TAG,
        /** Among the referrers of the digest. */
        REFERRER
    }

    private ImageSignature(Place place, String mediaType, byte[] content, String beside) {
        this.place = place;
        this.mediaType = mediaType;
        this.content = content.clone();
        this.beside = beside;
    }

    /**
     * Returns one.
     *
     * @param mediaType what the manifest calls the blob
     * @param content the blob; empty where it is not there, or larger than 64 KiB
     * @param beside the annotation {@code dev.cosignproject.cosign/signature}; empty where there is none
     */
    public static ImageSignature of(Place place, String mediaType, byte[] content, String beside) {
        return new ImageSignature(place, mediaType, content, beside);
    }

    /** Returns where it was found. */
    public Place place() {
        return place;
    }

    /** Returns what the manifest calls the blob. */
    public String mediaType() {
        return mediaType;
    }

    /** Returns a copy of the blob's bytes. */
    public byte[] content() {
        return content.clone();
    }

    /** Returns the signature in base64 that stands beside the blob; empty where there is none. */
    public String beside() {
        return beside;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImageSignature that
                && place == that.place
                && mediaType.equals(that.mediaType)
                && beside.equals(that.beside)
                && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return mediaType + " of " + content.length + " bytes, found as " + place;
    }
}
