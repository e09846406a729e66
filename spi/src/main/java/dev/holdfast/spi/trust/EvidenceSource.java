package dev.holdfast.spi.trust;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.source.SourceResolver;
import java.util.Optional;
import java.util.Set;

/**
 * Hands over what proves a revision. A {@link SourceResolver} whose sources are signed implements this too; of all
 * others Holdfast knows no evidence, so a trust policy that asks for some refuses them.
 *
 * <p>It judges nothing: what it hands over is as the source gave it. Asked only where a trust policy concerns the
 * source, and before anything is delivered. Safe for use by several threads.
 */
public interface EvidenceSource {

    /**
     * Returns the evidence for exactly that revision.
     *
     * @return {@link Evidence#none()} where the source has none
     * @throws TransientException if it could not be asked now: nothing is delivered, and asking again may help
     * @throws PermanentException with {@link Reason#REVISION_NOT_FOUND} if the source does not have the revision
     */
    Evidence evidence(Question question, Deadline deadline);

    /**
     * Returns the first commits of the history that {@code revision} stands in: what tells one repository from another.
     * Looks back a bounded way.
     *
     * @return empty where that does not reach the beginning, or where the source has no history
     * @throws TransientException if it could not be asked now
     * @throws PermanentException with {@link Reason#REVISION_NOT_FOUND} if the source does not have the revision
     */
    Set<Revision> roots(Upstream upstream, Revision revision, Deadline deadline);

    /**
     * What is to be proved.
     *
     * @param source where the revision comes from
     * @param revision which one
     * @param tag the name of the tag that it was found by; empty where it was found otherwise
     */
    record Question(Source source, Revision revision, Optional<String> tag) {}
}
