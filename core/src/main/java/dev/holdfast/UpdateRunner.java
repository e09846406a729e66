package dev.holdfast;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject.ImageSubject;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.UpdateStore;
import java.util.Optional;
import java.util.OptionalLong;

/** Applies one update for one caller, and goes on where another node began it and died. */
final class UpdateRunner {

    /**
     * Who asks.
     *
     * @param actor for the audit
     * @param rollout in whose turn; empty if by itself
     * @param waits whether to wait for what others do there
     */
    record Caller(String actor, OptionalLong rollout, boolean waits, Progress progress, Deadline deadline) {}

    private final Engine engine;
    private final Installs installs;
    private final Recovery recovery;
    private final UpdateStore store;
    private final Caller caller;

    UpdateRunner(Engine engine, Installs installs, Recovery recovery, Caller caller) {
        this.engine = engine;
        this.installs = installs;
        this.recovery = recovery;
        this.store = engine.store().updates();
        this.caller = caller;
    }

    /** Delivers exactly the reviewed revision, once. */
    ApplyResult applied(long id, Revision reviewed) {
        Optional<Update> found = store.find(id);
        if (found.isEmpty()) {
            return new ApplyResult.NotFound();
        }
        Update update = found.get();
        if (!update.to().equals(reviewed)) {
            return anotherRevision(update, reviewed);
        }
        return update.subject() instanceof PluginSubject plugin
                ? applied(update, plugin.key())
                : refreshed(update, ((ImageSubject) update.subject()).key());
    }

    static ApplyResult anotherRevision(Update update, Revision reviewed) {
        return new ApplyResult.Refused("update " + update.id() + " is for revision "
                + update.to().abbreviated() + ", and " + reviewed.abbreviated() + " was reviewed; look again");
    }

    private ApplyResult refreshed(Update update, WatchedImage key) {
        return engine.hooks()
                .images()
                .map(images -> images.apply(store, update, key, caller.actor()))
                .orElseGet(() -> new ApplyResult.Refused(
                        update.subject() + " is refreshed by the image watcher, which this host has not set up"));
    }

    /**
     * Goes on until there is an outcome: an attempt that its node did not live to finish is taken up by who waited for
     * it.
     */
    private ApplyResult applied(Update seen, InstallKey key) {
        Update update = seen;
        Optional<ApplyResult> outcome =
                update.status().isOpen() ? Optional.empty() : Optional.of(ApplyResult.of(update));
        while (outcome.isEmpty()) {
            if (update.status() == UpdateStatus.PENDING) {
                outcome = attempted(update, key);
            }
            if (outcome.isEmpty()) {
                outcome = caller.waits() ? awaited(update) : Optional.of(asItStands(update));
            }
            if (outcome.isEmpty()) {
                update = store.find(update.id()).orElse(update);
            }
        }
        return outcome.get();
    }

    /** Returns empty if another caller applies it, or if it was taken over and only its row says how it ended. */
    private Optional<ApplyResult> attempted(Update update, InstallKey key) {
        try {
            return opened(update, key);
        } catch (HoldfastException e) {
            return takenOver(e, update.id()) ? Optional.empty() : Optional.of(failed(e, update));
        }
    }

    /**
     * Where another node took over, or the store went away in the middle, what the row says in the end is the answer.
     */
    private boolean takenOver(HoldfastException e, long id) {
        return e.reason() == Reason.FENCED
                || (e.reason() == Reason.STORE
                        && store.find(id)
                                .filter(now ->
                                        now.status() == UpdateStatus.APPLYING || now.status() == UpdateStatus.APPLIED)
                                .isPresent());
    }

    private ApplyResult failed(HoldfastException e, Update update) {
        String why = String.valueOf(e.getMessage());
        if (e.reason() == Reason.FORBIDDEN || FailedAttempts.FORBIDDEN.contains(e.reason())) {
            return new ApplyResult.Refused(why);
        }
        return new ApplyResult.Failed(
                e.reason(),
                FailedAttempts.isOfTheNode(e)
                        ? "node '" + engine.node() + "' cannot apply update " + update.id() + ": " + why
                                + "; the update stays pending for a node that can"
                        : why);
    }

