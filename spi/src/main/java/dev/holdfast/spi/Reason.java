package dev.holdfast.spi;

/** Why something failed, for machines: the field a host switches on, maps to a status code, or counts by. */
public enum Reason {
    /** A name, source, ref, address or setting breaks its grammar. Nothing was touched. */
    INVALID_VALUE,
    /** No resolver was given for the source's scheme. */
    UNKNOWN_SCHEME,
    /** No target was given that serves the address. */
    UNKNOWN_TARGET,
    /** The repository, registry name or local plugin does not exist, or is hidden from these credentials. */
    SOURCE_NOT_FOUND,
    /** The source exists, the ref it should be resolved by does not. */
    REF_NOT_FOUND,
    /** The source exists, the revision that was asked for does not. */
    REVISION_NOT_FOUND,
    /** Credentials are missing or were refused. */
    UNAUTHORIZED,
    /** The credentials are known and not enough, or the host's own rules forbid it. */
    FORBIDDEN,
    /** The other side could not be reached, or went away in the middle. */
    UNREACHABLE,
    /** The deadline passed. Whether the last step took effect is unknown. */
    TIMEOUT,
    /** The other side asks for fewer requests. */
    RATE_LIMITED,
    /** The other side answered with something that is not its protocol. */
    PROTOCOL,
    /** The container, host or directory that the address names does not exist. */
    TARGET_NOT_FOUND,
    /** The place exists and cannot be used as it is now: stopped, paused, no shell, a mount that hides writes. */
    TARGET_UNUSABLE,
    /** The place refuses writes: read-only, or no permission. */
    TARGET_READ_ONLY,
    /** The place is full. */
    NO_SPACE,
    /** The bundle holds something that is never delivered: a link that leaves the tree, a special file, a bad path. */
    BUNDLE_REFUSED,
    /** The bundle is larger than a limit that the host set. */
    TOO_LARGE,
    /** Something that Holdfast did not put there stands where the plugin should go. */
    OCCUPIED,
    /** The request contradicts what is recorded: other source, other address, another workspace's destination. */
    CONFLICT,
    /** Another operation holds the destination. */
    BUSY,
    /** The revision, or its source, is in quarantine there. Nothing was touched; somebody must lift that. */
    QUARANTINED,
    /**
     * A trust policy asks for a signature that the revision does not have, or for which the source hands over no
     * evidence.
     */
    UNSIGNED,
    /**
     * A signature is there and is not to be believed: of other bytes, for another use, or in a form that is not
     * accepted.
     */
    SIGNATURE_REFUSED,
    /** The signature is good, and its signer may not sign this: not listed, revoked, ended, or not valid yet. */
    SIGNER_REFUSED,
    /** Somebody else signed than before. A person finds out why, and accepts the new signer or does not. */
    SIGNER_CHANGED,
    /** The source has another history than before, as if it were another repository under the old name. */
    ORIGIN_CHANGED,
    /** The host's own admission refused the candidate, or lets it wait. */
    NOT_ADMITTED,
    /** What was delivered failed its probation; what was live before is live again. */
    UNHEALTHY,
    /** A newer operation took over; this one changed nothing from then on. */
    FENCED,
    /** Nothing is installed under this name. */
    NOT_INSTALLED,
    /** There is no earlier good release to return to. */
    NOTHING_TO_ROLL_BACK,
    /** The tracking store failed or cannot be reached. */
    STORE,
    /** A step on the target failed in a way that no other reason names. */
    TARGET_FAILED
}
