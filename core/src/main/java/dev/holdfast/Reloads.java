package dev.holdfast;

import dev.holdfast.ChangeReport.Reload;
import dev.holdfast.internal.Contained;
import dev.holdfast.internal.OperationLog;
import dev.holdfast.release.FileDifference;
import dev.holdfast.release.ReleaseFiles;
import dev.holdfast.spi.Change;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.WorkspaceReloader;
import dev.holdfast.spi.delivery.TargetSession;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the workspace notice a change, unless the host's rule says that it need not. */
final class Reloads {

    private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);
    private static final Set<Kind> COMPARABLE = Set.of(Kind.INSTALL, Kind.UPGRADE, Kind.ROLLBACK);

    private final Engine engine;

    Reloads(Engine engine) {
        this.engine = engine;
    }

    /** @param phase how far the operation is known to have come; its lease is kept alive as long as the reload takes */
    Reload reload(Operation operation, Change change, Phase phase) {
        Optional<WorkspaceReloader> reloader = engine.hooks().reloader();
        if (reloader.isEmpty() || operation.kind() == Kind.COLLECT || isNotNeeded(operation, change)) {
            return new Reload.NotNeeded();
        }
        try {
            keepTheLease(operation, phase);
            engine.workers()
                    .watched(
                            engine.timings().lease().dividedBy(3),
                            () -> keepTheLease(operation, phase),
                            () -> reload(reloader.get(), operation, change));
            return new Reload.Taken();
        } catch (RuntimeException e) {
            if (e instanceof HoldfastException lost && lost.reason() == Reason.FENCED) {
                throw e;
            }
            OperationLog.about(operation, LOG.atWarn())
                    .setCause(e)
                    .log("reload of {} failed; the change stands", operation.key());
            return new Reload.Failed(String.valueOf(e.getMessage()));
        }
    }

    /** Its time begins here: what a store that hardly answers took before is not the reloader's. */
    private void reload(WorkspaceReloader reloader, Operation operation, Change change) {
        Deadline deadline = Deadline.after(engine.timings().recover());
        WorkspaceId workspace = operation.key().workspace();
        String what = "reloading " + workspace;
        engine.traced(
                Tracing.Kind.RELOAD,
                workspace,
                () -> engine.workers().within(deadline, what, () -> {
                    Contained.run(what, () -> reloader.reload(workspace, change, deadline));
                    return true;
                }));
    }

    /** A store that does not answer ends no reload: the lease may hold until it does. */
    private void keepTheLease(Operation operation, Phase phase) {
        boolean ours = true;
        try {
            ours = engine.store()
                    .journal()
                    .advance(operation, phase, engine.timings().lease());
        } catch (HoldfastException e) {
            OperationLog.about(operation, LOG.atInfo())
                    .addKeyValue("reason", e.reason())
                    .log("the lease of operation {} was not extended: {}", operation.id(), e.getMessage());
        }
        if (!ours) {
            throw Takeover.of(operation);
        }
    }

    /** Whatever is not known for certain needs a reload. */
    private boolean isNotNeeded(Operation operation, Change change) {
        Optional<ReloadRule> rule = engine.hooks().reloadRule();
        if (rule.isEmpty() || change.from().isEmpty() || !COMPARABLE.contains(change.kind())) {
            return false;
        }
        try (TargetSession session = engine.targets()
                .open(operation.address(), Deadline.after(engine.timings().recover()))) {
            return compared(session, operation, change)
                    .filter(compared -> !Contained.get(
                            "the rule for reloads",
                            () -> rule.get().needsReload(compared.difference(), compared.live())))
                    .isPresent();
        } catch (RuntimeException e) {
            OperationLog.about(operation, LOG.atWarn())
                    .setCause(e)
                    .log("what changed in {} could not be compared, so it is reloaded", operation.key());
            return false;
        }
    }

    private Optional<Compared> compared(TargetSession session, Operation operation, Change change) {
        boolean back = change.kind() != operation.kind();
        return new Releases(engine)
                .before(session, operation)
                .flatMap(older -> operation
                        .goal()
                        .flatMap(newer -> back
                                ? compared(session, operation, newer, older)
                                : compared(session, operation, older, newer)));
    }

    private Optional<Compared> compared(TargetSession session, Operation operation, Goal before, Goal live) {
        ReloadRule.PluginFiles read = (path, maxBytes) ->
                engine.installer().read(session, operation.key().plugin(), live.stamp(), path, maxBytes);
        return files(session, operation, before)
                .flatMap(older -> files(session, operation, live).map(newer -> new Compared(older.to(newer), read)));
    }

    /** What changed, and the files of the release that is live now. */
    private record Compared(FileDifference difference, ReloadRule.PluginFiles live) {}

    private Optional<ReleaseFiles> files(TargetSession session, Operation operation, Goal goal) {
        return engine.installer().files(session, operation.key().plugin(), goal.stamp());
    }
}
