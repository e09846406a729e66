package dev.holdfast;

import dev.holdfast.spi.Bundle;
import dev.holdfast.spi.FileStep;
import dev.holdfast.spi.FileStep.Expected;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Progress;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetSession;
import dev.holdfast.spi.TargetSession.Entry;
import dev.holdfast.spi.TransientException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

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

    private final BundleLimits limits;
    private final Adoption adoption;
    private final IgnoredFiles ignored;

    private AtomicInstaller(BundleLimits limits, Adoption adoption, IgnoredFiles ignored) {
        this.limits = limits;
        this.adoption = adoption;
        this.ignored = ignored;
    }

    /** Returns an installer that refuses bundles beyond {@code limits}, and live paths that something stands at. */
    public static AtomicInstaller withLimits(BundleLimits limits) {
        return new AtomicInstaller(limits, Adoption.REFUSE, IgnoredFiles.NONE);
    }

    /** Returns an installer like this one whose {@link #swap} does so with a plain directory at the live path. */
    public AtomicInstaller adopting(Adoption way) {
        return new AtomicInstaller(limits, way, ignored);
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
     * @throws PermanentException with {@link Reason#OCCUPIED} if something that Holdfast did not put there stands at the live
     *     path, and is not to be adopted or cannot be
     */
    public void swap(TargetSession session, PluginName plugin, Stamp stamp, long epoch) {
        swap(session, plugin, stamp, epoch, live -> {});
    }

    /** @param replacing sees the release that is live before anything changes, and may refuse to let it go */
    void swap(TargetSession session, PluginName plugin, Stamp stamp, long epoch, Consumer<Stamp> replacing) {
        Layout layout = new Layout(plugin);
        Move move = move(session, layout, stamp, epoch, adoption, replacing);
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.Require(layout.staging(stamp) + "/" + Layout.MARKER, Expected.FILE));
        raise(move, steps);
        steps.add(new FileStep.MakeDirectory(layout.releases()));
        steps.add(new FileStep.MakeDirectory(layout.spares()));
        steps.add(new FileStep.Rename(layout.staging(stamp), layout.release(stamp)));
        flip(session, move, steps, () -> FencedScript.failure(session, steps));
    }

    /**
     * Makes a release that is still on the target live again.
     *
     * @throws TransientException as {@link #swap} does
     * @throws PermanentException with {@link Reason#OCCUPIED} if something that Holdfast did not put there stands at the live path
     */
    public void flip(TargetSession session, PluginName plugin, Stamp stamp, long epoch) {
        flip(session, plugin, stamp, epoch, live -> {});
    }

    /** @param replacing as in {@link #swap(TargetSession, PluginName, Stamp, long, Consumer)} */
    void flip(TargetSession session, PluginName plugin, Stamp stamp, long epoch, Consumer<Stamp> replacing) {
        Layout layout = new Layout(plugin);
        List<FileStep> steps = new ArrayList<>();
        Move move = move(session, layout, stamp, epoch, Adoption.REFUSE, replacing);
        steps.add(new FileStep.Require(layout.release(stamp) + "/" + Layout.MARKER, Expected.FILE));
        raise(move, steps);
        flip(session, move, steps, () -> FencedScript.failureWithSpare(session, layout, steps));
    }

    /**
     * Removes the live link, and the snapshot beside it. Releases stay for readers until they are collected.
     *
     * @throws TransientException as {@link #swap} does
     * @throws PermanentException with {@link Reason#OCCUPIED} if something that Holdfast did not put there stands at the live path
     */
    public void remove(TargetSession session, PluginName plugin, long epoch) {
        remove(session, plugin, epoch, live -> {});
    }

    /** @param removing as in {@link #swap(TargetSession, PluginName, Stamp, long, Consumer)} */
    void remove(TargetSession session, PluginName plugin, long epoch, Consumer<Stamp> removing) {
        Layout layout = new Layout(plugin);
        Optional<Entry> live = session.stat(layout.live());
        Occupant.foreign(live, layout).ifPresent(entry -> {
            throw Occupant.refused(layout, entry);
        });
        live.flatMap(Entry::linkTarget).flatMap(layout::stampOf).ifPresent(removing);
        List<FileStep> steps = new ArrayList<>();
        // The folder that live is moved into is this operation's token: gone with it, the move fails.
        steps.add(new FileStep.MakeDirectory(layout.token(epoch)));
        FencedScript.fence(layout, epoch, steps);
        if (live.isPresent()) {
            steps.add(new FileStep.Rename(layout.live(), layout.token(epoch) + "/" + plugin));
        }
        steps.add(new FileStep.RemoveTree(layout.previous()));
        steps.add(new FileStep.RemoveTree(layout.flip(epoch)));
        FencedScript.perform(session, layout, steps);
        if (session.stat(layout.live()).isPresent()) {
            throw FencedScript.revoked(layout);
        }
    }

    /**
     * Plants a fence: from now on no lower epoch changes the live path, whatever it had begun.
     *
     * @throws TransientException with {@link Reason#FENCED} if a higher one is there
     */
    public void fence(TargetSession session, PluginName plugin, long epoch) {
        FencedScript.raise(session, new Layout(plugin), epoch);
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
            return new Placement.Foreign(Occupant.described(live.get()) + " that Holdfast did not make");
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
        return session.read(new Layout(plugin).release(stamp) + "/" + Layout.MARKER, Marker.LARGEST);
    }

    /** Returns the stamps of the releases that are on the target, complete or not. */
    Set<Stamp> stamps(TargetSession session, PluginName plugin) {
        Layout layout = new Layout(plugin);
        return session.list(layout.releases()).stream()
                .flatMap(entry -> layout.stampOf(layout.releases() + "/" + entry.name()).stream())
                .collect(Collectors.toUnmodifiableSet());
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
        new LeftOvers(session, new Layout(plugin)).discard(stamp);
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
        FencedScript.fence(layout, epoch, steps);
        steps.add(new FileStep.Rename(layout.aside(epoch) + "/" + plugin, layout.live()));
        steps.add(new FileStep.RemoveTree(layout.flip(epoch)));
        FencedScript.perform(session, layout, steps);
    }

    /** Returns an installer like this one, with what a look at its releases leaves out. */
    AtomicInstaller ignoring(IgnoredFiles files) {
        return new AtomicInstaller(limits, adoption, files);
    }

    BundleLimits limits() {
        return limits;
    }

    IgnoredFiles ignored() {
        return ignored;
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
     * <p>What cannot be removed does not keep the rest; it stays without its marker, so that nobody makes it live.
     *
     * @return the stamps of the releases that were removed
     * @throws TransientException as {@link #swap} does
     */
    public List<Stamp> collect(
            TargetSession session, PluginName plugin, long epoch, Collection<Stamp> keep, Collection<Stamp> recent) {
        return leftOvers(session, plugin).collect(epoch, keep, recent).releases();
    }

    LeftOvers leftOvers(TargetSession session, PluginName plugin) {
        return new LeftOvers(session, new Layout(plugin));
    }

    /**
     * Removes everything of a plugin that is not installed any more: releases, snapshot, fences. The caller holds the
     * destination and gives its own epoch, and no reader needs it any more.
     *
     * @throws TransientException as {@link #swap} does
     */
    public void purge(TargetSession session, PluginName plugin, long epoch) {
        new LeftOvers(session, new Layout(plugin)).purge(epoch);
    }

    /** The link to be renamed over live comes first, the fence after it: a lower epoch that comes later finds one of them. */
    private static void raise(Move move, List<FileStep> steps) {
        Layout layout = move.layout();
        // What another store left under the same number.
        steps.add(new FileStep.RemoveTree(layout.flip(move.epoch())));
        steps.add(new FileStep.MakeDirectory(layout.pin(move.epoch())));
        steps.add(new FileStep.PointLink(layout.token(move.epoch()), layout.release(move.stamp())));
        move.occupant().ifPresent(directory -> directory.plant(steps));
        FencedScript.fence(layout, move.epoch(), steps);
    }

    private void flip(
            TargetSession session,
            Move move,
            List<FileStep> steps,
            Supplier<Optional<FencedScript.Failure>> performed) {
        Layout layout = move.layout();
        String snapshot = layout.pin(move.epoch()) + "/" + layout.plugin();
        if (move.absent()) {
            // The fence is planted: who made something live here meanwhile, under another name of this directory, has
            // done it.
            steps.add(new FileStep.Require(layout.live(), FileStep.Expected.ABSENT));
        }
        steps.add(new FileStep.MakeDirectory(".previous"));
        steps.add(new FileStep.CopyLink(layout.live(), "../", snapshot, layout.previous()));
        move.occupant()
                .ifPresentOrElse(
                        directory -> directory.replace(steps),
                        () -> steps.add(new FileStep.ReplaceLink(layout.token(move.epoch()), layout.live())));
        steps.add(new FileStep.RemoveTree(layout.flip(move.epoch())));
        performed.get().ifPresent(failure -> {
            Optional<HoldfastException> foreign = Occupant.cameMeanwhile(session, layout, failure.step());
            if (foreign.isEmpty()
                    && failure.step().equals(new FileStep.Require(layout.live(), FileStep.Expected.ABSENT))) {
                throw new TransientException(
                        Reason.CONFLICT,
                        "something was put at the live path of '" + layout.plugin() + "' meanwhile; look at it again");
            }
            throw move.occupant()
                    .flatMap(directory -> directory.refusal(session, failure.step(), failure.why()))
                    .or(() -> foreign)
                    .orElseGet(() -> FencedScript.explained(layout, failure));
        });
        // The target's answer, never an exit code alone, is the truth.
        if (!liveStamp(session, layout.plugin()).equals(Optional.of(move.stamp()))) {
            throw FencedScript.revoked(layout);
        }
    }

    private static Move move(
            TargetSession session, Layout layout, Stamp stamp, long epoch, Adoption way, Consumer<Stamp> replacing) {
        Optional<Entry> live = session.stat(layout.live());
        live.flatMap(Entry::linkTarget).flatMap(layout::stampOf).ifPresent(replacing);
        return new Move(layout, stamp, epoch, Occupant.of(session, live, layout, stamp, epoch, way), live.isEmpty());
    }

    /** One change of the live path; {@code absent} if nothing was seen there. */
    private record Move(Layout layout, Stamp stamp, long epoch, Optional<Occupant> occupant, boolean absent) {}

    /**
     * What is about to be staged.
     *
     * @param plugin the plugin
     * @param source where it comes from, for the marker
     * @param revision what the bundle holds
     * @param version the name of the revision, where it has one
     * @param stamp the folder
     * @param epoch the operation
     * @param owner whose it is, for the marker
     */
    public record Staging(
            PluginName plugin,
            String source,
            dev.holdfast.spi.Revision revision,
            Optional<String> version,
            Stamp stamp,
            long epoch,
            Optional<ReleaseOwner> owner) {

        private Marker.Label label() {
            return new Marker.Label(plugin, source, revision, version, stamp, epoch, owner);
        }
    }
}
