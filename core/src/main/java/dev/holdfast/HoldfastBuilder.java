package dev.holdfast;

import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.inspection.InspectionSchedule;
import dev.holdfast.release.Adoption;
import dev.holdfast.release.BundleLimits;
import dev.holdfast.release.ReaderHolds;
import dev.holdfast.release.Reuse;
import dev.holdfast.spi.HealthProbe;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.WorkspaceReloader;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.trust.Admission;
import dev.holdfast.trust.TrustPolicy;
import dev.holdfast.webhook.Webhook;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/** Collects a host's parts and settings. Used by one thread; {@link #build()} may be called more than once. */
public final class HoldfastBuilder {

    private final Settings settings = new Settings();

    HoldfastBuilder() {}

    /**
     * Adds a resolver, one for each scheme. Without any nothing is installed or swept; recovery, rollback and the like
     * work.
     */
    public HoldfastBuilder resolver(SourceResolver resolver) {
        settings.resolvers.add(resolver);
        return this;
    }

    /** Adds a target; at least one is needed. The first that serves an address is taken. */
    public HoldfastBuilder target(DeliveryTarget target) {
        settings.targets.add(target);
        return this;
    }

    /** Sets the store; needed. */
    public HoldfastBuilder store(TrackingStore tracking) {
        settings.store = tracking;
        return this;
    }

    /** Sets what reloads a workspace after a change; by default nothing does. */
    public HoldfastBuilder reloader(WorkspaceReloader workspaces) {
        settings.reloader = workspaces;
        return this;
    }

    /** Sets which changes of files need a reload; by default all do. */
    public HoldfastBuilder reloadRule(ReloadRule rule) {
        settings.reloadRule = rule;
        return this;
    }

    /** As {@link #healthProbe(HealthProbe, Probation)}, with {@link Probation#standard()}. */
    public HoldfastBuilder healthProbe(HealthProbe looks) {
        return healthProbe(looks, Probation.standard());
    }

    /**
     * Sets what every applied update must pass, and how: one that does not is put back, ends {@code FAILED}, and its
     * revision is not offered to that install again. By default updates are on no probation.
     */
    public HoldfastBuilder healthProbe(HealthProbe looks, Probation rule) {
        settings.probe = looks;
        settings.probation = rule;
        return this;
    }

    /**
     * Sets that installs and repairs are on probation too, and what becomes of a first install that fails it; by
     * default only updates are. An install over another revision that fails it is put back, a repair stays. Needs a
     * {@link #healthProbe(HealthProbe, Probation)}; without one it means nothing.
     */
    public HoldfastBuilder probeInstalls(UnhealthyInstall then) {
        settings.unhealthyInstall = Optional.of(then);
        return this;
    }

    /** Sets how fast policies apply updates; default {@link Automation#standard()}. */
    public HoldfastBuilder automation(Automation limits) {
        settings.automation = limits;
        return this;
    }

    /**
     * Sets what runs work that outlives its caller: operations, reloads, probes, parallel sweeps. Default threads of
     * our own, made when there is work. Give virtual threads on Java 21 and newer
     * ({@code Executors.newVirtualThreadPerTaskExecutor()}), or one that carries your logging context. It has no bound
     * on its threads, since work waits there for other work, and stays open. The loops have threads of their own.
     */
    public HoldfastBuilder executor(Executor threads) {
        settings.executor = Optional.of(threads);
        return this;
    }

    /**
     * Sets who follows operations and their stages, for a host's traces: what a caller has open on its thread is the
     * parent of what it calls, also on our threads. By default nobody.
     */
    public HoldfastBuilder tracing(Tracing follows) {
        settings.tracing = Optional.of(follows);
        return this;
    }

    /** Sets how many upstreams a sweep asks at one time; default {@link Concurrency#standard()}. */
    public HoldfastBuilder sweepConcurrency(Concurrency bounds) {
        settings.sweeping = bounds;
        return this;
    }

    /**
     * Sets who watches images and applies their updates. It takes this builder's node, clock, executor and listeners,
     * beside listeners of its own, and starts and closes with what is built. Its ledger belongs to the same store.
     */
    public HoldfastBuilder images(ImageWatcher.Builder watcher) {
        settings.watcher = watcher;
        settings.images = null;
        return this;
    }

    /** Sets who applies updates of images; it keeps its ledger in the same store. The host starts and closes it. */
    public HoldfastBuilder images(ImageUpdates watcher) {
        settings.images = watcher;
        settings.watcher = null;
        return this;
    }

    /**
     * Sets who keeps the index of containers. It takes this builder's clock, executor and listeners, beside listeners
     * of its own, and starts and closes with what is built.
     */
    public HoldfastBuilder containers(ContainerReconciler.Builder reconciler) {
        settings.reconciler = reconciler;
        return this;
    }

    /** Adds a listener. */
    public HoldfastBuilder listener(HoldfastListener listener) {
        settings.listeners.add(listener);
        return this;
    }

