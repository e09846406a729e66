package dev.holdfast;

import dev.holdfast.release.FileDifference;
import dev.holdfast.spi.source.SourceHistory.History;

/**
 * What applying an update would change.
 *
 * @param history the commits between the two revisions, and whether the newer descends from the older; unknown where the
 *     source tells no history
 * @param files how the files differ from those that were delivered
 */
public record UpdateChanges(History history, FileDifference files) {}
