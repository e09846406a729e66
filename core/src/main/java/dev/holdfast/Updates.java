package dev.holdfast;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.OperationJournal.Opening;
import dev.holdfast.spi.Page;
import dev.holdfast.spi.Progress;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.UpdateStore;
import dev.holdfast.spi.UpdateStore.UpdateQuery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The operator's side of the update queue: list, apply exactly what was reviewed, dismiss, try again.
 *
 * <p>Safe for use by several threads and, with a durable store, several nodes: an update is applied once, whoever asks and
 * however often.
 */
public final class Updates {

    /** How often applying one update is tried before it is {@code FAILED}. */
    static final int MOST_ATTEMPTS = 5;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private final Engine engine;
    private final Installs installs;
    private final Recovery recovery;
    private final UpdateStore store;

    Updates(Engine engine, Installs installs, Recovery recovery) {
        this.engine = engine;
        this.installs = installs;
        this.recovery = recovery;
        this.store = engine.store().updates();
    }

    /** Lists what waits for a decision, newest first. */
    public Page<Update> pending(Page.Request page) {
        return store.list(UpdateQuery.of(UpdateStatus.PENDING), page);
    }

    /** Lists the newest {@link Page#LARGEST} that wait for a decision, newest first. */
    public List<Update> pending() {
        return pending(Page.Request.first(Page.LARGEST)).items();
    }

    /** Lists updates, newest first. */
    public Page<Update> list(UpdateQuery query, Page.Request page) {
        return store.list(query, page);
    }

    /** Lists the updates of one install, newest first, whatever became of them. */
    public Page<Update> history(InstallKey key, Page.Request page) {
        return store.list(UpdateQuery.of(key), page);
    }

    /** Returns one update. */
    public Optional<Update> find(long id) {
        return store.find(id);
    }

    /** As {@link #apply(long, Revision, String, Progress)}, without progress. */
    public ApplyResult apply(long id, Revision reviewed, String actor) {
        return apply(id, reviewed, actor, Progress.NONE);
    }

    /**
     * Delivers exactly the reviewed revision, once. Whoever asks while another caller applies it waits for that outcome and
     * gets the same answer. The work runs to its own deadline; a caller that is interrupted stops waiting, and changes
     * nothing else.
     *
     * @param reviewed the revision that the operator looked at; refused unless it is the update's
     * @param actor who asks, for the audit
     */
    public ApplyResult apply(long id, Revision reviewed, String actor, Progress progress) {
        Optional<Update> found = store.find(id);
        if (found.isEmpty()) {
            return new ApplyResult.NotFound();
        }
        Update update = found.get();
        if (!update.to().equals(reviewed)) {
            return new ApplyResult.Refused("update " + id + " is for revision "
                    + update.to().abbreviated() + ", and " + reviewed.abbreviated() + " was reviewed; look again");
        }
        if (!(update.subject() instanceof PluginSubject plugin)) {
            return new ApplyResult.Refused(
                    update.subject() + " is refreshed by the image watcher, which this host has not set up");
        }
        return engine.workers()
                .outliving("applying update " + id, () -> applied(update, plugin.key(), actor, progress));
    }

    /**
     * Declines a pending update; this revision is not queued again for its subject, another one is. Declining twice does
     * nothing.
     *
     * @param note why, for the audit
     * @return the update as it stands now; empty if there is none of that id
     */
    public Optional<Update> dismiss(long id, String actor, String note) {
        return told(store.dismiss(id, actor, note));
    }

    /**
     * Makes a failed update pending again.
     *
     * @return the update as it stands now, {@code PENDING} if that worked; empty if there is none of that id
     */
    public Optional<Update> retry(long id, String actor) {
        return told(store.retry(id, actor));
    }

    private Optional<Update> told(Optional<Update> update) {
        update.ifPresent(now -> engine.events().tell(new HoldfastEvent.Decided(now)));
        return update;
    }

    private ApplyResult applied(Update update, InstallKey key, String actor, Progress progress) {
        Deadline deadline = Deadline.after(engine.timings().operation());
        if (update.status() != UpdateStatus.PENDING) {
            return update.status() == UpdateStatus.APPLYING ? awaited(update, deadline) : closed(update);
        }
        Optional<Install> install = engine.store().installs().find(key);
        if (install.isEmpty()) {
            return new ApplyResult.Resolved();
        }
        try {
            return opened(update, install.get(), new Caller(actor, progress, deadline));
        } catch (HoldfastException e) {
            return e.reason() == Reason.FORBIDDEN
                    ? new ApplyResult.Refused(String.valueOf(e.getMessage()))
                    : new ApplyResult.Failed(e.reason(), String.valueOf(e.getMessage()));
        }
    }

    private record Caller(String actor, Progress progress, Deadline deadline) {}

    private ApplyResult opened(Update update, Install install, Caller caller) {
        while (true) {
            Opening opening = installs.openUpgrade(install, update, caller.actor());
            if (opening instanceof Opening.Opened opened) {
                installs.upgrade(opened.operation(), caller.progress(), caller.deadline());
                return new ApplyResult.Applied(store.find(update.id()).orElse(update));
            }
            if (!(opening instanceof Opening.Held held)
                    || held.holder().update().equals(OptionalLong.of(update.id()))) {
                return awaited(update, caller.deadline());
            }
            if (caller.deadline().hasPassed()) {
                Operation.Claim claim = held.holder().claim();
                return new ApplyResult.InProgress(claim.owner(), claim.until());
            }
            recovery.recover();
            Workers.pause(BETWEEN_LOOKS, caller.deadline());
        }
    }

    /** Waits for the caller that applies it now, on this node or another. */
    private ApplyResult awaited(Update seen, Deadline deadline) {
        while (true) {
            Optional<Update> now = store.find(seen.id());
            if (now.isEmpty()) {
                return new ApplyResult.NotFound();
            }
            if (now.get().status() == UpdateStatus.APPLIED) {
                return new ApplyResult.Applied(now.get());
            }
            if (now.get().status() == UpdateStatus.PENDING) {
                return new ApplyResult.Failed(
                        Reason.TARGET_FAILED, now.get().lastError().orElse("the attempt failed"));
            }
            if (now.get().status() != UpdateStatus.APPLYING) {
                return closed(now.get());
            }
            if (deadline.hasPassed()) {
                return inProgress(now.get());
            }
            recovery.recover();
            Workers.pause(BETWEEN_LOOKS, deadline);
        }
    }

    private ApplyResult inProgress(Update update) {
        InstallKey key = ((PluginSubject) update.subject()).key();
        return engine.store().journal().history(key, 1).stream()
                .findFirst()
                .map(Operation::claim)
                .<ApplyResult>map(claim -> new ApplyResult.InProgress(claim.owner(), claim.until()))
                .orElseGet(ApplyResult.NotFound::new);
    }

    private static ApplyResult closed(Update update) {
        return switch (update.status()) {
            case APPLIED -> new ApplyResult.AlreadyApplied();
            case DISMISSED -> new ApplyResult.Dismissed();
            case SUPERSEDED -> new ApplyResult.Superseded();
            case RESOLVED -> new ApplyResult.Resolved();
            case FAILED ->
                new ApplyResult.Failed(
                        Reason.CONFLICT,
                        "it failed before: " + update.lastError().orElse("no reason was recorded")
                                + "; retry it first");
            case PENDING, APPLYING -> throw new IllegalStateException(update + " is open");
        };
    }
}