    /**
     * Adds a receiver that is told by HTTP what the audit says, from one node at a time; each has a name of its own.
     * The first time that its name is seen it begins with what comes then.
     */
    public HoldfastBuilder webhook(Webhook receiver) {
        settings.webhooks.add(receiver);
        return this;
    }

    /**
     * Sets which files {@link Holdfast#verify} ignores where they were added to a release, such as
     * {@code __pycache__/**} and {@code *.pyc} of a plugin that runs from where it was delivered; default none. What
     * was delivered is compared whatever it is called. {@code *} and {@code ?} stand for letters of one segment,
     * {@code **} for any number of segments; a pattern matches at any depth unless it begins with a slash.
     */
    public HoldfastBuilder verifyIgnores(String... patterns) {
        settings.verifyIgnores = List.of(patterns);
        return this;
    }

    /** Sets how large a bundle may be; default {@link BundleLimits#standard()}. */
    public HoldfastBuilder limits(BundleLimits largest) {
        settings.limits = largest;
        return this;
    }

    /** Sets how long things may take; default {@link Timings#standard()}. */
    public HoldfastBuilder timings(Timings times) {
        settings.timings = times;
        return this;
    }

    /** Sets how often each upstream is asked; default 1 hour. */
    public HoldfastBuilder sweepEvery(Duration interval) {
        return timings(settings.timings.sweepEvery(interval));
    }

    /**
     * Sets which loops {@link Holdfast#start()} starts; default all, {@link BackgroundLoop#SWEEP} only where there is a
     * resolver, {@link BackgroundLoop#WEBHOOK} only where there is a webhook. What no node runs, the host calls itself.
     */
    public HoldfastBuilder loops(Set<BackgroundLoop> chosen) {
        settings.loops = Optional.of(Set.copyOf(chosen));
        return this;
    }

    /** Sets which sources may be installed and updated from; default all. A refusal is audited. */
    public HoldfastBuilder allow(Predicate<Source> sources) {
        settings.allowed = sources;
        return this;
    }

    /** Sets how many good releases stay on a target for rollback, the live one included; default 3, at least 1. */
    public HoldfastBuilder keepReleases(int count) {
        settings.keepReleases = count;
        return this;
    }

    /**
     * Sets for how long a good release stays after it was replaced, also if it is among the last {@link #keepReleases};
     * by default there is no limit. The live one and the good one before it stay whatever their age.
     */
    public HoldfastBuilder keepFor(Duration longest) {
        settings.keepFor = Optional.of(longest);
        return this;
    }

    /** Sets how long history is kept that decides nothing any more, see {@link Holdfast#prune}; default 400 days. */
    public HoldfastBuilder retention(Duration history) {
        settings.retention = history;
        return this;
    }

    /** Sets what a delivery does with a plain directory at the live path; default {@link Adoption#REFUSE}. */
    public HoldfastBuilder adoption(Adoption way) {
        settings.adoption = way;
        return this;
    }

    /**
     * Sets how readers hold the releases that they use; default {@link ReaderHolds#standard()}. What a reader holds
     * stays until the hold ends, whatever the grace and {@link #keepReleases}.
     */
    public HoldfastBuilder readerHolds(ReaderHolds rules) {
        settings.readerHolds = rules;
        return this;
    }

    /**
     * Sets how often installs are compared with what stands on their targets; default
     * {@link InspectionSchedule#standard()}.
     */
    public HoldfastBuilder inspections(InspectionSchedule schedule) {
        settings.inspection = schedule;
        return this;
    }

    /**
     * Sets what must be proved of sources before a byte of theirs reaches a target; by default nothing. Asked on
     * install, update, rollout and repair from the source, before the operation opens and again under it.
     */
    public HoldfastBuilder trust(TrustPolicy policy) {
        settings.trust = policy;
        return this;
    }

    /** Sets who has the last word on what is to be delivered, after the trust policy; by default nobody. */
    public HoldfastBuilder admission(Admission host) {
        settings.admission = host;
        return this;
    }

    /**
     * Sets whether deliveries take unchanged files from the release that is live; default {@link Reuse#off()}. A target
     * that makes no hard links, and one that gives what it delivers to an owner, sends everything.
     */
    public HoldfastBuilder reuse(Reuse way) {
        settings.reuse = way;
        return this;
    }

    /** Sets this node's name, unique among those that share the store; default a random one for each that is built. */
    public HoldfastBuilder node(String name) {
        settings.node = Optional.of(name);
        return this;
    }

    /** Sets the clock that release folders are named by; default the system's. */
    public HoldfastBuilder clock(Clock time) {
        settings.clock = time;
        return this;
    }

    /**
     * Checks all of it, without I/O and without starting a thread.
     *
     * @throws PermanentException if a part is missing, a setting is out of bounds, or two contradict each other as
     *     {@link Timings} says
     */
    public Holdfast build() {
        String node = settings.node();
        Attached attached = settings.attached(node);
        return new Holdfast(settings.engine(node, attached), attached);
    }
}
