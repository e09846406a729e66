package dev.holdfast.spi.trust;

import java.util.Optional;

/**
 * What a source hands over with a revision, as it is stored there. Nothing of it is believed before it was checked.
 *
 * @param commit the commit that the revision names
 * @param tag the annotated tag that was asked for, wherever it stands now; empty for a plain ref, and where there is no
 *     such tag
 */
public record Evidence(Optional<GitObject> commit, Optional<GitObject> tag) {

    /** Returns that the source has nothing to show. */
    public static Evidence none() {
        return new Evidence(Optional.empty(), Optional.empty());
    }
}
