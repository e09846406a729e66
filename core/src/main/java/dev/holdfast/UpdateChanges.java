package dev.holdfast;

import dev.holdfast.release.FileDifference;
import dev.holdfast.spi.source.SourceHistory.History;
import dev.holdfast.trust.Judgement;

/**
 * What applying an update would change.
 *
 * @param history the commits between the two revisions, and whether the newer descends from the older; unknown where the
 *     source tells no history
 * @param files how the files differ from those that were delivered; all are new where that release is not on the target any more
 * @param trust what the trust policy says of the newer one; applying it is refused where that does not pass
 */
public record UpdateChanges(History history, FileDifference files, Judgement trust) {}
