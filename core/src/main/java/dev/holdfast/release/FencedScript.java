package dev.holdfast.release;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Runs steps that an operation is allowed as long as no higher epoch was seen on the target. */
final class FencedScript {

    private FencedScript() {}

    /** The step that failed, and what the target said. */
    record Failure(FileStep step, ScriptResult.Failed why) {}

    /**
     * Adds the fence of an epoch, which is the one order of steps that leaves no gap between the check and the change.
     */
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
        failure(steps, runWithSpare(session, layout, steps)).ifPresent(failure -> {
            throw explained(layout, failure);
        });
    }

    /**
     * Runs steps that may be run again from the start: where the place is full, gives up the entries that a delivery
     * has kept for that, and tries once more. What gives space back must not need any.
     */
    static ScriptResult runWithSpare(TargetSession session, Layout layout, List<FileStep> steps) {
        ScriptResult result = session.run(new FileScript(steps));
        boolean full = result instanceof ScriptResult.Failed failed && failed.reason() == Reason.NO_SPACE;
        if (full && session.stat(layout.spare()).isPresent()) {
            session.run(FileScript.of(new FileStep.RemoveTree(layout.spare())));
            ScriptResult again = session.run(new FileScript(steps));
            if (session.stat(layout.fences()).isPresent()) {
                // As many as there is room for: the next change may need them as well.
                session.run(FileScript.of(new FileStep.MakeDirectory(layout.spares())));
            }
            return again;
        }
        return result;
    }

    static Optional<Failure> failure(List<FileStep> steps, ScriptResult result) {
        return result instanceof ScriptResult.Failed failed
                ? Optional.of(new Failure(steps.get(failed.step()), failed))
                : Optional.empty();
    }

    static HoldfastException explained(Layout layout, Failure failure) {
        FileStep step = failure.step();
        ScriptResult.Failed failed = failure.why();
        Optional<PermanentException> setUp = setUp(step, failed);
        if (setUp.isPresent()) {
            return setUp.get();
        }
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

    /**
     * Returns what a person has set up in a way that no try can succeed; the words are those of Java, GNU and busybox.
     */
    private static Optional<PermanentException> setUp(FileStep step, ScriptResult.Failed failed) {
        String said = failed.message().toLowerCase(Locale.ROOT);
        if (step instanceof FileStep.PointLink link && has(said, "not permitted", "not supported", "not implemented")) {
            return Optional.of(unusable(
                    "a symbolic link cannot be made at '" + link.path() + "'",
                    "use a file system that has them, as ext4 or xfs",
                    failed));
        }
        if (step instanceof FileStep.MakeDirectory
                && has(said, "file exists", "filealreadyexists", "not a directory")) {
            return Optional.of(unusable(
                    "something that is no directory is in the way of Holdfast's own folders (" + step + ")",
                    "remove it, and keep the whole directory on one file system",
                    failed));
        }
        boolean moves = step instanceof FileStep.Rename || step instanceof FileStep.ReplaceLink;
        if (moves && has(said, "cross-device", "atomicmovenotsupported", "file too large")) {
            return Optional.of(unusable(
                    "nothing can be renamed from one file system to another (" + step + ")",
                    "put the whole directory on one file system, with no mount and no link among its dot folders",
                    failed));
        }
        return Optional.empty();
    }

    private static PermanentException unusable(String what, String remedy, ScriptResult.Failed failed) {
        return new PermanentException(Reason.TARGET_UNUSABLE, what + "; " + remedy + " (" + failed.message() + ")");
    }

    private static boolean has(String said, String... words) {
        return Stream.of(words).anyMatch(said::contains);
    }

    static TransientException revoked(Layout layout) {
        return new TransientException(
                Reason.FENCED,
                "a newer operation on '" + layout.plugin() + "' took over; this one changed nothing from then on");
    }
}
