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

    private static final int LARGEST_MARKER = 64 * 1024 * 1024;

    private final BundleLimits limits;

    private AtomicInstaller(BundleLimits limits) {
        this.limits = limits;
    }

    /** Returns an installer that refuses bundles beyond {@code limits}. */
    public static AtomicInstaller withLimits(BundleLimits limits) {
        return new AtomicInstaller(limits);
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
     * @throws PermanentException with {@link Reason#OCCUPIED} if something that is no link stands at the live path
     */
    public void swap(TargetSession session, PluginName plugin, Stamp stamp, long epoch) {
        Layout layout = new Layout(plugin);
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.Require(layout.staging(stamp) + "/" + Layout.MARKER, Expected.FILE));
        raise(session, layout, stamp, epoch, steps);
        steps.add(new FileStep.MakeDirectory(layout.releases()));
        steps.add(new FileStep.Rename(layout.staging(stamp), layout.release(stamp)));
        flip(session, layout, stamp, epoch, steps);
    }

    /**
     * Makes a release that is still on the target live again.
     *
     * @throws TransientException as {@link #swap} does
     * @throws PermanentException as {@link #swap} does
     */
    public void flip(TargetSession session, PluginName plugin, Stamp stamp, long epoch) {
        Layout layout = new Layout(plugin);
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.Require(layout.release(stamp) + "/" + Layout.MARKER, Expected.FILE));
        raise(session, layout, stamp, epoch, steps);
        flip(session, layout, stamp, epoch, steps);
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
        live.ifPresent(entry -> refuseForeign(layout, entry));
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
        perform(session, layout, steps);
    }

    /**
     * Removes staging left-overs, flips and lower fences, and all releases but those that {@code keep} lists and those the
     * links name. The caller holds the destination and gives its own epoch.
     *
     * @param keep stamps to leave alone
     * @return the stamps of the releases that were removed
     */
    public List<Stamp> collect(TargetSession session, PluginName plugin, long epoch, Collection<Stamp> keep) {
        Layout layout = new Layout(plugin);
        fence(session, plugin, epoch);
        Collection<Stamp> used = inUse(session, layout);
        List<FileStep> steps = new ArrayList<>();
        List<Stamp> removed = new ArrayList<>();
        for (Entry entry : session.list(layout.releases())) {
            layout.stampOf(layout.releases() + "/" + entry.name())
                    .filter(stamp -> !used.contains(stamp) && !keep.contains(stamp))
                    .ifPresent(stamp -> {
                        removed.add(stamp);
                        steps.add(new FileStep.RemoveTree(layout.release(stamp)));
                    });
        }
        steps.add(new FileStep.RemoveTree(layout.stagings()));
        steps.add(new FileStep.RemoveTree(layout.flips()));
        perform(session, layout, steps);
        return List.copyOf(removed);
    }

    /**
     * Removes everything of a plugin that is not installed any more: releases, snapshot, fences. The caller holds the
     * destination, and no reader needs it any more.
     */
    public void purge(TargetSession session, PluginName plugin) {
        Layout layout = new Layout(plugin);
        List<FileStep> steps = new ArrayList<>();
        steps.add(new FileStep.Require(layout.live(), Expected.ABSENT));
        for (String path :
                List.of(layout.previous(), layout.releases(), layout.stagings(), layout.flips(), layout.fences())) {
            steps.add(new FileStep.RemoveTree(path));
        }
        perform(session, layout, steps);
    }

    /** The link to be renamed over live comes first, the fence after it: a lower epoch that comes later finds one of them. */
    private static void raise(TargetSession session, Layout layout, Stamp stamp, long epoch, List<FileStep> steps) {
        session.stat(layout.live()).ifPresent(entry -> refuseForeign(layout, entry));
        steps.add(new FileStep.MakeDirectory(layout.pin(epoch)));
        steps.add(new FileStep.PointLink(layout.token(epoch), layout.release(stamp)));
        fence(layout, epoch, steps);
    }

    private void flip(TargetSession session, Layout layout, Stamp stamp, long epoch, List<FileStep> steps) {
        String snapshot = layout.pin(epoch) + "/" + layout.plugin();
        steps.add(new FileStep.MakeDirectory(".previous"));
        steps.add(new FileStep.CopyLink(layout.live(), "../", snapshot, layout.previous()));
        steps.add(new FileStep.ReplaceLink(layout.token(epoch), layout.live()));
        steps.add(new FileStep.RemoveTree(layout.flip(epoch)));
        perform(session, layout, steps);
        // The target's answer, never an exit code alone, is the truth.
        if (!liveStamp(session, layout.plugin()).equals(Optional.of(stamp))) {
            throw revoked(layout);
        }
    }

    private static void fence(Layout layout, long epoch, List<FileStep> steps) {
        steps.add(new FileStep.MakeDirectory(layout.fences()));
        steps.add(new FileStep.WriteFile(layout.fence(epoch), ""));
        steps.add(new FileStep.RequireNoneAbove(layout.fences(), epoch));
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

    private static void perform(TargetSession session, Layout layout, List<FileStep> steps) {
        FileScript script = new FileScript(steps);
        if (session.run(script) instanceof ScriptResult.Failed failed) {
            throw explained(layout, script.steps().get(failed.step()), failed);
        }
    }

    private static HoldfastException explained(Layout layout, FileStep step, ScriptResult.Failed failed) {
        boolean ours = step instanceof FileStep.RequireNoneAbove
                || step instanceof FileStep.ReplaceLink
                || (step instanceof FileStep.Rename rename && rename.from().equals(layout.live()));
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

    private static void refuseForeign(Layout layout, Entry entry) {
        if (entry.kind() != Entry.Kind.LINK) {
            throw new PermanentException(
                    Reason.OCCUPIED,
                    "at the live path of '" + layout.plugin() + "' stands a " + entry.kind()
                            + " that Holdfast did not put there; move it away, then install again");
        }
    }

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
