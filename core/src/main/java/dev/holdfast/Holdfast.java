package dev.holdfast;

import dev.holdfast.audit.AuditTrail;
import dev.holdfast.audit.AuditVerification;
import dev.holdfast.containers.ContainerReconciler;
import dev.holdfast.fleet.Quarantines;
import dev.holdfast.fleet.Rollouts;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.inspection.Inspections;
import dev.holdfast.inspection.Inspector;
import dev.holdfast.release.Placement;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.fleet.LabelStore;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpstreamStore.UpstreamStatus;
import dev.holdfast.trust.StaleSource;
import dev.holdfast.trust.Trust;
import dev.holdfast.webhook.Webhooks;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.module.ModuleDescriptor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs versioned plugins into running workspaces atomically, remembers what is installed from where, and notices
 * when upstream has moved.
 *
 * <p>A host builds one, starts it, and closes it. Nothing runs before {@link #start()}, and every loop that it starts
 * only calls a public method ({@link #recover()}, {@link DriftSweeper#sweep()}, {@link Updates#applyDue()},
 * {@link #collect()}, {@link Inspections#inspect()}, {@link AuditTrail#seal()}, {@link Webhooks#deliver()}), so a host
 * with a scheduler of its own need not start it at all.
 *
 * <p>Safe for use by several threads; with a durable store, any number of nodes work on the same installs together.
 * Methods throw {@link dev.holdfast.spi.TransientException} when trying again later may help and
 * {@link PermanentException} when a person must act.
 */
public final class Holdfast implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Holdfast.class);

    private final Engine engine;
    private final Recovery recovery;
    private final Installs installs;
    private final DriftSweeper sweeper;
    private final Updates updates;
    private final Rollouts rollouts;
    private final Pruner pruner;
    private final Inspector inspector;
    private final Inspections inspections;
    private final AuditTrail auditTrail;
    private final FreshnessPass freshness;
    private final Webhooks webhooks;
    private final Loops loops;
    private final Attached attached;
    private final HealthCheck health;

    Holdfast(Engine engine, Attached attached) {
        this.engine = engine;
        this.attached = attached;
        this.recovery = new Recovery(engine);
        this.installs = new Installs(engine, new OperationRunner(engine, recovery));
        this.sweeper = new DriftSweeper(engine);
        this.updates = new Updates(engine, installs, recovery);
        this.rollouts = new Rollouts(
                engine.store(), engine.quarantines(), engine.news()::tell, installs::rollback, engine.workers()::each);
        this.inspector = new TargetInspector(engine, installs);
        this.inspections =
                new Inspections(engine.store().inspections(), inspector, engine.events()::tell, engine.inspecting());
        this.auditTrail = new AuditTrail(
                engine.store().auditChain(),
                engine.events()::tell,
                engine.rules().clock());
        this.freshness = new FreshnessPass(engine);
        this.pruner = new Pruner(engine, auditTrail);
        this.webhooks = new Webhooks(
                engine.hooks().webhooks(),
                auditTrail,
                engine.store().auditChain(),
                engine.store().webhooks(),
                new Webhooks.Setting(engine.node(), engine.rules().clock()));
        this.loops = new Loops(works(), webhooks, engine.rules());
        this.health = new HealthCheck(engine, loops, attached, auditTrail, webhooks);
        attached.started().to(this::started);
    }

    /** Returns a builder without any parts. */
    public static HoldfastBuilder builder() {
        return new HoldfastBuilder();
    }

    private Map<BackgroundLoop, Runnable> works() {
        return Map.of(
                BackgroundLoop.RECOVER, this::recover,
                BackgroundLoop.POLICY, updates::applyDue,
                BackgroundLoop.SWEEP,
                        () -> {
                            sweeper.sweep();
                            freshness.lookWhenDue();
                        },
                BackgroundLoop.COLLECT,
                        () -> {
                            collect();
                            pruner.pruneWhenDue();
                        },
                BackgroundLoop.INSPECT, inspections::inspect,
                BackgroundLoop.SEAL, auditTrail::seal);
    }

    private void started(String container) {
        if (inspections.hasten(container) > 0) {
            loops.hasten(BackgroundLoop.INSPECT);
        }
    }

    /**
     * Starts the loops: recovery and the first sweep at once, then each at its interval; also those of {@link #images}
     * and {@link #containers}. Starting twice does nothing. Logs a line with version, node, sources and loops at
     * {@code INFO}.
     *
     * @throws IllegalStateException after {@link #close()}
     */
    public void start() {
        if (!loops.start()) {
            return;
        }
        attached.start();
        LOG.info(
                "Holdfast {} started as node '{}': sources {}, {} targets, loops {}",
                version(),
                engine.node(),
                engine.resolvers().schemes(),
                engine.targets().targets().size(),
                engine.rules().loops());
    }

    private static String version() {
        return Optional.ofNullable(Holdfast.class.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .or(() -> Optional.ofNullable(Holdfast.class.getPackage().getImplementationVersion()))
                .orElse("of a build without a version");
    }

    /**
     * Stops the loops and waits a bounded time for work under way; what does not end is left to recovery. Resolvers,
     * targets and stores that the host gave stay open. May be called twice.
     */
    @Override
    public void close() {
        boolean started = loops.isRunning();
        webhooks.close();
        loops.close();
        attached.close();
        engine.workers().close();
        if (started) {
            LOG.info("Holdfast node '{}' is closed", engine.node());
        }
    }

    /**
     * Installs a plugin, or brings an installed one to what the request's source stands at now. If that revision is
     * live already, nothing is delivered. An interrupted caller stops waiting; the install goes on to its own deadline.
     *
     * @throws PermanentException before any change if the request is wrong or contradicts what is recorded; with
     *     {@link Reason#BUNDLE_REFUSED} or {@link Reason#TOO_LARGE} if the bundle breaks a rule; with
     *     {@link Reason#UNSIGNED}, {@link Reason#SIGNATURE_REFUSED}, {@link Reason#SIGNER_REFUSED},
     *     {@link Reason#SIGNER_CHANGED} or {@link Reason#ORIGIN_CHANGED} if the trust policy refuses it,
     *     {@link Reason#NOT_ADMITTED} if the host's admission does
     * @throws dev.holdfast.spi.TransientException if it could not be done now; what was live before is live, or, where
     *     the message says that the outcome is not known, {@link #recover()} finishes or undoes it
     */
    public ChangeReport install(InstallRequest request) {
        return installs.install(request);
    }

    /**
     * Removes a plugin from its workspace. Its releases stay on the target for their readers until the grace has passed
     * and {@link #collect()} ran, and longer where a reader holds one; the report names who does.
     *
     * @throws PermanentException with {@link Reason#NOT_INSTALLED} if it is not installed
     */
    public ChangeReport uninstall(InstallKey key, String actor) {
        return installs.uninstall(key, actor);
    }

    /**
     * Makes the release live again that was live before, without asking the source. The revision it leaves is
     * remembered as bad for this install and not queued again.
     *
     * @throws PermanentException with {@link Reason#NOTHING_TO_ROLL_BACK} if no earlier good release is on the target
     */
    public ChangeReport rollback(InstallKey key, String actor) {
        return installs.rollback(key, actor);
    }

    /**
     * Makes a chosen release live again, as {@link #rollback(InstallKey, String)} does with the one before.
     *
     * @param to a release that {@link #releases} lists; it may be one that is remembered as bad
     * @param reason why, for the audit
     * @throws PermanentException with {@link Reason#NOTHING_TO_ROLL_BACK} if that release is not on the target any
     *     more; with {@link Reason#CONFLICT} if it holds the revision that is installed
     */
    public ChangeReport rollback(InstallKey key, Stamp to, String actor, String reason) {
        return installs.rollback(key, to, actor, reason);
    }

    /**
     * Lists the complete releases of a plugin that are on its target, newest first: what can be rolled back to.
     *
     * @throws PermanentException with {@link Reason#NOT_INSTALLED} if nothing is recorded
     */
    public List<RetainedRelease> releases(InstallKey key) {
        return installs.releases(key);
    }

    /**
     * Sets who decides on the updates of an install from now on; by default an operator does. A reinstall keeps it, an
     * uninstall ends it.
     *
     * @throws PermanentException with {@link Reason#NOT_INSTALLED} if it is not installed
     */
    public void setPolicy(InstallKey key, UpdatePolicy policy, String actor) {
        Install install = installs.installed(key);
        engine.store().installs().setPolicy(install.key(), policy, actor);
    }

    /**
     * Says why an install is at the revision it is at and nothing happens to it, and when something can happen next.
     * Reads the store only.
     *
     * @throws PermanentException with {@link Reason#NOT_INSTALLED} if it is not installed
     */
    public Explanation explain(InstallKey key) {
        return new Explainer(engine, installs.installed(key)).explain();
    }

    /** Returns what is recorded of one plugin. */
    public Optional<Install> find(InstallKey key) {
        return engine.store().installs().find(key);
    }

    /** Lists what is recorded, ordered by workspace, then plugin. */
    public Page<Install> installs(Page.Request page) {
        return engine.store().installs().list(page);
    }

    /** Lists what is recorded for one workspace, ordered by plugin. */
    public Page<Install> installs(WorkspaceId workspace, Page.Request page) {
        return engine.store().installs().list(workspace, page);
    }

    /** Streams all that is recorded for one workspace, ordered by plugin, page by page; see {@link Page#stream}. */
    public Stream<Install> installs(WorkspaceId workspace) {
        return Page.stream(page -> installs(workspace, page));
    }

    /**
     * Returns what stands at a plugin's live path now, read from its target.
     *
     * @throws PermanentException with {@link Reason#NOT_INSTALLED} if nothing is recorded, so that no place is known
     */
    public Placement placement(InstallKey key) {
        return inspector.placement(installs.installed(key));
    }

    /**
     * Reads every file of the live release back from its target and compares it with what was delivered.
     *
     * @throws PermanentException with {@link Reason#NOT_INSTALLED} if nothing is recorded
     */
    public Verification verify(InstallKey key) {
        return inspector.verify(installs.installed(key));
    }

    /**
     * Makes the recorded revision whole again where {@link #verify} finds it damaged or missing: from an undamaged
     * release of the same content that is still on the target, without the source; else by fetching exactly that
     * revision. If all is intact, nothing is changed and the report says so.
     *
     * @throws PermanentException with {@link Reason#NOT_INSTALLED} if nothing is recorded; with {@link Reason#OCCUPIED}
     *     if something that Holdfast did not put there stands at the live path; with {@link Reason#REVISION_NOT_FOUND}
     *     if no release is whole and the source does not have the revision any more
     * @throws dev.holdfast.spi.TransientException as {@link #install} does; with {@link Reason#CONFLICT} if what is
     *     recorded was changed meanwhile
     */
    public ChangeReport repair(InstallKey key, String actor) {
        return installs.repair(key, actor);
    }

    /**
     * Writes an installed plugin as a tar archive: exactly the release that is recorded, read back from its target,
     * whatever stands at the live path. It holds one directory of the plugin's name, with the modes of a delivery; our
     * marker, and files that somebody has added, are left out. What is written is bounded by the bundle, what is held
     * in memory by the number of its entries. Ends within {@link Timings#operation}, however slowly {@code out} takes
     * it.
     *
     * @param out stays open; nothing is written to it before every file was found to be as it was delivered
     * @return which release it is
     * @throws PermanentException with {@link Reason#NOT_INSTALLED} if nothing is recorded; with {@link Reason#CONFLICT}
     *     if the release is damaged or gone: {@link #repair} it
     * @throws dev.holdfast.spi.TransientException if it changed while it was written, or its target failed; the archive
     *     is then cut short, and lacks its end
     * @throws IOException if {@code out} throws it
     */
    public Release export(InstallKey key, OutputStream out) throws IOException {
        Install install = installs.installed(key);
        try (TargetSession session = engine.targets()
                .open(install.address(), Deadline.after(engine.timings().operation()))) {
            engine.installer().export(session, install, out);
            return install.release();
        }
    }

    /**
     * Streams the operations of one install, newest first, page by page: what was done, by whom, and how it ended; see
     * {@link Page#stream}.
     */
    public Stream<Operation> operations(InstallKey key) {
        return Page.stream(page -> operations(key, page));
    }

    /** Lists the operations of one install, newest first. */
    public Page<Operation> operations(InstallKey key, Page.Request page) {
        return engine.store().history().list(key, page);
    }

    /**
     * Drops a workspace that the host deletes, which is all that a host has to do: installs, open updates, open
     * operations. Touches no target.
     *
     * @return how many installs were dropped
     */
    public int forget(WorkspaceId workspace, String actor) {
        return engine.store().installs().forget(workspace, actor);
    }

    /**
     * Returns who holds which release of a workspace's plugins, read from their targets: one listing for each install,
     * and two calls more where something is held. A hold that has ended is removed on the way. What an uninstalled
     * plugin has left is in {@link CollectReport#held}.
     */
    public HoldReport holds(WorkspaceId workspace) {
        return new Holds(engine).list(workspace);
    }

    /**
     * Ends a hold against its reader's will, so that the release can be collected; audited as {@code break-hold} before
     * it is tried. The reader finds out when it renews the hold, and until then may read files that go.
     *
     * @return false if it had ended already
     * @throws dev.holdfast.spi.HoldfastException if the target cannot be reached, or does not let the file go
     */
    public boolean breakHold(ReaderHold hold, String actor) {
        return new Holds(engine).end(hold, actor);
    }

    /** Finishes or undoes every operation whose node has died. Doing it again changes nothing. */
    public RecoveryReport recover() {
        return recovery.recover();
    }

    /**
     * Looks at the places that are due, and removes staging left-overs, and releases beyond the last good ones whose
     * readers have had their grace. Never what is live, never what it replaced, never what is under way, never what a
     * reader holds. A place is due when an operation has ended there, when the next grace has passed, and, where it
     * could not be looked at, after a wait that grows to six hours; on one node. A look that finds nothing is not
     * recorded.
     */
    public CollectReport collect() {
        return new ReleaseCollector(engine).collect();
    }

    /**
     * Forgets audit entries, closed operations and closed updates that are older, in small transactions. What rollback,
     * retention of releases or a dismissal needs stays, and so does an audit entry that is not sealed, once sealing has
     * begun. The collect loop does so once a day with {@link HoldfastBuilder#retention}, after a look through the
     * sealed audit; any number of nodes may do so at once.
     *
     * @param olderThan at least the grace
     * @return how many rows went
     */
    public long prune(Duration olderThan) {
        return pruner.prune(olderThan);
    }

    /** Returns the drift sweeper. */
    public DriftSweeper sweeper() {
        return sweeper;
    }

    /** Returns the queue of updates. */
    public Updates updates() {
        return updates;
    }

    /** Returns the rollouts: revisions on their way through the fleet, ring by ring. */
    public Rollouts rollouts() {
        return rollouts;
    }

    /** Returns what may not be installed where. */
    public Quarantines quarantines() {
        return engine.quarantines();
    }

    /** Returns what was seen of the installs on their targets, and what differs from its record. */
    public Inspections inspections() {
        return inspections;
    }

    /** Returns who signed what so far, and what is trusted: pins, and what a person decides about them. */
    public Trust trust() {
        return engine.trust();
    }

    /**
     * Looks whether sources have signed something within the time of their trust rule, and asks those that seem not to
     * have; {@link Trust#stale()} and {@link #health()} have what was found. The sweep loop does so once a day. Does
     * nothing where no rule asks for it.
     */
    public List<StaleSource> lookAtFreshness() {
        freshness.look();
        return engine.trust().stale();
    }

    /** Returns who is told by HTTP what the audit says: how each stands, and what a person decides about them. */
    public Webhooks webhooks() {
        return webhooks;
    }

    /** Returns the labels of workspaces and installs: set them, read them, list installs by them. */
    public LabelStore labels() {
        return engine.store().fleet().labels();
    }

    /** Returns the watcher of {@link HoldfastBuilder#images(ImageWatcher.Builder)}; empty if none was given there. */
    public Optional<ImageWatcher> images() {
        return attached.images();
    }

    /** Returns the reconciler of {@link HoldfastBuilder#containers}; empty if none was given. */
    public Optional<ContainerReconciler> containers() {
        return attached.containers();
    }

    /** Lists what is known of the upstreams that installs follow, ordered by key. */
    public Page<UpstreamStatus> upstreams(Page.Request page) {
        return engine.store().upstreams().list(page);
    }

    /**
     * Says how this Holdfast stands: its store, the upstreams, what waits, its loops, and one verdict. Ends within two
     * seconds whatever hangs, never throws, and reads the store with a few short queries; callers at the same time
     * share them.
     */
    public Health health() {
        return health.look();
    }

    /** Lists the record of decisions and changes, newest first. */
    public Page<AuditEntry> audit(Page.Request page) {
        return engine.store().audit().list(page);
    }

    /** Lists the record of decisions and changes of one workspace, newest first. */
    public Page<AuditEntry> audit(WorkspaceId workspace, Page.Request page) {
        return engine.store().audit().list(workspace, page);
    }

    /** Returns the seals of that record: what shows whether somebody has changed it. */
    public AuditTrail auditTrail() {
        return auditTrail;
    }

    /**
     * Looks through the sealed audit, and names the first entry that was changed, deleted or put in; see
     * {@link AuditTrail#verify()}, and {@link AuditTrail#verify(dev.holdfast.audit.AuditCheckpoint)} for what only a
     * checkpoint shows.
     */
    public AuditVerification verifyAudit() {
        return auditTrail.verify();
    }
}
