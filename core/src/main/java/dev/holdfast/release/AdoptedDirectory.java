package dev.holdfast.release;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.ScriptResult;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A plain directory that stands at the live path and is to make way for a release.
 *
 * <p>It goes into a folder of the operation, and on its way through a link in the operation's flip folder. Like the
 * link that is renamed over live, that one is taken away by a higher epoch: the directory then stays where it is, and
 * nothing that is behind the link is lost with it.
 *
 * @param planted whether what it is to be exchanged with lies where it goes
 */
record AdoptedDirectory(Layout layout, Stamp stamp, long epoch, Adoption adoption, boolean planted) {

    /**
     * Returns what is to be adopted at the live path; empty if our link or nothing is there; refuses everything else.
     */
    static Optional<AdoptedDirectory> of(
            TargetSession session, Optional<Entry> live, Layout layout, Stamp stamp, long epoch, Adoption adoption) {
        Optional<Entry> foreign = foreign(live, layout);
        if (foreign.isEmpty()) {
            return Optional.empty();
        }
        if (adoption == Adoption.REFUSE || foreign.get().kind() != Entry.Kind.DIRECTORY) {
            throw refused(layout, foreign.get());
        }
        // An attempt that was fenced has planted it, and this is the next with a higher epoch.
        boolean planted = adoption == Adoption.EXCHANGE
                && session.stat(folder(layout, stamp)).isPresent();
        return Optional.of(new AdoptedDirectory(layout, stamp, epoch, adoption, planted));
    }

    /** Returns what stands at the live path if Holdfast did not put it there. */
    static Optional<Entry> foreign(Optional<Entry> live, Layout layout) {
        return live.filter(entry -> entry.linkTarget().flatMap(layout::stampOf).isEmpty());
    }

    /**
     * Returns the refusal of what was put at the live path after {@link #of} looked, and before its link was copied.
     */
    static Optional<HoldfastException> cameMeanwhile(TargetSession session, Layout layout, FileStep failed) {
        return failed instanceof FileStep.CopyLink || failed instanceof FileStep.Require
                ? foreign(session.stat(layout.live()), layout).map(entry -> refused(layout, entry))
                : Optional.empty();
    }

    /** The steps that plant the way out; they come before the fence, as those of every link that it revokes. */
    void plant(List<FileStep> steps) {
        steps.add(new FileStep.MakeDirectory(layout.adopted(stamp)));
        if (adoption == Adoption.EXCHANGE && !planted) {
            steps.add(new FileStep.PointLink(folder(layout, stamp), layout.release(stamp)));
        }
        steps.add(way(layout, stamp, epoch));
    }

    /** The steps that make the release live in the place of the directory. */
    void replace(List<FileStep> steps) {
        String aside = layout.aside(epoch) + "/" + layout.plugin();
        if (adoption == Adoption.EXCHANGE) {
            steps.add(new FileStep.Exchange(aside, layout.live()));
        } else {
            steps.add(new FileStep.Rename(layout.live(), aside));
            steps.add(new FileStep.ReplaceLink(layout.token(epoch), layout.live()));
        }
    }

    /** Returns why the directory stayed where it is; empty if {@code step} is another, or a higher epoch is why. */
    Optional<HoldfastException> refusal(TargetSession session, FileStep step, ScriptResult.Failed failed) {
        boolean moving = step instanceof FileStep.Exchange
                || (step instanceof FileStep.Rename rename && rename.from().equals(layout.live()));
        if (!moving
                || failed.reason() != Reason.TARGET_FAILED
                || session.stat(layout.aside(epoch)).isEmpty()) {
            return Optional.empty();
        }
        String remedy = adoption == Adoption.EXCHANGE
                ? "which this target cannot exchange with a link; choose Adoption.GAP, or move it away"
                : "which no rename can move, as one that comes with a container's image, or a mount; move it away, or put"
                        + " the plugins on a volume";
        return Optional.of(
                refused(layout, "stands a directory " + remedy + ". It is untouched (" + failed.message() + ")"));
    }

    /** Returns where the directory is that a delivery of {@code stamp} has moved aside; empty if it moved none. */
    static Optional<Entry> moved(TargetSession session, Layout layout, Stamp stamp) {
        return session.stat(folder(layout, stamp)).filter(entry -> entry.kind() == Entry.Kind.DIRECTORY);
    }

    /** Puts it back to the live path, if it was moved and nothing is there. */
    static void putBack(TargetSession session, Layout layout, Stamp stamp, long epoch) {
        if (moved(session, layout, stamp).isEmpty()
                || session.stat(layout.live()).isPresent()) {
            return;
        }
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.RemoveTree(layout.flip(epoch)));
        steps.add(new FileStep.MakeDirectory(layout.flip(epoch)));
        steps.add(way(layout, stamp, epoch));
        FencedScript.fence(layout, epoch, steps);
        steps.add(new FileStep.Rename(layout.aside(epoch) + "/" + layout.plugin(), layout.live()));
        steps.add(new FileStep.RemoveTree(layout.flip(epoch)));
        FencedScript.perform(session, layout, steps);
    }

    /** The link through which the directory goes aside, and comes back. */
    static FileStep way(Layout layout, Stamp stamp, long epoch) {
        return new FileStep.PointLink(layout.aside(epoch), "../../../" + layout.adopted(stamp));
    }

    private static String folder(Layout layout, Stamp stamp) {
        return layout.adopted(stamp) + "/" + layout.plugin();
    }

    /** Returns the refusal of something that is to be left as it is. */
    static PermanentException refused(Layout layout, Entry foreign) {
        return refused(
                layout,
                "stands " + described(foreign) + " that Holdfast did not put there; move it away, then try again");
    }

    /** Says what an entry is; of a link, where it points to. */
    static String described(Entry entry) {
        return entry.linkTarget()
                .map(to -> "a link to '" + to + "'")
                .orElse("a " + entry.kind().name().toLowerCase(Locale.ROOT));
    }

    private static PermanentException refused(Layout layout, String why) {
        return new PermanentException(Reason.OCCUPIED, "at the live path of '" + layout.plugin() + "' " + why);
    }
}
