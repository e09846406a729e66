package dev.holdfast;

import dev.holdfast.spi.Bundle;
import dev.holdfast.spi.FileScript;
import dev.holdfast.spi.FileStep;
import dev.holdfast.spi.FileStep.Expected;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Progress;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.ScriptResult;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetSession;
import dev.holdfast.spi.TargetSession.Entry;
import dev.holdfast.spi.TransientException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Puts releases live on a target, and takes them away, so that a reader who resolves the live path sees one whole tree or
 * the other at every moment: stage, fence, snapshot, swap, marker. It knows the layout and the order of steps, and nothing
 * of stores or sources.
 *
 * <p>Every change carries an epoch, and a lower one changes nothing once a higher one was seen on the target: the higher
 * one first plants its own fence, then takes away the links that lower ones would rename over the live path. A check
 * followed by a rename would not be enough; a rename of what is gone fails.
 *
 * <p>Safe for use by several threads, each with a session of its own. Most hosts use {@link Holdfast}, which keeps the
 * journal that makes these steps recoverable.
 */
public final class AtomicInstaller {

    /** Most bytes of a marker that are read; the guard lets nothing through whose marker would be larger. */
    static final int LARGEST_MARKER = 64 * 1024 * 1024;

    private final BundleLimits limits;
    private final Adoption adoption;

    private AtomicInstaller(BundleLimits limits, Adoption adoption) {
        this.limits = limits;
        this.adoption = adoption;
    }

    /** Returns an installer that refuses bundles beyond {@code limits}, and live paths that something stands at. */
    public static AtomicInstaller withLimits(BundleLimits limits) {
        return new AtomicInstaller(limits, Adoption.REFUSE);
    }

    /** Returns an installer like this one whose {@link #swap} does so with a plain directory at the live path. */
    public AtomicInstaller adopting(Adoption way) {
        return new AtomicInstaller(limits, way);
    }

    /**
     * Uploads a bundle into the staging folder of its stamp, checked and hashed on the way, its marker last. Nothing is
     * live yet.
     *
     * @param release what the bundle is; its digest is computed here
     * @return the release as its marker describes it
     * @throws PermanentException with {@link Reason#BUNDLE_REFUSED} or {@link Reason#TOO_LARGE} if the bundle breaks a rule
     */
    public Release stage(TargetSession session, Staging release, Bundle bundle, Progress progress) {
        Layout layout = new Layout(release.plugin());
        SealedBundle sealed = new SealedBundle(bundle, release.label(), limits);
        try {
            session.upload(layout.staging(release.stamp()), sealed, progress);
        } catch (RuntimeException e) {
            throw sealed.refusal().map(RuntimeException.class::cast).orElse(e);
        }
        return sealed.marker()
                .orElseThrow(() -> new TransientException(
                        Reason.TARGET_FAILED, "the upload ended before the bundle did; try again"))
                .release();
    }

