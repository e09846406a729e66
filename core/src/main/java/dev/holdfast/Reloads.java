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
        String what = "reloading " + operation.key().workspace();
        engine.workers().within(deadline, what, () -> {
            Contained.run(what, () -> reloader.reload(operation.key().workspace(), change, deadline));
            return true;
        });
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
            return difference(session, operation, change)
                    .filter(difference -> !Contained.get(
                            "the rule for reloads", () -> rule.get().needsReload(difference)))
                    .isPresent();
        } catch (RuntimeException e) {
            OperationLog.about(operation, LOG.atWarn())
                    .setCause(e)
                    .log("what changed in {} could not be compared, so it is reloaded", operation.key());
            return false;
        }
    }

    private Optional<FileDifference> difference(TargetSession session, Operation operation, Change change) {
        Optional<ReleaseFiles> before =
                new Releases(engine).before(session, operation).flatMap(goal -> files(session, operation, goal));
        Optional<ReleaseFiles> goal = operation.goal().flatMap(wanted -> files(session, operation, wanted));
        boolean back = change.kind() != operation.kind();
        return before.flatMap(older -> goal.map(newer -> back ? newer.to(older) : older.to(newer)));
    }

    private Optional<ReleaseFiles> files(TargetSession session, Operation operation, Goal goal) {
        return engine.installer().files(session, operation.key().plugin(), goal.stamp());
    }
}
