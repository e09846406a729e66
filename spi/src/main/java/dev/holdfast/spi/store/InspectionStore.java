package dev.holdfast.spi.store;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Observation;
import dev.holdfast.spi.Observation.Condition;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Remembers what was seen of each install on its target, and when somebody should look again.
 *
 * <p>An install is {@link Condition#INTACT} when an operation records it, and is due {@link #FIRST} later; a claim on
 * it is lost. One that an {@code INSTALL} operation records with the release that it had, keeps what was seen of it.
 * What is uninstalled or forgotten has no observation.
 */
public interface InspectionStore {

    /** How long after a delivery an install is first due. */
    Duration FIRST = Duration.ofHours(1);

    /** Returns what was last seen of an install; empty if there is none. */
    Optional<Observation> find(InstallKey key);

    /** Lists what differs from its record, ordered by workspace, then plugin. */
    Page<Observation> differing(Page.Request page);

    /**
     * Claims installs that are due, the longest due first; two callers never get the same one. A claim whose lease runs
     * out makes its install due again.
     *
     * @param max from 1 to 1000
     * @param lease how long before others may claim them
     */
    List<InspectionClaim> claimDue(String node, int max, Duration lease);

    /**
     * Notes what a look has found. {@link Observation#since()} moves only with the condition, and only then it is
     * audited.
     *
     * @param condition what was found
     * @param detail what differs, for people; at most 2000 characters are kept
     * @param verified whether the content was compared
     * @param next when it is due again
     * @return false if the claim was lost: an operation has recorded the install since, or another node looks
     */
    boolean note(InspectionClaim claim, Condition condition, String detail, boolean verified, Duration next);

    /**
     * Notes that a look failed, which says nothing of the install.
     *
     * @param why for people; at most 2000 characters are kept
     * @param retryAfter when it is due again
     * @return false if the claim was lost
     */
    boolean postpone(InspectionClaim claim, String why, Duration retryAfter);

    /**
     * Makes the installs due now whose address names a place, such as a container that was made anew. Who looks at this
     * moment loses the claim.
     *
     * @param authority the part of their {@link dev.holdfast.spi.TargetAddress#authority() addresses} that names it,
     *     not empty
     * @return how many
     */
    int hasten(String authority);

    /**
     * The right to look at an install, until the lease runs out.
     *
     * @param install as it was recorded when it was claimed
     * @param seen what was seen of it before
     * @param token the number of this claim
     * @param at when it was claimed, by the store's clock
     */
    record InspectionClaim(Install install, Observation seen, long token, Instant at) {

        /**
         * Returns the audit entry that {@link #note} writes in its transaction: what stands on the target differs in
         * another way than before, or does not differ any more. Empty where the condition is what it was.
         */
        public Optional<AuditEntry> news(Condition now, String detail) {
            return now == seen.condition()
                    ? Optional.empty()
                    : Optional.of(AuditEntry.of(
                                    "inspection",
                                    now.differs() ? "target-differs" : "target-matches",
                                    now.name().toLowerCase(Locale.ROOT) + (detail.isBlank() ? "" : ": " + detail))
                            .about(install.key())
                            .from(install.revision()));
        }
    }
}
