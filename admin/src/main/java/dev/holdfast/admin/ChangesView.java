package dev.holdfast.admin;

import dev.holdfast.UpdateChanges;
import dev.holdfast.release.FileDifference;
import dev.holdfast.spi.source.SourceHistory.Commit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What applying an update would change, in JSON.
 *
 * @param trust what the trust policy says of it
 * @param admission what the host's admission says of it; null where the host has none, and where the trust policy
 *     refuses already
 */
record ChangesView(
        String relation,
        List<CommitView> commits,
        Set<String> added,
        Set<String> changed,
        Set<String> removed,
        JudgementView trust,
        @Nullable JudgementView admission) {

    /** A commit, in its author's words. */
    record CommitView(String revision, String author, String at, String subject) {

        static CommitView of(Commit commit) {
            return new CommitView(
                    commit.revision().value(), commit.author(), commit.at().toString(), commit.subject());
        }
    }

    static ChangesView of(UpdateChanges changes) {
        FileDifference files = changes.files();
        return new ChangesView(
                Words.of(changes.history().relation()),
                changes.history().commits().stream().map(CommitView::of).toList(),
                files.added(),
                files.changed(),
                files.removed(),
                JudgementView.of(changes.trust()),
                changes.admission().map(JudgementView::of).orElse(null));
    }
}
