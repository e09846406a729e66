package dev.holdfast.release;

import dev.holdfast.Holdfast;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Puts releases live on a target, and takes them away, so that a reader who resolves the live path sees one whole tree
 * or the other at every moment: stage, fence, snapshot, swap, marker. It knows the layout and the order of steps, and
 * nothing of stores or sources.
 *
 * <p>Every change carries an epoch, and a lower one changes nothing once a higher one was seen on the target: the
 * higher one first plants its own fence, then takes away the links that lower ones would rename over the live path. A
 * check followed by a rename would not be enough; a rename of what is gone fails.
 *
 * <p>Safe for use by several threads, each with a session of its own. Most hosts use {@link Holdfast}, which keeps the
 * journal that makes these steps recoverable.
 */
public final class AtomicInstaller {

    private final BundleLimits limits;
    private final Adoption adoption;
    private final IgnoredFiles ignored;
    private final ReaderHolds holds;
    private final Reuse reuse;

    private AtomicInstaller(
            BundleLimits limits, Adoption adoption, IgnoredFiles ignored, ReaderHolds holds, Reuse reuse) {
        this.limits = limits;
        this.adoption = adoption;
        this.ignored = ignored;
        this.holds = holds;
        this.reuse = reuse;
    }

    /** Returns an installer that refuses bundles beyond {@code limits}, and live paths that something stands at. */
    public static AtomicInstaller withLimits(BundleLimits limits) {
        return new AtomicInstaller(limits, Adoption.REFUSE, IgnoredFiles.NONE, ReaderHolds.standard(), Reuse.off());
    }

    /** Returns an installer like this one whose {@link #swap} does so with a plain directory at the live path. */
    public AtomicInstaller adopting(Adoption way) {
        return new AtomicInstaller(limits, way, ignored, holds, reuse);
    }

    /**
     * Returns an installer like this one whose {@link #verify} leaves some files out: what running a plugin adds to it.
     *
     * @param patterns such as {@code __pycache__/**}; what was delivered is compared whatever it is called
     * @throws PermanentException with {@link Reason#INVALID_VALUE} if one is none, or would spare nothing
     */
    public AtomicInstaller ignoring(List<String> patterns) {
        return new AtomicInstaller(limits, adoption, IgnoredFiles.of(patterns), holds, reuse);
    }

    /** Returns how readers hold releases. */
    public ReaderHolds holding() {
        return holds;
    }

    /** Returns an installer like this one that lets readers hold releases in this way. */
    public AtomicInstaller holding(ReaderHolds readers) {
        return new AtomicInstaller(limits, adoption, ignored, readers, reuse);
    }

    /** Returns how deliveries take files from the release that is live. */
    public Reuse reusing() {
        return reuse;
    }

    /** Returns an installer like this one whose {@link #stage} takes files from {@link Staging#base} in this way. */
    public AtomicInstaller reusing(Reuse way) {
        return new AtomicInstaller(limits, adoption, ignored, holds, way);
    }

    /**
     * Uploads a bundle into the staging folder of its stamp, checked and hashed on the way, its marker last. Nothing is
     * live yet.
     *
     * @param release what the bundle is; its digest is computed here
     * @return the release as its marker describes it
     * @throws PermanentException with {@link Reason#BUNDLE_REFUSED} or {@link Reason#TOO_LARGE} if the bundle breaks a
     *     rule
     */
    public Release stage(TargetSession session, Staging release, Bundle bundle, Progress progress) {
        Layout layout = new Layout(release.plugin());
        ReusableFiles reusable = release.base()
                .map(base -> ReusableFiles.of(session, layout, base, reuse))
                .orElseGet(ReusableFiles::none);
        SealedBundle sealed = new SealedBundle(bundle, release.label(), limits, reusable);
        try {
            session.upload(layout.staging(release.stamp()), sealed, progress);
        } catch (RuntimeException e) {
            throw sealed.refusal().map(RuntimeException.class::cast).orElse(e);
        }
        holds.open(session, layout);
        return sealed.marker()
                .orElseThrow(() -> new TransientException(
                        Reason.TARGET_FAILED, "the upload ended before the bundle did; try again"))
                .release();
    }

    /**
     * Makes a staged release live.
     *
     * @throws TransientException with {@link Reason#FENCED} if a higher epoch is on the target; nothing changed. With
     *     any other reason the outcome is unknown: raise a fence, then look
     * @throws PermanentException with {@link Reason#OCCUPIED} if something that Holdfast did not put there stands at
     *     the live path, and is not to be adopted or cannot be
     */
    public void swap(TargetSession session, PluginName plugin, Stamp stamp, long epoch) {
        swap(session, plugin, stamp, epoch, live -> {});
    }

