package dev.holdfast;

import dev.holdfast.spi.FileScript;
import dev.holdfast.spi.FileStep;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.ScriptResult;
import dev.holdfast.spi.TargetSession;
import dev.holdfast.spi.TransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs steps that an operation is allowed as long as no higher epoch was seen on the target. */
final class FencedScript {

    private FencedScript() {}

    /** The step that failed, and what the target said. */
    record Failure(FileStep step, ScriptResult.Failed why) {}

    /** Adds the fence of an epoch, which is the one order of steps that leaves no gap between the check and the change. */
    static void fence(Layout layout, long epoch, List<FileStep> steps) {
        steps.add(new FileStep.MakeDirectory(layout.fences()));
        steps.add(new FileStep.WriteFile(layout.fence(epoch), ""));
        steps.add(new FileStep.RequireNoneAbove(layout.fences(), epoch));
        // The way out goes before the link: who has lost the link can have left, who has lost the way has not.
        steps.add(new FileStep.RemoveBelow(layout.flips(), epoch, Layout.ASIDE));
        steps.add(
                new FileStep.RemoveBelow(layout.flips(), epoch, layout.plugin().value()));
        steps.add(new FileStep.RemoveBelow(layout.fences(), epoch, ""));
    }

    /** Plants the fence of an epoch and does nothing else. */
    static void raise(TargetSession session, Layout layout, long epoch) {
        List<FileStep> steps = new ArrayList<>();
        fence(layout, epoch, steps);
        perform(session, layout, steps);
    }

    /**
     * Runs the steps.
     *
     * @throws TransientException with {@link Reason#FENCED} if a newer operation took over
     */
    static void perform(TargetSession session, Layout layout, List<FileStep> steps) {
        failure(session, steps).ifPresent(failure -> {
            throw explained(layout, failure);
        });
    }

    static Optional<Failure> failure(TargetSession session, List<FileStep> steps) {
        return session.run(new FileScript(steps)) instanceof ScriptResult.Failed failed
                ? Optional.of(new Failure(steps.get(failed.step()), failed))
                : Optional.empty();
    }

    static HoldfastException explained(Layout layout, Failure failure) {
        FileStep step = failure.step();
        ScriptResult.Failed failed = failure.why();
        boolean ours = step instanceof FileStep.RequireNoneAbove
                || step instanceof FileStep.ReplaceLink
                || step instanceof FileStep.Exchange
                || (step instanceof FileStep.Rename rename
                        && (rename.from().equals(layout.live()) || rename.to().startsWith(layout.flips() + "/")));
        if (ours && failed.reason() == Reason.TARGET_FAILED) {
            return revoked(layout);
        }
        String message = "the target failed at " + step + ": " + failed.message();
        return failed.reason() == Reason.TARGET_FAILED
                ? new TransientException(Reason.TARGET_FAILED, message)
                : new PermanentException(failed.reason(), message);
    }

    static TransientException revoked(Layout layout) {
        return new TransientException(
                Reason.FENCED,
                "a newer operation on '" + layout.plugin() + "' took over; this one changed nothing from then on");
    }
}
