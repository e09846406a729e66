package dev.holdfast.spi.trust;

/** Which object a signature was found on. */
public enum SignedPart {
    /** The commit: its tree and its history. Nothing is said of the tag's name. */
    COMMIT,
    /** The annotated tag: its name and the commit it names, and by that the tree. */
    TAG,
    /** Both, each by a signer who may. */
    TAG_AND_COMMIT
}