    /**
     * As {@link #swap(TargetSession, PluginName, Stamp, long)}.
     *
     * @param replacing sees the release that is live before anything changes, and may throw to keep it
     */
    public void swap(TargetSession session, PluginName plugin, Stamp stamp, long epoch, Consumer<Stamp> replacing) {
        Swap.of(session, new Layout(plugin), stamp, epoch, adoption, replacing).staged();
    }

    /**
     * As {@link #swap(TargetSession, PluginName, Stamp, long)}, without a look at the live path before, where it is as
     * expected.
     */
    public void swap(TargetSession session, PluginName plugin, Stamp stamp, long epoch, Incumbent incumbent) {
        Layout layout = new Layout(plugin);
        if (!Swap.expecting(session, layout, stamp, epoch, adoption, incumbent).stagedAsExpected()) {
            swap(session, plugin, stamp, epoch, incumbent::replace);
        }
    }

    /**
     * Makes a release that is still on the target live again.
     *
     * @throws TransientException as {@link #swap} does
     * @throws PermanentException with {@link Reason#OCCUPIED} if something that Holdfast did not put there stands at
     *     the live path
     */
    public void flip(TargetSession session, PluginName plugin, Stamp stamp, long epoch) {
        flip(session, plugin, stamp, epoch, live -> {});
    }

    /**
     * As {@link #flip(TargetSession, PluginName, Stamp, long)}.
     *
     * @param replacing sees the release that is live before anything changes, and may throw to keep it
     */
    public void flip(TargetSession session, PluginName plugin, Stamp stamp, long epoch, Consumer<Stamp> replacing) {
        Swap.of(session, new Layout(plugin), stamp, epoch, Adoption.REFUSE, replacing)
                .retained();
    }

    /**
     * Removes the live link, and the snapshot beside it. Releases stay for readers until they are collected.
     *
     * @throws TransientException as {@link #swap} does
     * @throws PermanentException with {@link Reason#OCCUPIED} if something that Holdfast did not put there stands at
     *     the live path
     */
    public void remove(TargetSession session, PluginName plugin, long epoch) {
        remove(session, plugin, epoch, live -> {});
    }