    private Optional<ApplyResult> opened(Update update, InstallKey key) {
        Wait wait = new Wait(recovery, caller.deadline());
        while (true) {
            Optional<Install> install = engine.store().installs().find(key);
            if (install.isEmpty()) {
                return Optional.of(new ApplyResult.Resolved());
            }
            installs.checkTrusted(install.get(), update, caller.actor(), caller.deadline());
            Opening opening = installs.openUpgrade(install.get(), update, caller.rollout(), caller.actor());
            if (opening instanceof Opening.Opened opened) {
                if (!installs.isStill(install.get())) {
                    installs.withdraw(opened.operation());
                    continue;
                }
                installs.upgrade(opened.operation(), install.get(), caller.progress(), caller.deadline());
                return Optional.of(
                        new ApplyResult.Applied(store.find(update.id()).orElse(update)));
            }
            Optional<ApplyResult> refused = refused(opening, key);
            if (refused.isPresent()) {
                return refused;
            }
            if (!(opening instanceof Opening.Held held)
                    || held.holder().update().equals(OptionalLong.of(update.id()))) {
                return Optional.empty();
            }
            if (!caller.waits() || caller.deadline().hasPassed()) {
                Operation.Claim claim = held.holder().claim();
                return Optional.of(new ApplyResult.InProgress(claim.owner(), claim.until()));
            }
            wait.behind(held.holder());
        }
    }

    private static Optional<ApplyResult> refused(Opening opening, InstallKey key) {
        if (opening instanceof Opening.Quarantined forbidden) {
            return Optional.of(new ApplyResult.Refused(
                    String.valueOf(forbidden.quarantine().refusal(key).getMessage())));
        }
        return opening instanceof Opening.Waits waits
                ? Optional.of(new ApplyResult.Refused(waits.why()))
                : Optional.empty();
    }

    /**
     * Waits for the caller that applies it now, on this node or another.
     *
     * @return empty if that attempt was broken off, and may be made once more
     */
    private Optional<ApplyResult> awaited(Update seen) {
        Wait wait = new Wait(recovery, caller.deadline());
        while (true) {
            Optional<Update> found = store.find(seen.id());
            if (found.isEmpty()) {
                return Optional.of(new ApplyResult.NotFound());
            }
            Update now = found.get();
            if (now.status() == UpdateStatus.APPLIED) {
                return Optional.of(new ApplyResult.Applied(now));
            }
            if (now.status() == UpdateStatus.PENDING) {
                return FailedAttempts.isBrokenOff(now) && !caller.deadline().hasPassed()
                        ? Optional.empty()
                        : Optional.of(new ApplyResult.Failed(
                                Reason.TARGET_FAILED, now.lastError().orElse("the attempt failed")));
            }
            if (now.status() != UpdateStatus.APPLYING) {
                return Optional.of(ApplyResult.of(now));
            }
            if (caller.deadline().hasPassed()) {
                return Optional.of(inProgress(now));
            }
            newest(now).ifPresentOrElse(wait::behind, wait::pause);
        }
    }

    private ApplyResult asItStands(Update seen) {
        Update now = store.find(seen.id()).orElse(seen);
        return now.status().isOpen() ? inProgress(now) : ApplyResult.of(now);
    }

    private Optional<Operation> newest(Update update) {
        InstallKey key = ((PluginSubject) update.subject()).key();
        return engine.store().history().newest(key);
    }

    private ApplyResult inProgress(Update update) {
        return newest(update)
                .map(Operation::claim)
                .<ApplyResult>map(claim -> new ApplyResult.InProgress(claim.owner(), claim.until()))
                .orElseGet(ApplyResult.NotFound::new);
    }
}
