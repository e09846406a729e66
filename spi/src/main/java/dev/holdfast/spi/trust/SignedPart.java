package dev.holdfast.spi.trust;

/** Which object a signature was found on: of a git repository, or of a registry. */
public enum SignedPart {
    /** The commit: its tree and its history. Nothing is said of the tag's name. */
    COMMIT,
    /** The annotated tag: its name and the commit it names, and by that the tree. */
    TAG,
    /** Both, each by a signer who may. */
    TAG_AND_COMMIT,
    /** The manifest of an image for one platform. */
    IMAGE,
    /** The index of an image, and by the digests in it the image for each platform. */
    INDEX,
    /** Not the index, but every image in it. */
    EACH_IMAGE
}
