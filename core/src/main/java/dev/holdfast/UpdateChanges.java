package dev.holdfast;

import dev.holdfast.release.FileDifference;
import dev.holdfast.spi.source.SourceHistory.History;
import dev.holdfast.trust.Judgement;
import java.util.Optional;

/**
 * What applying an update would change.
 *
 * @param history the commits between the two revisions, and whether the newer descends from the older; unknown where
 *     the source tells no history
 * @param files how the files differ from those that were delivered; all are new where that release is not on the target
 *     any more
 * @param trust what the trust policy says of the newer one; applying it is refused where that does not pass
 * @param admission what the host's admission says of it now, and is asked again when it is applied; empty where the
 *     host has none, and where the trust policy refuses already
 */
public record UpdateChanges(History history, FileDifference files, Judgement trust, Optional<Judgement> admission) {

    /** Returns whether applying it would begin, as far as trust and admission go. */
    public boolean isTrusted() {
        return trust.passes() && admission.map(Judgement::passes).orElse(true);
    }
}
