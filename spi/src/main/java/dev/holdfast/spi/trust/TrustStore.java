package dev.holdfast.spi.trust;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Upstream;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Remembers who signed what comes from an upstream, and what was verified of each install; part of a tracking store,
 * with the same promises. A pin outlives the installs: what is installed again is held to it.
 */
public interface TrustStore {

    /** Returns what is remembered of an upstream: at most one pin of each kind. */
    List<Pin> pins(Upstream upstream);

    /**
     * Remembers values if there is no pin of that kind, audited as {@code pin}; of two callers at one time one wins.
     *
     * @param values 1 to {@link Pin#MOST}, without spaces
     * @return the pin as it stands now, with these values or those that were there before
     */
    Pin pinFirst(Upstream upstream, Pin.Kind kind, Set<String> values, String actor);

    /**
     * Adds values to a pin, or begins it, as a person decided; audited as {@code pin-accepted}.
     *
     * @param note why, for the audit
     * @return the pin as it stands now
     * @throws PermanentException with {@link Reason#CONFLICT} if there would be more than {@link Pin#MOST}
     */
    Pin accept(Upstream upstream, Pin.Kind kind, Set<String> values, String actor, String note);

    /**
     * Forgets a pin, as a person decided; audited as {@code pin-removed}.
     *
     * @return false if there is none
     */
    boolean remove(Upstream upstream, Pin.Kind kind, String actor, String note);

    /**
     * Keeps what was verified of a revision for an install, which need not exist yet, until it is uninstalled or its
     * workspace forgotten; of the same revision the newest stays, with the time of the first. Audited as
     * {@code trust-verified}. A store keeps the newest {@value #MOST_VERIFIED} of an install at least.
     *
     * @return as it is kept
     */
    Verified record(InstallKey key, Verified verified, String actor);

    /** Returns what was verified of a revision for an install. */
    Optional<Verified> verified(InstallKey key, Revision revision);

    /** How many revisions of one install a store keeps. */
    int MOST_VERIFIED = 100;
}
