package dev.holdfast;

import dev.holdfast.spi.FileStep;
import dev.holdfast.spi.FileStep.Expected;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetSession;
import dev.holdfast.spi.TargetSession.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What a plugin has on a target beside what is live, and how it goes; {@link AtomicInstaller} says what is promised. */
record LeftOvers(TargetSession session, Layout layout) {

    void discard(Stamp stamp) {
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.RemoveTree(layout.staging(stamp)));
        if (!inUse().contains(stamp)) {
            steps.add(new FileStep.RemoveTree(layout.release(stamp)));
        }
        if (Occupant.moved(session, layout, stamp).isEmpty()) {
            steps.add(new FileStep.RemoveTree(layout.adopted(stamp)));
        }
        FencedScript.perform(session, layout, steps);
    }

    List<Stamp> collect(long epoch, Collection<Stamp> keep, Collection<Stamp> recent) {
        FencedScript.raise(session, layout, epoch);
        Collection<Stamp> used = inUse();
        List<FileStep> steps = new ArrayList<>();
        List<FileStep> going = new ArrayList<>();
        List<Stamp> removed = new ArrayList<>();
        steps.add(new FileStep.MakeDirectory(layout.token(epoch)));
        for (Entry entry : session.list(layout.releases())) {
            layout.adoptedBy(entry.name())
                    .filter(stamp -> !recent.contains(stamp))
                    .ifPresent(stamp -> going.add(new FileStep.RemoveTree(layout.adopted(stamp))));
            layout.stampOf(layout.releases() + "/" + entry.name())
                    .filter(stamp -> !used.contains(stamp) && !keep.contains(stamp))
                    .ifPresent(stamp -> {
                        removed.add(stamp);
                        unmark(stamp, epoch, steps, going);
                        going.add(new FileStep.RemoveTree(layout.release(stamp)));
                    });
        }
        FencedScript.fence(layout, epoch, steps);
        steps.addAll(going);
        // Each by its own name: whoever comes after a collection that stalls here stages under another.
        session.list(layout.stagings())
                .forEach(entry -> steps.add(new FileStep.RemoveTree(layout.stagings() + "/" + entry.name())));
        steps.add(new FileStep.RemoveBelow(layout.flips(), epoch, ""));
        steps.add(new FileStep.RemoveTree(layout.flip(epoch)));
        FencedScript.perform(session, layout, steps);
        return List.copyOf(removed);
    }

    /**
     * Moves the marker of a release that goes into this operation's token, as {@link AtomicInstaller#remove} does with the live link. A
     * collection that stalls before that, and wakes up when the release was made live again, fails there. After it nobody
     * makes the release live, and it can be removed where it is; no rename moves a folder that came with an image.
     */
    private void unmark(Stamp stamp, long epoch, List<FileStep> made, List<FileStep> going) {
        String marker = layout.release(stamp) + "/" + Layout.MARKER;
        if (session.stat(marker).isPresent()) {
            String bin = layout.token(epoch) + "/" + stamp;
            made.add(new FileStep.MakeDirectory(bin));
            going.add(new FileStep.Rename(marker, bin + "/" + Layout.MARKER));
        }
    }

    void purge(long epoch) {
        List<FileStep> made = new ArrayList<>();
        List<FileStep> moved = new ArrayList<>();
        // The fences go last: until then they keep lower epochs away.
        for (String path : List.of(layout.previous(), layout.releases(), layout.stagings(), layout.fences())) {
            if (path.equals(layout.fences()) || session.stat(path).isPresent()) {
                String bin =
                        layout.token(epoch) + "/" + FileStep.Paths.parent(path).substring(1);
                made.add(new FileStep.MakeDirectory(bin));
                moved.add(new FileStep.Rename(path, bin + "/" + layout.plugin()));
            }
        }
        List<FileStep> steps = new ArrayList<>(made);
        FencedScript.fence(layout, epoch, steps);
        // What was refused there is not ours, and needs nothing of ours.
        if (Occupant.foreign(session.stat(layout.live()), layout).isEmpty()) {
            steps.add(new FileStep.Require(layout.live(), Expected.ABSENT));
        }
        steps.addAll(moved);
        steps.add(new FileStep.RemoveTree(layout.flips()));
        FencedScript.perform(session, layout, steps);
    }

    /** What the live path and the snapshot name. */
    private Collection<Stamp> inUse() {
        List<Stamp> used = new ArrayList<>();
        session.stat(layout.live())
                .flatMap(Entry::linkTarget)
                .flatMap(layout::stampOf)
                .ifPresent(used::add);
        session.stat(layout.previous())
                .flatMap(Entry::linkTarget)
                .filter(to -> to.startsWith("../"))
                .flatMap(to -> layout.stampOf(to.substring("../".length())))
                .ifPresent(used::add);
        return used;
    }
}