    /**
     * Makes a staged release live.
     *
     * @throws TransientException with {@link Reason#FENCED} if a higher epoch is on the target; nothing changed. With any
     *     other reason the outcome is unknown: raise a fence, then look
     * @throws PermanentException with {@link Reason#OCCUPIED} if something that is no link stands at the live path, and is
     *     not to be adopted or cannot be
     */
    public void swap(TargetSession session, PluginName plugin, Stamp stamp, long epoch) {
        Layout layout = new Layout(plugin);
        Move move = new Move(layout, stamp, epoch, occupant(session, layout, stamp, epoch, adoption));
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.Require(layout.staging(stamp) + "/" + Layout.MARKER, Expected.FILE));
        raise(move, steps);
        steps.add(new FileStep.MakeDirectory(layout.releases()));
        steps.add(new FileStep.Rename(layout.staging(stamp), layout.release(stamp)));
        flip(session, move, steps);
    }

    /**
     * Makes a release that is still on the target live again.
     *
     * @throws TransientException as {@link #swap} does
     * @throws PermanentException with {@link Reason#OCCUPIED} if something that is no link stands at the live path
     */
    public void flip(TargetSession session, PluginName plugin, Stamp stamp, long epoch) {
        Layout layout = new Layout(plugin);
        List<FileStep> steps = new ArrayList<>();
        Move move = new Move(layout, stamp, epoch, occupant(session, layout, stamp, epoch, Adoption.REFUSE));
        steps.add(new FileStep.Require(layout.release(stamp) + "/" + Layout.MARKER, Expected.FILE));
        raise(move, steps);
        flip(session, move, steps);
    }

    /**
     * Removes the live link, and the snapshot beside it. Releases stay for readers until they are collected.
     *
     * @throws TransientException as {@link #swap} does
     * @throws PermanentException with {@link Reason#OCCUPIED} if something that is no link stands at the live path
     */
    public void remove(TargetSession session, PluginName plugin, long epoch) {
        Layout layout = new Layout(plugin);
        Optional<Entry> live = session.stat(layout.live());
        live.filter(entry -> entry.kind() != Entry.Kind.LINK).ifPresent(entry -> {
            throw Occupant.refused(layout, entry);
        });
        List<FileStep> steps = new ArrayList<>();
        // The folder that live is moved into is this operation's token: gone with it, the move fails.
        steps.add(new FileStep.MakeDirectory(layout.token(epoch)));
        fence(layout, epoch, steps);
        if (live.isPresent()) {
            steps.add(new FileStep.Rename(layout.live(), layout.token(epoch) + "/" + plugin));
        }
        steps.add(new FileStep.RemoveTree(layout.previous()));
        steps.add(new FileStep.RemoveTree(layout.flip(epoch)));
        perform(session, layout, steps);
        if (session.stat(layout.live()).isPresent()) {
            throw revoked(layout);
        }
    }

    /**
     * Plants a fence: from now on no lower epoch changes the live path, whatever it had begun.
     *
     * @throws TransientException with {@link Reason#FENCED} if a higher one is there
     */
    public void fence(TargetSession session, PluginName plugin, long epoch) {
        Layout layout = new Layout(plugin);
        List<FileStep> steps = new ArrayList<>();
        fence(layout, epoch, steps);
        perform(session, layout, steps);
    }

    /** Returns the highest fence on the target; 0 if there is none. */
    public long highestFence(TargetSession session, PluginName plugin) {
        return session.list(new Layout(plugin).fences()).stream()
                .map(Entry::name)
                .filter(name -> name.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .max()
                .orElse(0);
    }

    /** Returns what stands at the live path, read from the target. */
    public Placement placement(TargetSession session, PluginName plugin) {
        Layout layout = new Layout(plugin);
        Optional<Entry> live = session.stat(layout.live());
        if (live.isEmpty()) {
            return new Placement.Missing();
        }
        Optional<Stamp> stamp = live.get().linkTarget().flatMap(layout::stampOf);
        if (stamp.isEmpty()) {
            return new Placement.Foreign(
                    live.get()
                                    .linkTarget()
                                    .map(to -> "a link to " + to)
                                    .orElse("a " + live.get().kind()) + " that Holdfast did not make");
        }
        return release(session, plugin, stamp.get());
    }

    /**
     * Returns the release of a stamp as its marker describes it: {@link Placement.Live}, live or not, or
     * {@link Placement.Unmarked}.
     */
    public Placement release(TargetSession session, PluginName plugin, Stamp stamp) {
        Optional<byte[]> bytes = markerBytes(session, plugin, stamp);
        if (bytes.isEmpty()) {
            return new Placement.Unmarked("release " + stamp + " has no marker");
        }
        try {
            Marker marker = Marker.parse(bytes.get());
            return new Placement.Live(
                    marker.release(), marker.label().source(), marker.label().epoch());
        } catch (Marker.Unreadable e) {
            return new Placement.Unmarked("the marker of release " + stamp + " cannot be read: " + e.getMessage());
        }
    }

    /** Returns the marker of a release; empty if it has none that can be read. */
    Optional<Marker> marker(TargetSession session, PluginName plugin, Stamp stamp) {
        return markerBytes(session, plugin, stamp).flatMap(bytes -> {
            try {
                return Optional.of(Marker.parse(bytes));
            } catch (Marker.Unreadable e) {
                return Optional.empty();
            }
        });
    }

    private static Optional<byte[]> markerBytes(TargetSession session, PluginName plugin, Stamp stamp) {
        return session.read(new Layout(plugin).release(stamp) + "/" + Layout.MARKER, LARGEST_MARKER);
    }

    /** Returns the stamp that the live path names; empty if nothing of ours does. */
    public Optional<Stamp> liveStamp(TargetSession session, PluginName plugin) {
        Layout layout = new Layout(plugin);
        return session.stat(layout.live()).flatMap(Entry::linkTarget).flatMap(layout::stampOf);
    }

    /**
     * Removes what an operation that is over left behind: its staging folder, and its release folder where neither the
     * live path nor the snapshot names it.
     */
    public void discard(TargetSession session, PluginName plugin, Stamp stamp) {
        Layout layout = new Layout(plugin);
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.RemoveTree(layout.staging(stamp)));
        if (!inUse(session, layout).contains(stamp)) {
            steps.add(new FileStep.RemoveTree(layout.release(stamp)));
        }
        if (Occupant.moved(session, layout, stamp).isEmpty()) {
            steps.add(new FileStep.RemoveTree(layout.adopted(stamp)));
        }
        perform(session, layout, steps);
    }

    /**
     * Puts a plain directory back to the live path that the swap of {@code stamp} had moved aside when it broke off; does
     * nothing if it moved none, or if something is there again.
     *
     * @param epoch of whoever holds the destination now
     */
    public void putBack(TargetSession session, PluginName plugin, Stamp stamp, long epoch) {
        Layout layout = new Layout(plugin);
        if (Occupant.moved(session, layout, stamp).isEmpty()
                || session.stat(layout.live()).isPresent()) {
            return;
        }
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.RemoveTree(layout.flip(epoch)));
        steps.add(new FileStep.MakeDirectory(layout.flip(epoch)));
        steps.add(Occupant.way(layout, stamp, epoch));
        fence(layout, epoch, steps);
        steps.add(new FileStep.Rename(layout.aside(epoch) + "/" + plugin, layout.live()));
        steps.add(new FileStep.RemoveTree(layout.flip(epoch)));
        perform(session, layout, steps);
    }

    BundleLimits limits() {
        return limits;
    }

    /** Returns whether a swap that breaks off can leave the live path empty that was not. */
    boolean leavesGaps() {
        return adoption == Adoption.GAP;
    }

    /**
     * Removes staging left-overs, flips and lower fences, and all releases but those that {@code keep} lists and those the
     * links name. The caller holds the destination and gives its own epoch.
     *
     * @param keep stamps to leave alone
     * @param recent stamps whose swap is so recent that a directory which it adopted stays
     * @return the stamps of the releases that were removed
     * @throws TransientException as {@link #swap} does
     */
    public List<Stamp> collect(
            TargetSession session, PluginName plugin, long epoch, Collection<Stamp> keep, Collection<Stamp> recent) {
        Layout layout = new Layout(plugin);
        fence(session, plugin, epoch);
        Collection<Stamp> used = inUse(session, layout);
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
                        unmark(session, layout, stamp, epoch, steps, going);
                        going.add(new FileStep.RemoveTree(layout.release(stamp)));
                    });
        }
        fence(layout, epoch, steps);
        steps.addAll(going);
        // Each by its own name: whoever comes after a collection that stalls here stages under another.
        session.list(layout.stagings())
                .forEach(entry -> steps.add(new FileStep.RemoveTree(layout.stagings() + "/" + entry.name())));
        steps.add(new FileStep.RemoveBelow(layout.flips(), epoch, ""));
        steps.add(new FileStep.RemoveTree(layout.flip(epoch)));
        perform(session, layout, steps);
        return List.copyOf(removed);
    }

    /**
     * Moves the marker of a release that goes into this operation's token, as {@link #remove} does with the live link. A
     * collection that stalls before that, and wakes up when the release was made live again, fails there. After it nobody
     * makes the release live, and it can be removed where it is; no rename moves a folder that came with an image.
     */
    private static void unmark(
            TargetSession session, Layout layout, Stamp stamp, long epoch, List<FileStep> made, List<FileStep> going) {
        String marker = layout.release(stamp) + "/" + Layout.MARKER;
        if (session.stat(marker).isPresent()) {
            String bin = layout.token(epoch) + "/" + stamp;
            made.add(new FileStep.MakeDirectory(bin));
            going.add(new FileStep.Rename(marker, bin + "/" + Layout.MARKER));
        }
    }

    /**
     * Removes everything of a plugin that is not installed any more: releases, snapshot, fences. The caller holds the
     * destination and gives its own epoch, and no reader needs it any more.
     *
     * @throws TransientException as {@link #swap} does
     */
    public void purge(TargetSession session, PluginName plugin, long epoch) {
        Layout layout = new Layout(plugin);
        List<FileStep> made = new ArrayList<>();
        List<FileStep> moved = new ArrayList<>();
        // The fences go last: until then they keep lower epochs away.
        for (String path : List.of(layout.previous(), layout.releases(), layout.stagings(), layout.fences())) {
            if (path.equals(layout.fences()) || session.stat(path).isPresent()) {
                String bin =
                        layout.token(epoch) + "/" + FileStep.Paths.parent(path).substring(1);
                made.add(new FileStep.MakeDirectory(bin));
                moved.add(new FileStep.Rename(path, bin + "/" + plugin));
            }
        }
        List<FileStep> steps = new ArrayList<>(made);
        fence(layout, epoch, steps);
        // A directory that was refused there is not ours, and needs nothing of ours.
        if (session.stat(layout.live())
                .filter(live -> live.kind() != Entry.Kind.LINK)
                .isEmpty()) {
            steps.add(new FileStep.Require(layout.live(), Expected.ABSENT));
        }
        steps.addAll(moved);
        steps.add(new FileStep.RemoveTree(layout.flips()));
        perform(session, layout, steps);
    }

    /** The link to be renamed over live comes first, the fence after it: a lower epoch that comes later finds one of them. */
    private static void raise(Move move, List<FileStep> steps) {
        Layout layout = move.layout();
        steps.add(new FileStep.MakeDirectory(layout.pin(move.epoch())));
        steps.add(new FileStep.PointLink(layout.token(move.epoch()), layout.release(move.stamp())));
        move.occupant().ifPresent(directory -> directory.plant(steps));
        fence(layout, move.epoch(), steps);
    }

    private void flip(TargetSession session, Move move, List<FileStep> steps) {
        Layout layout = move.layout();
        String snapshot = layout.pin(move.epoch()) + "/" + layout.plugin();
        steps.add(new FileStep.MakeDirectory(".previous"));
        steps.add(new FileStep.CopyLink(layout.live(), "../", snapshot, layout.previous()));
        move.occupant()
                .ifPresentOrElse(
                        directory -> directory.replace(steps),
                        () -> steps.add(new FileStep.ReplaceLink(layout.token(move.epoch()), layout.live())));
        steps.add(new FileStep.RemoveTree(layout.flip(move.epoch())));
        failure(session, steps).ifPresent(failure -> {
            throw move.occupant()
                    .flatMap(directory -> directory.refusal(session, failure.step(), failure.why()))
                    .orElseGet(() -> explained(layout, failure));
        });
        // The target's answer, never an exit code alone, is the truth.
        if (!liveStamp(session, layout.plugin()).equals(Optional.of(move.stamp()))) {
            throw revoked(layout);
        }
    }

    private static void fence(Layout layout, long epoch, List<FileStep> steps) {
        steps.add(new FileStep.MakeDirectory(layout.fences()));
        steps.add(new FileStep.WriteFile(layout.fence(epoch), ""));
        steps.add(new FileStep.RequireNoneAbove(layout.fences(), epoch));
        // The way out goes before the link: who has lost the link can have left, who has lost the way has not.
        steps.add(new FileStep.RemoveBelow(layout.flips(), epoch, Layout.ASIDE));
        steps.add(
                new FileStep.RemoveBelow(layout.flips(), epoch, layout.plugin().value()));
        steps.add(new FileStep.RemoveBelow(layout.fences(), epoch, ""));
    }

    private static Collection<Stamp> inUse(TargetSession session, Layout layout) {
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

    private static Optional<Occupant> occupant(
            TargetSession session, Layout layout, Stamp stamp, long epoch, Adoption way) {
        return Occupant.of(session.stat(layout.live()), layout, stamp, epoch, way);
    }

    private static void perform(TargetSession session, Layout layout, List<FileStep> steps) {
        failure(session, steps).ifPresent(failure -> {
            throw explained(layout, failure);
        });
    }

    private static Optional<Failure> failure(TargetSession session, List<FileStep> steps) {
        return session.run(new FileScript(steps)) instanceof ScriptResult.Failed failed
                ? Optional.of(new Failure(steps.get(failed.step()), failed))
                : Optional.empty();
    }

    private static HoldfastException explained(Layout layout, Failure failure) {
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

    private static TransientException revoked(Layout layout) {
        return new TransientException(
                Reason.FENCED,
                "a newer operation on '" + layout.plugin() + "' took over; this one changed nothing from then on");
    }

    /** One change of the live path. */
    private record Move(Layout layout, Stamp stamp, long epoch, Optional<Occupant> occupant) {}

    private record Failure(FileStep step, ScriptResult.Failed why) {}

    /**
     * What is about to be staged.
     *
     * @param plugin the plugin
     * @param source where it comes from, for the marker
     * @param revision what the bundle holds
     * @param version the name of the revision, where it has one
     * @param stamp the folder
     * @param epoch the operation
     */
    public record Staging(
            PluginName plugin,
            String source,
            dev.holdfast.spi.Revision revision,
            Optional<String> version,
            Stamp stamp,
            long epoch) {

        private Marker.Label label() {
            return new Marker.Label(plugin, source, revision, version, stamp, epoch);
        }
    }
}
