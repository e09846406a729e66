package dev.holdfast.admin;

import dev.holdfast.ApplyResult;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.UpdateStatus;
import java.util.Optional;

/** What an apply that did not make the revision live is answered with. */
final class ApplyAnswer {

    private ApplyAnswer() {}

    /**
     * Returns the problem; empty if the revision is live, by this call or an earlier one.
     *
     * @param now how the update stands: a failed attempt that may be repeated leaves it pending
     */
    static Optional<Problem> of(ApplyResult result, UpdateStatus now) {
        return result instanceof ApplyResult.Applied || result instanceof ApplyResult.AlreadyApplied
                ? Optional.empty()
                : Optional.of(problem(result, now));
    }

    private static Problem problem(ApplyResult result, UpdateStatus now) {
        if (result instanceof ApplyResult.Failed failed) {
            return Problem.of(failed.reason(), failed.why(), now == UpdateStatus.PENDING);
        }
        if (result instanceof ApplyResult.Refused refused) {
            return Problem.of(Reason.FORBIDDEN, refused.why(), false);
        }
        if (result instanceof ApplyResult.InProgress busy) {
            return Problem.of(
                    Reason.BUSY, busy.by() + " applies it, and has until " + busy.until() + "; ask again", true);
        }
        if (result instanceof ApplyResult.Superseded) {
            return Problem.of(409, "update is superseded", "upstream has moved on; review the newer update");
        }
        if (result instanceof ApplyResult.Dismissed) {
            return Problem.of(409, "update is dismissed", "somebody declined this revision; nothing was done");
        }
        if (result instanceof ApplyResult.Resolved) {
            return Problem.of(409, "update is resolved", "its reason went away; nothing was done");
        }
        return Problem.of(404, "not found", "there is no such update");
    }
}
