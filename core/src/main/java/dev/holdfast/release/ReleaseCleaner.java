package dev.holdfast.release;

import dev.holdfast.release.HeldReleases.Held;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.FileScript;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.FileStep.Expected;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a plugin has on a target beside what is live, and how it goes; {@link AtomicInstaller} says what is promised.
 */
public final class ReleaseCleaner {

    private final TargetSession session;
    private final Layout layout;
    private final HeldReleases holds;

    ReleaseCleaner(TargetSession session, Layout layout, HeldReleases holds) {
        this.session = session;
        this.layout = layout;
        this.holds = holds;
    }

    void discard(Stamp stamp, long epoch) {
        if (!inUse().contains(stamp) && session.stat(layout.release(stamp)).isPresent()) {
            // It may have been live for a moment, and a reader may hold it. The link that made it so gives way to the
            // token.
            FencedScript.perform(session, layout, List.of(new FileStep.RemoveTree(layout.flip(epoch))));
            Cleared cleared = collected(new Found(List.of(stamp), List.of(), List.of(), true), epoch);
            if (!cleared.stuck().isEmpty()) {
                throw new TransientException(Reason.TARGET_FAILED, "cannot be removed: " + cleared.stuck());
            }
        }
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.RemoveTree(layout.staging(stamp)));
        if (AdoptedDirectory.moved(session, layout, stamp).isEmpty()) {
            steps.add(new FileStep.RemoveTree(layout.adopted(stamp)));
        }
        FencedScript.perform(session, layout, steps);
    }

    /**
     * What can go.
     *
     * @param releases stamps of releases that nothing names and nobody keeps
     * @param adopted stamps of releases in whose favour a plain directory was moved aside
     * @param stagings names of uploads that were broken off
     * @param traces whether links or fences are left of changes that were broken off
     */
    public record Found(List<Stamp> releases, List<Stamp> adopted, List<String> stagings, boolean traces) {

        /** Returns whether there is nothing. */
        public boolean isEmpty() {
            return releases.isEmpty() && adopted.isEmpty() && stagings.isEmpty() && !traces;
        }

        /** Returns the same without the releases that readers hold. */
        public Found without(List<Held> held) {
            Set<Stamp> stay = held.stream().map(Held::stamp).collect(Collectors.toSet());
            return new Found(
                    releases.stream().filter(stamp -> !stay.contains(stamp)).toList(), adopted, stagings, traces);
        }
    }

    /**
     * What went.
     *
     * @param releases the stamps of the releases
     * @param stuck what could not be removed, with what the target said, by path
     * @param held what stays because readers hold it
     */
    public record Cleared(List<Stamp> releases, Map<String, String> stuck, List<Held> held) {}

    /**
     * Looks what can go, and changes nothing.
     *
     * @param keep stamps to leave alone
     * @param recent stamps whose swap is so recent that a directory which it adopted stays
     */
    public Found find(Collection<Stamp> keep, Collection<Stamp> recent) {
        Collection<Stamp> used = inUse();
        List<Stamp> releases = new ArrayList<>();
        List<Stamp> adopted = new ArrayList<>();
        for (Entry entry : session.list(layout.releases())) {
            layout.adoptedBy(entry.name())
                    .filter(stamp -> !recent.contains(stamp))
                    .ifPresent(adopted::add);
            layout.stampOf(layout.releases() + "/" + entry.name())
                    .filter(stamp -> !used.contains(stamp) && !keep.contains(stamp))
                    .ifPresent(releases::add);
        }
        List<String> stagings =
                session.list(layout.stagings()).stream().map(Entry::name).toList();
        boolean traces = !session.list(layout.flips()).isEmpty() || lowerFences() > 0;
        return new Found(releases, adopted, stagings, traces);
    }

    /**
     * Returns who holds releases that could go, before anything is changed: so a session that lasts for days costs a
     * look now and then, and no operation. Holds that have ended are removed, of whatever release. It is no promise: a
     * collection looks again, and says what it cannot look at.
     */
    public List<Held> held(Found found) {
        try {
            return holds.standing(holds.stamps()).values().stream()
                    .flatMap(List::stream)
                    .filter(held -> found.releases().contains(held.stamp()))
                    .toList();
        } catch (HoldfastException e) {
            return List.of();
        }
    }

    /** The highest fence stays, and so do the spare directories and the clock beside it. */
    private long lowerFences() {
        return session.list(layout.fences()).stream()
                        .filter(entry -> !entry.name().startsWith("."))
                        .count()
                - 1;
    }

    /** Returns whether anything of ours is there. */
    public boolean any() {
        return Stream.of(
                        layout.previous(),
                        layout.releases(),
                        layout.stagings(),
                        layout.holds(),
                        layout.flips(),
                        layout.fences())
                .anyMatch(path -> session.stat(path).isPresent());
    }

    /** As {@link AtomicInstaller#collect}, and says as well what could not be removed. */
    public Cleared collect(long epoch, Collection<Stamp> keep, Collection<Stamp> recent) {
        FencedScript.raise(session, layout, epoch);
        Found found = find(keep, recent);
        try {
            return collected(found, epoch);
        } catch (PermanentException e) {
            if (e.reason() != Reason.NO_SPACE) {
                throw e;
            }
            return oneByOne(found, epoch);
        }
    }

    /** Where the place is full, each release that goes makes room for what the next one needs. */
    private Cleared oneByOne(Found found, long epoch) {
        session.run(FileScript.of(new FileStep.RemoveTree(layout.spare())));
        List<Stamp> removed = new ArrayList<>();
        Map<String, String> stuck = new LinkedHashMap<>();
        List<Held> held = new ArrayList<>();
        for (Stamp stamp : found.releases()) {
            Cleared one = collected(new Found(List.of(stamp), List.of(), List.of(), true), epoch);
            removed.addAll(one.releases());
            stuck.putAll(one.stuck());
            held.addAll(one.held());
        }
        Cleared rest = collected(new Found(List.of(), found.adopted(), found.stagings(), true), epoch);
        stuck.putAll(rest.stuck());
        // As many as there is room for: the next change may need them as well.
        session.run(FileScript.of(new FileStep.MakeDirectory(layout.spares())));
        return new Cleared(removed, stuck, held);
    }

    private Cleared collected(Found found, long epoch) {
        List<Stamp> marked = found.releases().stream().filter(this::isMarked).toList();
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.MakeDirectory(layout.token(epoch)));
        marked.forEach(stamp -> steps.add(new FileStep.MakeDirectory(bin(stamp, epoch))));
        FencedScript.fence(layout, epoch, steps);
        marked.forEach(stamp -> steps.add(new FileStep.Rename(marker(stamp), bin(stamp, epoch) + "/" + Layout.MARKER)));
        // Readers first hold, then look for the marker: one that is not seen here finds no marker, and resolves again.
        found.releases().forEach(stamp -> {
            steps.add(holds.unheld(stamp, layout.fence(epoch)));
            steps.add(new FileStep.RemoveTree(layout.release(stamp)));
        });
        found.adopted().forEach(stamp -> steps.add(new FileStep.RemoveTree(layout.adopted(stamp))));
        // Each by its own name: whoever comes after a collection that stalls here stages under another.
        found.stagings().forEach(name -> steps.add(new FileStep.RemoveTree(layout.stagings() + "/" + name)));
        steps.add(new FileStep.RemoveBelow(layout.flips(), epoch, ""));
        steps.add(new FileStep.RemoveTree(layout.flip(epoch)));
        return cleared(found.releases(), steps, epoch);
    }

    /**
     * Tries once more to remove releases whose markers are gone: nobody makes one live and nobody begins to hold one,
     * so that nobody's leave is needed. Empty if there is anything else to do.
     */
    public Optional<Cleared> removeUnmarked(Found found) {
        boolean others = !found.adopted().isEmpty() || !found.stagings().isEmpty() || found.traces();
        if (others
                || found.releases().stream().anyMatch(this::isMarked)
                || found.releases().stream().anyMatch(holds.stamps()::contains)) {
            return Optional.empty();
        }
        List<FileStep> steps = new ArrayList<>();
        found.releases().forEach(stamp -> steps.add(new FileStep.RemoveTree(layout.release(stamp))));
        return Optional.of(cleared(found.releases(), steps, 0));
    }

    /** What cannot be removed does not keep the rest, and neither does what is held. */
    private Cleared cleared(List<Stamp> releases, List<FileStep> steps, long epoch) {
        Map<String, String> stuck = new LinkedHashMap<>();
        Map<String, List<Held>> held = new LinkedHashMap<>();
        BatchedSteps.run(
                session,
                steps,
                step -> step instanceof FileStep.RemoveTree tree
                        && (stuck.containsKey(tree.path()) || held.containsKey(tree.path())),
                failure -> {
                    if (!(failure.step() instanceof FileStep.RequireUnheld look)) {
                        stuck.put(path(failure, epoch), failure.why().message());
                        return;
                    }
                    Stamp stamp = new Stamp(look.prefix());
                    List<Held> holders = holds.holders(failure.why());
                    if (holders.isEmpty()) {
                        stuck.put(layout.release(stamp), failure.why().message());
                    } else {
                        held.put(layout.release(stamp), holders);
                    }
                    putMarkerBack(stamp, epoch);
                });
        return new Cleared(
                releases.stream()
                        .filter(stamp ->
                                !stuck.containsKey(layout.release(stamp)) && !held.containsKey(layout.release(stamp)))
                        .toList(),
                stuck,
                held.values().stream().flatMap(List::stream).toList());
    }

    /** A release that was found without its marker stays so: only this operation's own move is undone. */
    private void putMarkerBack(Stamp stamp, long epoch) {
        String moved = bin(stamp, epoch) + "/" + Layout.MARKER;
        if (session.stat(moved).isPresent()) {
            FencedScript.perform(session, layout, List.of(new FileStep.Rename(moved, marker(stamp))));
        }
    }

    /** Returns what could not be removed, or throws if it is another step that failed, or a higher epoch is why. */
    private String path(FencedScript.Failure failure, long epoch) {
        FileStep step = failure.step();
        if (step instanceof FileStep.RemoveTree tree) {
            return tree.path();
        }
        if (step instanceof FileStep.RemoveBelow below
                && below.directory().equals(layout.flips())
                && below.child().isEmpty()) {
            return layout.flips();
        }
        if (step instanceof FileStep.Rename marker
                && session.stat(layout.token(epoch)).isPresent()) {
            return FileStep.Paths.parent(marker.from());
        }
        throw FencedScript.explained(layout, failure);
    }

    /**
     * The marker of a release that goes is moved into this operation's token, as {@link AtomicInstaller#remove} does
     * with the live link. A collection that stalls before that, and wakes up when the release was made live again,
     * fails there. After it nobody makes the release live, and it can be removed where it is; no rename moves a folder
     * that came with an image.
     */
    private String bin(Stamp stamp, long epoch) {
        return layout.token(epoch) + "/" + stamp;
    }

    private String marker(Stamp stamp) {
        return layout.release(stamp) + "/" + Layout.MARKER;
    }

    private boolean isMarked(Stamp stamp) {
        return session.stat(marker(stamp)).isPresent();
    }

    /** As {@link AtomicInstaller#purge}; returns what could not be removed, with what the target said. */
    public Map<String, String> purge(long epoch) {
        List<FileStep> made = new ArrayList<>();
        List<FileStep> moved = new ArrayList<>();
        // The fences go last: until then they keep lower epochs away.
        for (String path :
                List.of(layout.previous(), layout.releases(), layout.stagings(), layout.holds(), layout.fences())) {
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
        if (AdoptedDirectory.foreign(session.stat(layout.live()), layout).isEmpty()) {
            steps.add(new FileStep.Require(layout.live(), Expected.ABSENT));
        }
        steps.add(holds.noneHeld(layout.fence(epoch)));
        steps.addAll(moved);
        steps.add(new FileStep.RemoveTree(layout.flips()));
        Map<String, String> stuck = new LinkedHashMap<>();
        BatchedSteps.run(session, steps, step -> false, failure -> {
            if (!holds.holders(failure.why()).isEmpty()) {
                throw new TransientException(
                        Reason.BUSY, "readers hold releases of '" + layout.plugin() + "'; nothing was removed");
            }
            if (!failure.step().equals(new FileStep.RemoveTree(layout.flips()))) {
                throw FencedScript.explained(layout, failure);
            }
            stuck.put(layout.flips(), failure.why().message());
        });
        return stuck;
    }

    /** What the live path and the snapshot name. */
    private Collection<Stamp> inUse() {
        List<Stamp> used = new ArrayList<>();
        Placements.liveStamp(session, layout).ifPresent(used::add);
        session.stat(layout.previous())
                .flatMap(Entry::linkTarget)
                .filter(to -> to.startsWith("../"))
                .flatMap(to -> layout.stampOf(to.substring("../".length())))
                .ifPresent(used::add);
        return used;
    }
}
