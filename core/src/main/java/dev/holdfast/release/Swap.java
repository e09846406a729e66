package dev.holdfast.release;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.FileStep.Expected;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One change of the live path to a release.
 *
 * @param occupant the plain directory that makes way for it
 * @param guard demands, once the fence is planted, that the live path is still as it was seen, or as it is expected:
 *     who made something live there meanwhile, under another name of this directory, has done it by then
 */
record Swap(
        TargetSession session,
        Layout layout,
        Stamp stamp,
        long epoch,
        Optional<AdoptedDirectory> occupant,
        Optional<FileStep> guard) {

    /** Looks at the live path, and changes nothing. */
    static Swap of(
            TargetSession session, Layout layout, Stamp stamp, long epoch, Adoption way, Consumer<Stamp> replacing) {
        Optional<Entry> live = session.stat(layout.live());
        live.flatMap(Entry::linkTarget).flatMap(layout::stampOf).ifPresent(replacing);
        return new Swap(
                session,
                layout,
                stamp,
                epoch,
                AdoptedDirectory.of(session, live, layout, stamp, epoch, way),
                live.isEmpty() ? Optional.of(nothingLive(layout)) : Optional.empty());
    }

    /**
     * Does not look: the script finds out whether the live path is as expected, if the target can do that. Whoever
     * adopts a directory expects one where nothing is recorded, so that is looked at.
     */
    static Swap expecting(
            TargetSession session, Layout layout, Stamp stamp, long epoch, Adoption way, Incumbent incumbent) {
        Optional<Stamp> expected = incumbent.expected();
        if (expected.isPresent() && session.requiresLinks()) {
            FileStep link = new FileStep.RequireLink(layout.live(), layout.release(expected.get()));
            return new Swap(session, layout, stamp, epoch, Optional.empty(), Optional.of(link));
        }
        boolean nothing = expected.isEmpty() && way == Adoption.REFUSE;
        Optional<FileStep> absence = nothing ? Optional.of(nothingLive(layout)) : Optional.empty();
        return new Swap(session, layout, stamp, epoch, Optional.empty(), absence);
    }

    private static FileStep nothingLive(Layout layout) {
        return new FileStep.Require(layout.live(), Expected.ABSENT);
    }

    /** Makes a staged release live. */
    void staged() {
        List<FileStep> steps = stagedSteps();
        made(steps, session.run(new FileScript(steps)));
    }

    /** As {@link #staged}; returns false, and nothing that readers see has changed, if it was not as expected. */
    boolean stagedAsExpected() {
        if (guard.isEmpty()) {
            return false;
        }
        List<FileStep> steps = stagedSteps();
        ScriptResult result = session.run(new FileScript(steps));
        if (FencedScript.failure(steps, result).map(FencedScript.Failure::step).equals(guard)) {
            return false;
        }
        made(steps, result);
        return true;
    }

    private List<FileStep> stagedSteps() {
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.Require(layout.staging(stamp) + "/" + Layout.MARKER, Expected.FILE));
        raise(steps);
        steps.add(new FileStep.MakeDirectory(layout.releases()));
        steps.add(new FileStep.MakeDirectory(layout.spares()));
        steps.add(new FileStep.Rename(layout.staging(stamp), layout.release(stamp)));
        flip(steps);
        return steps;
    }

    /** Makes a release that is on the target live. */
    void retained() {
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.Require(layout.release(stamp) + "/" + Layout.MARKER, Expected.FILE));
        raise(steps);
        flip(steps);
        made(steps, FencedScript.runWithSpare(session, layout, steps));
    }

    /**
     * The link to be renamed over live comes first, the fence after it: a lower epoch that comes later finds one of
     * them.
     */
    private void raise(List<FileStep> steps) {
        // What another store left under the same number.
        steps.add(new FileStep.RemoveTree(layout.flip(epoch)));
        steps.add(new FileStep.MakeDirectory(layout.pin(epoch)));
        steps.add(new FileStep.PointLink(layout.token(epoch), layout.release(stamp)));
        occupant.ifPresent(directory -> directory.plant(steps));
        FencedScript.fence(layout, epoch, steps);
        guard.ifPresent(steps::add);
    }

    private void flip(List<FileStep> steps) {
        steps.add(new FileStep.MakeDirectory(".previous"));
        steps.add(new FileStep.CopyLink(
                layout.live(), "../", layout.pin(epoch) + "/" + layout.plugin(), layout.previous()));
        occupant.ifPresentOrElse(
                directory -> directory.replace(steps),
                () -> steps.add(new FileStep.ReplaceLink(layout.token(epoch), layout.live())));
        steps.add(new FileStep.RemoveTree(layout.flip(epoch)));
        steps.add(new FileStep.ReadLink(layout.live()));
    }

    private void made(List<FileStep> steps, ScriptResult result) {
        FencedScript.failure(steps, result).ifPresent(failure -> {
            throw explained(failure);
        });
        // What the target shows, never an exit code alone, is the truth.
        if (!shown(result).equals(Optional.of(stamp))) {
            throw FencedScript.revoked(layout);
        }
    }

    /** The script looks last; where its answer is not to be had, the target is asked once more. */
    private Optional<Stamp> shown(ScriptResult result) {
        Stream<ScriptResult.Answer> answers =
                result instanceof ScriptResult.Completed completed ? completed.answers().stream() : Stream.empty();
        return answers.filter(ScriptResult.Answer.Link.class::isInstance)
                .map(answer -> ((ScriptResult.Answer.Link) answer).target())
                .findFirst()
                .map(target -> target.flatMap(layout::stampOf))
                .orElseGet(() -> Placements.liveStamp(session, layout));
    }

    private HoldfastException explained(FencedScript.Failure failure) {
        Optional<HoldfastException> foreign = AdoptedDirectory.cameMeanwhile(session, layout, failure.step());
        if (foreign.isEmpty() && guard.equals(Optional.of(failure.step()))) {
            return new TransientException(
                    Reason.CONFLICT,
                    "something was put at the live path of '" + layout.plugin() + "' meanwhile; look at it again");
        }
        return occupant.flatMap(directory -> directory.refusal(session, failure.step(), failure.why()))
                .or(() -> foreign)
                .orElseGet(() -> FencedScript.explained(layout, failure));
    }
}
