package dev.holdfast;

import dev.holdfast.UpdateRunner.Caller;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.internal.PolicyHold;
import dev.holdfast.release.FileLines;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The operator's side of the update queue: list, apply exactly what was reviewed, dismiss, try again.
 *
 * <p>Safe for use by several threads and, with a durable store, several nodes: an update is applied once, whoever asks
 * and however often.
 */
public final class Updates {

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

    /** Streams all that wait for a decision, newest first, page by page; see {@link Page#stream}. */
    public Stream<Update> pending() {
        return Page.stream(this::pending);
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

    /**
     * Returns what applying an update would change: the commits, where the source tells them, and the files. Fetches
     * the offered revision, so that applying it later need not, and refuses what a delivery would refuse; changes
     * nothing. What the trust policy says of it is part of the answer, also where that refuses it. Where what is
     * recorded is not on the target any more, all files are new.
     *
     * @return empty if there is no update of that id, or nothing is installed any more
     */
    public Optional<UpdateChanges> changes(long id) {
        return ofInstalled(id, new Preview(engine)::of);
    }

    /**
     * Returns which lines of the files that {@link #changes} calls changed would change: of the first 50 by path, up to
     * 64 KiB and 400 lines each. Reads those files from the target and the source; changes nothing.
     *
     * @return empty if there is no update of that id, or nothing is installed any more
     */
    public Optional<List<FileLines>> lines(long id) {
        return ofInstalled(id, new ChangedLines(engine)::of);
    }

    private <T> Optional<T> ofInstalled(long id, BiFunction<Update, Install, T> look) {
        return store.find(id)
                .flatMap(update -> update.subject() instanceof PluginSubject plugin
                        ? engine.store().installs().find(plugin.key()).map(install -> look.apply(update, install))
                        : Optional.empty());
    }

    /** As {@link #apply(long, Revision, String, Progress)}, without progress. */
    public ApplyResult apply(long id, Revision reviewed, String actor) {
        return apply(id, reviewed, actor, Progress.NONE);
    }

    /**
     * Delivers exactly the reviewed revision, once. Whoever asks while another caller applies it waits for that outcome
     * and gets the same answer; if the node that applies it dies, one of those who wait goes on in its place. The work
     * runs to its own deadline; a caller that is interrupted stops waiting, and changes nothing else. An update of an
     * image is refreshed by the host's {@link ImageWatcher}, see {@link HoldfastBuilder#images}.
     *
     * @param reviewed the revision that the operator looked at; refused unless it is the update's
     * @param actor who asks, for the audit
     */
    public ApplyResult apply(long id, Revision reviewed, String actor, Progress progress) {
        return outliving(id, () -> {
            Deadline deadline = Deadline.after(engine.timings().operation());
            Caller caller = new Caller(actor, OptionalLong.empty(), true, progress, deadline);
            return new UpdateRunner(engine, installs, recovery, caller).applied(id, reviewed);
        });
    }

    /**
     * Applies an update as a policy wants it, in the turn of a rollout or by itself. What another node does there
     * meanwhile is not waited for: the next pass looks again.
     */
    private ApplyResult apply(Update update, OptionalLong rollout) {
        return outliving(update.id(), () -> {
            Deadline deadline = Deadline.after(engine.timings().operation());
            Caller caller = new Caller(PolicyHold.ACTOR, rollout, false, Progress.NONE, deadline);
            return new UpdateRunner(engine, installs, recovery, caller).applied(update.id(), update.to());
        });
    }

    private ApplyResult outliving(long id, Supplier<ApplyResult> work) {
        String update = "update " + id;
        return engine.workers()
                .outliving(
                        "applying " + update, () -> engine.traced(Tracing.Kind.APPLY, update, work, Updates::failure));
    }

    private static Optional<HoldfastException> failure(ApplyResult result) {
        return result instanceof ApplyResult.Failed failed
                ? Optional.of(new PermanentException(failed.reason(), failed.why()))
                : Optional.empty();
    }

    /**
     * As {@link #apply(long, Revision, String)} for many updates, eight at one time. One that fails, is refused or
     * unknown keeps no other from its turn. Calling it again with the same updates applies none twice. A caller that is
     * interrupted stops waiting, and the work goes on.
     *
     * @param reviewed at most 1000, each with the revision that the operator looked at
     * @param told hears each answer as it comes, on several threads; what it throws ends the call
     * @return an answer for each, in the order in which they were given
     * @throws PermanentException with {@link Reason#INVALID_VALUE} if there are more
     */
    public List<BulkAnswer> applyAll(List<ReviewedUpdate> reviewed, String actor, Consumer<BulkAnswer> told) {
        return new ManyUpdates(engine.workers(), reviewed, told)
                .decide(update -> apply(update.id(), update.revision(), actor, Progress.NONE));
    }

    /**
     * As {@link #dismiss} for many updates. An answer is {@link ApplyResult.Dismissed} where the update is declined by
     * now, by this call or an earlier one; {@link ApplyResult.Refused} where the update is for another revision than
     * the one that was looked at.
     *
     * @param reviewed at most 1000
     * @param note why, for the audit
     * @param told hears each answer as it comes, on several threads; what it throws ends the call
     * @return an answer for each, in the order in which they were given
     * @throws PermanentException with {@link Reason#INVALID_VALUE} if there are more
     */
    public List<BulkAnswer> dismissAll(
            List<ReviewedUpdate> reviewed, String actor, String note, Consumer<BulkAnswer> told) {
        return new ManyUpdates(engine.workers(), reviewed, told).decide(update -> dismissed(update, actor, note));
    }

    private ApplyResult dismissed(ReviewedUpdate reviewed, String actor, String note) {
        Optional<Update> found = store.find(reviewed.id());
        if (found.isPresent() && !found.get().to().equals(reviewed.revision())) {
            return UpdateRunner.anotherRevision(found.get(), reviewed.revision());
        }
        return dismiss(reviewed.id(), actor, note)
                .map(update -> update.status().isOpen()
                        ? new ApplyResult.Refused("update " + update.id() + " is being applied; look how that ends")
                        : ApplyResult.of(update))
                .orElseGet(ApplyResult.NotFound::new);
    }

    /**
     * Declines a pending update; this revision is not queued again for its subject, another one is. Declining twice
     * does nothing.
     *
     * @param note why, for the audit
     * @return the update as it stands now; empty if there is none of that id
     */
    public Optional<Update> dismiss(long id, String actor, String note) {
        return told(store.find(id), store.dismiss(id, actor, note));
    }

    /**
     * Makes a failed update pending again.
     *
     * @return the update as it stands now, {@code PENDING} if that worked; empty if there is none of that id
     */
    public Optional<Update> retry(long id, String actor) {
        return told(store.find(id), store.retry(id, actor));
    }

    /**
     * Applies what policies and open rollouts allow to begin now, in the name of {@code policy}; the loop that
     * {@link Holdfast#start()} starts calls this and nothing else. Any number of nodes may do it: each update is
     * applied once. Updates of images are not among them: {@link ImageWatcher#check()} applies what the policies of
     * images allow.
     */
    public PolicyReport applyDue() {
        return new PolicyPass(engine, this::apply).run();
    }

    /** A decision that came too late changed nothing, and is none. */
    private Optional<Update> told(Optional<Update> before, Optional<Update> after) {
        after.filter(now -> !before.map(Update::status).equals(Optional.of(now.status())))
                .ifPresent(now -> engine.events().tell(new HoldfastEvent.Decided(now)));
        return after;
    }
}