    /**
     * As {@link #remove(TargetSession, PluginName, long)}.
     *
     * @param removing sees the release that is live before anything changes, and may throw to keep it
     */
    public void remove(TargetSession session, PluginName plugin, long epoch, Consumer<Stamp> removing) {
        Layout layout = new Layout(plugin);
        Optional<Entry> live = session.stat(layout.live());
        AdoptedDirectory.foreign(live, layout).ifPresent(entry -> {
            throw AdoptedDirectory.refused(layout, entry);
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
        return Placements.live(session, plugin);
    }

    /**
     * Returns the release of a stamp as its marker describes it: {@link Placement.Live}, live or not, or
     * {@link Placement.Unmarked}.
     */
    public Placement release(TargetSession session, PluginName plugin, Stamp stamp) {
        return Placements.release(session, plugin, stamp);
    }

    /** Returns whose a release is; empty if it has no marker that can be read, or an old one that does not say. */
    public Optional<ReleaseOwner> owner(TargetSession session, PluginName plugin, Stamp stamp) {
        return Placements.marker(session, plugin, stamp)
                .flatMap(marker -> marker.label().owner());
    }

    /** Returns the files of a release, to compare them with others; empty if it has no marker that can be read. */
    public Optional<ReleaseFiles> files(TargetSession session, PluginName plugin, Stamp stamp) {
        return Placements.marker(session, plugin, stamp).map(marker -> new ReleaseFiles(marker.tree(), limits));
    }

    /**
     * Reads a file of a release; empty if there is none.
     *
     * @param path relative to the plugin's directory
     */
    public Optional<byte[]> read(TargetSession session, PluginName plugin, Stamp stamp, String path, int maxBytes) {
        return session.read(new Layout(plugin).release(stamp) + "/" + path, maxBytes);
    }

    /** Returns the files of a release that is not on its target: none. */
    public ReleaseFiles noFiles() {
        return new ReleaseFiles(new TreeManifest(Collections.emptySortedMap()), limits);
    }

    /** Reads the live release back, file by file, and compares it with what was delivered. */
    public Verification verify(TargetSession session, Install install) {
        return new Verifier(ignored).verify(session, install);
    }

    /**
     * Returns the paths of a release whose files were changed or removed on the target after their delivery, as one
     * listing shows it; no file is read. Empty if all are as they were delivered, if the target or the marker cannot
     * tell, or if nothing suggests that the release shares files with another one: then what a plugin does with its own
     * files is its own affair.
     */
    public List<String> changedFiles(TargetSession session, PluginName plugin, Stamp stamp) {
        Layout layout = new Layout(plugin);
        return ReleaseSurvey.of(session, layout, stamp)
                .filter(survey -> !reuse.isOff() || survey.marker().sharing().isPresent() || survey.shared())
                .map(ReleaseSurvey::changed)
                .orElse(List.of());
    }

    /** Returns whether every file of a release, live or not, is as it was delivered. */
    public boolean isAsDelivered(TargetSession session, PluginName plugin, Stamp stamp) {
        return new Verifier(ignored).compared(session, plugin, stamp) instanceof Verification.Intact;
    }

    /**
     * Writes a release as a tar archive, as {@link Holdfast#export} says.
     *
     * @throws IOException if {@code out} throws it
     */
    public void export(TargetSession session, Install install, OutputStream out) throws IOException {
        new ReleaseArchive(session, install).write(out);
    }

    /**
     * Returns whether a session and another one lead to the same directory: what this one marks there, that one sees.
     *
     * @param epoch of whoever holds the destination; the mark is its own and is gone at the end
     * @throws HoldfastException what either session throws
     */
    public boolean isSameDirectory(
            TargetSession session, PluginName plugin, long epoch, Supplier<TargetSession> other) {
        Layout layout = new Layout(plugin);
        String mark = layout.flip(epoch);
        FencedScript.perform(session, layout, List.of(new FileStep.MakeDirectory(mark)));
        try (TargetSession there = other.get()) {
            // A mark that is gone was taken away by somebody who works in this directory under another name.
            boolean same = there.stat(mark).isPresent() || session.stat(mark).isEmpty();
            FencedScript.perform(session, layout, List.of(new FileStep.RemoveTree(mark)));
            return same;
        }
    }

    /** Returns the stamps of the releases that are on the target, complete or not. */
    public Set<Stamp> stamps(TargetSession session, PluginName plugin) {
        Layout layout = new Layout(plugin);
        return session.list(layout.releases()).stream()
                .flatMap(entry -> layout.stampOf(layout.releases() + "/" + entry.name()).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns the stamp that the live path names; empty if nothing of ours does. */
    public Optional<Stamp> liveStamp(TargetSession session, PluginName plugin) {
        return Placements.liveStamp(session, new Layout(plugin));
    }

    /**
     * Removes what an operation that is over left behind: its staging folder, and its release folder where neither the
     * live path nor the snapshot names it, and no reader holds it. A release that is held stays until it is collected.
     *
     * @param epoch of whoever holds the destination
     */
    public void discard(TargetSession session, PluginName plugin, Stamp stamp, long epoch) {
        cleaner(session, plugin).discard(stamp, epoch);
    }

    /**
     * Puts a plain directory back to the live path that the swap of {@code stamp} had moved aside when it broke off;
     * does nothing if it moved none, or if something is there again.
     *
     * @param epoch of whoever holds the destination now
     */
    public void putBack(TargetSession session, PluginName plugin, Stamp stamp, long epoch) {
        AdoptedDirectory.putBack(session, new Layout(plugin), stamp, epoch);
    }

    /** Returns whether a swap that breaks off can leave the live path empty that was not. */
    public boolean leavesGaps() {
        return adoption == Adoption.GAP;
    }

    /**
     * Removes staging left-overs, flips and lower fences, and all releases but those that {@code keep} lists and those
     * the links name. The caller holds the destination and gives its own epoch.
     *
     * <p>What a reader holds stays as it is. What cannot be removed does not keep the rest; it stays without its
     * marker, so that nobody makes it live.
     *
     * @param keep stamps to leave alone
     * @param recent stamps whose swap is so recent that a directory which it adopted stays
     * @return the stamps of the releases that were removed
     * @throws TransientException as {@link #swap} does
     */
    public List<Stamp> collect(
            TargetSession session, PluginName plugin, long epoch, Collection<Stamp> keep, Collection<Stamp> recent) {
        return cleaner(session, plugin).collect(epoch, keep, recent).releases();
    }

    /** Returns what cleans up after a plugin on a target, step by step; {@link #collect} is all of it at once. */
    public ReleaseCleaner cleaner(TargetSession session, PluginName plugin) {
        return new ReleaseCleaner(session, new Layout(plugin), new HeldReleases(session, new Layout(plugin), holds));
    }

    /** Returns who holds releases of a plugin, as its target says; see {@link HeldReleases#list}. */
    public HeldReleases holds(TargetSession session, PluginName plugin) {
        return new HeldReleases(session, new Layout(plugin), holds);
    }

    /**
     * Removes everything of a plugin that is not installed any more: releases, snapshot, fences. The caller holds the
     * destination and gives its own epoch, and no reader needs it any more.
     *
     * @throws TransientException as {@link #swap} does; with {@link Reason#BUSY} if a reader holds a release, and
     *     nothing was removed
     */
    public void purge(TargetSession session, PluginName plugin, long epoch) {
        cleaner(session, plugin).purge(epoch);
    }
}
