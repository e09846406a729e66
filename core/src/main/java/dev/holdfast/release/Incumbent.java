package dev.holdfast.release;

import dev.holdfast.spi.Stamp;
import java.util.Optional;

/** What stands at a live path before a release takes its place, as far as the caller knows. */
public interface Incumbent {

    /**
     * Returns the release that is live if nobody came in between; empty for nothing. Where the target can, that is not
     * looked at before, but demanded by the script that replaces it. A wrong answer costs a second script, and no more.
     */
    Optional<Stamp> expected();

    /** Sees the release that is live, where it is not the expected one, before anything changes; throws to keep it. */
    void replace(Stamp live);
}
