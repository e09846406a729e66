package dev.holdfast;

import dev.holdfast.internal.OperationLog;
import dev.holdfast.release.ReleaseOwner;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.TargetSession;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the release that is live may make way for an operation. What another install has recorded may not, by
 * whatever name that one knows the directory: a link, a second mount, another name of the host.
 */
final class LiveOwner {

    private static final Logger LOG = LoggerFactory.getLogger(LiveOwner.class);

    private final Engine engine;

    LiveOwner(Engine engine) {
        this.engine = engine;
    }

    /**
     * Refuses to replace or remove what is not the operation's own. Made under the operation, right before the change.
     *
     * @param asked whether a person wants to replace a release that nobody here has recorded
     * @throws PermanentException with {@link Reason#CONFLICT} if another install has recorded what is live, with
     *     {@link Reason#OCCUPIED} if it was delivered for another workspace that has recorded nothing
     * @throws TransientException with {@link Reason#CONFLICT} if another install is being changed, or cannot be looked
     *     at
     */
    void check(Operation operation, TargetSession session, Stamp live, boolean asked) {
        if (isKnown(operation, live)) {
            return;
        }
        ReleaseOwner ours = new ReleaseOwner(operation.key().workspace(), operation.address());
        engine.installer()
                .owner(session, operation.key().plugin(), live)
                .filter(owner -> !owner.equals(ours))
                .ifPresent(owner -> check(operation, session, live, asked, owner));
    }

    private boolean isKnown(Operation operation, Stamp live) {
        return operation.goal().map(Goal::stamp).equals(Optional.of(live))
                || recorded(operation.key())
                        .map(install -> install.release().stamp())
                        .equals(Optional.of(live));
    }

    private void check(Operation operation, TargetSession session, Stamp live, boolean asked, ReleaseOwner owner) {
        InstallKey key = new InstallKey(owner.workspace(), operation.key().plugin());
        Optional<Install> other =
                recorded(key).filter(install -> install.address().equals(owner.address()));
        if (other.isPresent() || isUnderWay(key, owner)) {
            if (isOneDirectory(operation, session, owner)) {
                String what = operation.address() + " is the same directory as " + owner.address()
                        + ", where workspace '" + owner.workspace() + "' ";
                throw other.isPresent()
                        ? new PermanentException(
                                Reason.CONFLICT,
                                what + "has '" + key.plugin()
                                        + "'; uninstall it there, or choose another name or address")
                        : new TransientException(Reason.CONFLICT, what + "is being changed; look at it again");
            }
        } else if (!asked && !owner.workspace().equals(operation.key().workspace())) {
            throw new PermanentException(
                    Reason.OCCUPIED,
                    "at " + operation.destination() + " stands release " + live + ", delivered for workspace '"
                            + owner.workspace() + "' at " + owner.address()
                            + ", which nobody here has recorded; move it away, or install with replacingSource()");
        }
    }

    /** Its release may be live and not recorded yet. */
    private boolean isUnderWay(InstallKey key, ReleaseOwner owner) {
        return engine.underWay(key)
                .filter(operation -> operation.address().equals(owner.address()))
                .isPresent();
    }

    /**
     * Takes the plugin away. Where another install is live in the same directory, ours is not, and the other one stays:
     * we may have taken ours away before it came.
     */
    void remove(Operation operation, TargetSession session) {
        try {
            engine.installer()
                    .remove(
                            session,
                            operation.key().plugin(),
                            operation.epoch(),
                            live -> check(operation, session, live, false));
        } catch (PermanentException e) {
            if (e.reason() != Reason.CONFLICT) {
                throw e;
            }
            OperationLog.about(operation, LOG.atInfo())
                    .log("what is live at {} stays: {}", operation.destination(), e.getMessage());
        }
    }

    /** Returns whether what is live is another install's, recorded in the same directory. */
    boolean isAnothers(Operation operation, TargetSession session) {
        try {
            engine.installer()
                    .liveStamp(session, operation.key().plugin())
                    .ifPresent(live -> check(operation, session, live, true));
            return false;
        } catch (PermanentException e) {
            return true;
        }
    }

    /** A mark that only this operation makes is to be seen at the other address, or is not. */
    private boolean isOneDirectory(Operation operation, TargetSession session, ReleaseOwner other) {
        try {
            return engine.installer()
                    .isSameDirectory(
                            session,
                            operation.key().plugin(),
                            operation.epoch(),
                            () -> engine.targets()
                                    .open(
                                            other.address(),
                                            Deadline.after(engine.timings().recover())));
        } catch (HoldfastException e) {
            if (e.reason() == Reason.TARGET_NOT_FOUND) {
                return false;
            }
            throw new TransientException(
                    Reason.CONFLICT,
                    "at " + operation.destination() + " stands a release that workspace '" + other.workspace()
                            + "' has at " + other.address()
                            + "; whether that is the same directory cannot be told now: "
                            + e.getMessage() + "; try again later",
                    e);
        }
    }

    private Optional<Install> recorded(InstallKey key) {
        return engine.store().installs().find(key);
    }
}
