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
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One change of the live path to a release.
 *
 * @param occupant the plain directory that makes way for it
 * @param absent whether nothing was seen at the live path
 */
record Swap(
        TargetSession session,
        Layout layout,
        Stamp stamp,
        long epoch,
        Optional<AdoptedDirectory> occupant,
        boolean absent) {

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
                live.isEmpty());
    }

    /** Makes a staged release live. */
    void staged() {
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.Require(layout.staging(stamp) + "/" + Layout.MARKER, Expected.FILE));
        raise(steps);
        steps.add(new FileStep.MakeDirectory(layout.releases()));
        steps.add(new FileStep.MakeDirectory(layout.spares()));
        steps.add(new FileStep.Rename(layout.staging(stamp), layout.release(stamp)));
        flip(steps, () -> session.run(new FileScript(steps)));
    }

    /** Makes a release that is on the target live. */
    void retained() {
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.Require(layout.release(stamp) + "/" + Layout.MARKER, Expected.FILE));
        raise(steps);
        flip(steps, () -> FencedScript.runWithSpare(session, layout, steps));
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
    }

    private void flip(List<FileStep> steps, Supplier<ScriptResult> performed) {
        FileStep.Require absence = new FileStep.Require(layout.live(), Expected.ABSENT);
        if (absent) {
            // The fence is planted: who made something live here meanwhile, under another name of this directory, has
            // done it.
            steps.add(absence);
        }
        steps.add(new FileStep.MakeDirectory(".previous"));
        steps.add(new FileStep.CopyLink(
                layout.live(), "../", layout.pin(epoch) + "/" + layout.plugin(), layout.previous()));
        occupant.ifPresentOrElse(
                directory -> directory.replace(steps),
                () -> steps.add(new FileStep.ReplaceLink(layout.token(epoch), layout.live())));
        steps.add(new FileStep.RemoveTree(layout.flip(epoch)));
        steps.add(new FileStep.ReadLink(layout.live()));
        ScriptResult result = performed.get();
        FencedScript.failure(steps, result).ifPresent(failure -> {
            throw explained(failure, absence);
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

    private HoldfastException explained(FencedScript.Failure failure, FileStep.Require absence) {
        Optional<HoldfastException> foreign = AdoptedDirectory.cameMeanwhile(session, layout, failure.step());
        if (foreign.isEmpty() && failure.step().equals(absence)) {
            return new TransientException(
                    Reason.CONFLICT,
                    "something was put at the live path of '" + layout.plugin() + "' meanwhile; look at it again");
        }
        return occupant.flatMap(directory -> directory.refusal(session, failure.step(), failure.why()))
                .or(() -> foreign)
                .orElseGet(() -> FencedScript.explained(layout, failure));
    }
}
