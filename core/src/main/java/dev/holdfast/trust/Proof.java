package dev.holdfast.trust;

/** What a rule asks for. */
public enum Proof {
    /** The commit is signed, by whatever ref it was found. */
    SIGNED_COMMIT,
    /** The tag that the revision was found by is signed, and bears that name; its commit need not be. */
    SIGNED_TAG,
    /** One of both. A signature that is there and not to be believed refuses the revision, unless the tag's is good. */
    SIGNED_TAG_OR_COMMIT,
    /** Both. */
    SIGNED_TAG_AND_COMMIT
}
