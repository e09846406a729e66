package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import org.eclipse.jgit.lib.EmptyProgressMonitor;

/**
 * Ends JGit's work at a deadline. Not JGit's null monitor: with that JGit asks a server to be silent while it works.
 */
final class UntilDeadline extends EmptyProgressMonitor {

    private final Deadline deadline;

    UntilDeadline(Deadline deadline) {
        this.deadline = deadline;
    }

    @Override
    public boolean isCancelled() {
        return deadline.hasPassed();
    }
}
