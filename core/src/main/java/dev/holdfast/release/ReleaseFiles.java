package dev.holdfast.release;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.delivery.Bundle;
import java.io.IOException;

/** The files of a release as its marker names them. Immutable. */
public final class ReleaseFiles {

    private final TreeManifest tree;
    private final BundleLimits limits;

    ReleaseFiles(TreeManifest tree, BundleLimits limits) {
        this.tree = tree;
        this.limits = limits;
    }

    /** Returns how the files of {@code newer} differ from these. */
    public FileDifference to(ReleaseFiles newer) {
        return FileDifference.between(tree, newer.tree);
    }

    /**
     * Returns how the files of a bundle differ from these. Reads the whole bundle as a delivery would, and leaves it
     * open.
     *
     * @throws IOException if the bundle cannot be read
     * @throws PermanentException if a delivery would refuse it
     */
    public FileDifference to(Bundle offered) throws IOException {
        return FileDifference.between(tree, BundleGuard.manifest(offered, limits));
    }
}
