package dev.holdfast.fleet;

import dev.holdfast.ChangeReport;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.PlanStore;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.RolloutMember;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.fleet.RolloutStore;
import dev.holdfast.spi.fleet.RolloutStore.Decision;
import dev.holdfast.spi.fleet.RolloutStore.NewRollout;
import dev.holdfast.spi.fleet.RolloutStore.Which;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One revision after the other on its way through the fleet: ring by ring, until it is everywhere or halts.
 *
 * <p>A rollout begins by policy, where an install's {@link dev.holdfast.spi.UpdatePolicy} names a plan, or by a person
 * with {@link #start}. The loop of the policies, {@code updates().applyDue()}, begins its members, on any number of
 * nodes; windows, cooldowns and retries of each install hold inside a ring. Who begins is counted in the transaction
 * that opens the operation, so all nodes together never begin more than the plan allows, and none after a halt. Safe
 * for use by several threads and nodes.
 */
public final class Rollouts {

    private final TrackingStore tracking;
    private final RolloutStore store;
    private final PlanStore plans;
    private final Quarantines quarantines;
    private final Consumer<Rollout> news;
    private final BiFunction<Install, String, ChangeReport> rollback;
    private final FleetRollback.Turns turns;

    /** Creates them, for {@code Holdfast.build()}; a host calls {@code holdfast.rollouts()}. */
    public Rollouts(
            TrackingStore tracking,
            Quarantines quarantines,
            Consumer<Rollout> news,
            BiFunction<Install, String, ChangeReport> rollback,
            FleetRollback.Turns turns) {
        this.tracking = tracking;
        this.store = tracking.fleet().rollouts();
        this.plans = tracking.fleet().plans();
        this.quarantines = quarantines;
        this.news = news;
        this.rollback = rollback;
        this.turns = turns;
    }

    /** Sets a plan that policies name; what has begun keeps the one it began with. */
    public void setPlan(String name, RolloutPlan plan, String actor) {
        plans.set(name, plan, actor);
    }

    /** Removes a plan: updates whose policy names it wait until there is one again. */
    public boolean removePlan(String name, String actor) {
        return plans.remove(name, actor);
    }

    /** Returns a plan. */
    public Optional<RolloutPlan> plan(String name) {
        return plans.find(name);
    }

    /** Lists the plans, ordered by name. */
    public Page<NamedPlan> plans(Page.Request page) {
        return plans.list(page);
    }

    /**
     * Begins a rollout of a revision to all installs of a source that have a pending update to it, whatever their
     * policies say; their windows hold. Open rollouts of the source for another revision are superseded. If one by that
     * plan is open for the revision, that is returned.
     *
     * @param plan the name of the plan
     * @param source from where; its ref does not count
     * @param actor who begins it
     * @throws PermanentException with {@link Reason#CONFLICT} if there is no such plan, or no install has a pending
     *     update to the revision; with {@link Reason#QUARANTINED} if the revision is in quarantine for one of them
     */
    public Rollout start(String plan, Source source, Revision revision, String actor) {
        NamedPlan named = named(plan);
        Update update = updates(source, revision)
                .findFirst()
                .orElseThrow(() -> new PermanentException(
                        Reason.CONFLICT,
                        "no install of " + source.base() + " has a pending update to " + revision
                                + "; sweep first, or look which updates are pending"));
        quarantines.check(((PluginSubject) update.subject()).key(), source, revision, Labels.none());
        Rollout.Goal goal = new Rollout.Goal(source, Optional.empty(), revision, update.version());
        Rollout begun = store.begin(NewRollout.of(named, goal, actor));
        news.accept(begun);
        return begun;
    }

    private NamedPlan named(String plan) {
        return plans.find(plan)
                .map(found -> new NamedPlan(plan, found))
                .orElseThrow(() -> new PermanentException(
                        Reason.CONFLICT, "there is no rollout plan '" + plan + "'; set it first, or use another"));
    }

    private Stream<Update> updates(Source source, Revision revision) {
        UpdateQuery pending = UpdateQuery.of(UpdateStatus.PENDING);
        return Page.stream(page -> tracking.updates().list(pending, page))
                .filter(update -> update.to().equals(revision))
                .filter(update -> update.subject() instanceof PluginSubject plugin
                        && tracking.installs()
                                .find(plugin.key())
                                .filter(install ->
                                        install.origin().source().base().equals(source.base()))
                                .isPresent());
    }

    /**
     * Rolls back the installs that a quarantine {@linkplain Quarantines#affected(Quarantine) affects} to what was live
     * before: ring by ring, so many at one time as the plan says, until its halt rules are met. Soaks, patience and the
     * windows of halt rules do not count, for whoever rolls back a fleet is in a hurry. Returns when all of it has
     * ended. A caller that is interrupted, or whose process dies, calls again: those that are back are not affected any
     * more, and what somebody changes meanwhile, another such call too, is left alone.
     *
     * @param plan the name of the plan
     * @param actor who wants it, for the audit of each
     * @param told hears each answer when it is there, from several threads
     * @throws PermanentException with {@link Reason#CONFLICT} if there is no such plan, or the quarantine is not in
     *     force any more
     */
    public FleetRollback rollBack(
            Quarantine quarantine, String plan, String actor, Consumer<FleetRollback.Answer> told) {
        NamedPlan named = named(plan);
        if (quarantines.active().stream().noneMatch(one -> one.id() == quarantine.id())) {
            throw new PermanentException(
                    Reason.CONFLICT,
                    "quarantine " + quarantine.id() + " is not in force any more; declare it again if it should be");
        }
        Map<InstallKey, Install> seen = new HashMap<>();
        Map<InstallKey, Labels> affected = new HashMap<>();
        quarantines.affected(quarantine).forEach(install -> {
            seen.put(install.key(), install);
            affected.put(install.key(), tracking.fleet().labels().of(install.key()));
        });
        return new RollbackInRings(named, install -> rollback.apply(install, actor), turns, told).run(seen, affected);
    }

    /** Lets nobody begin until it is resumed; what has begun ends. */
    public Optional<Rollout> pause(long id, String actor, String note) {
        return decided(id, Decision.PAUSE, actor, note);
    }

    /** Lets a paused one go on. */
    public Optional<Rollout> resume(long id, String actor, String note) {
        return decided(id, Decision.RESUME, actor, note);
    }

    /** Ends it: nobody begins any more, what has begun ends. The updates of the others stay pending. */
    public Optional<Rollout> stop(long id, String actor, String note) {
        return decided(id, Decision.STOP, actor, note);
    }

    /** Opens the next ring now, whatever its plan says of a soak. */
    public Optional<Rollout> nextRing(long id, String actor, String note) {
        return decided(id, Decision.NEXT_RING, actor, note);
    }

    private Optional<Rollout> decided(long id, Decision decision, String actor, String note) {
        Optional<Rollout> now = store.decide(id, decision, actor, note);
        now.ifPresent(news);
        return now;
    }

    /** Returns a rollout as it stands now. */
    public Optional<Rollout> find(long id) {
        return store.look(id);
    }

    /** Lists rollouts, newest first. */
    public Page<Rollout> list(Which which, Page.Request page) {
        return store.list(which, page);
    }

    /** Lists what happened to each install of a rollout, ordered by ring, workspace, plugin. */
    public Page<RolloutMember> members(long id, Page.Request page) {
        return store.members(id, page);
    }

    /** Streams the members, page by page; see {@link Page#stream}. */
    public Stream<RolloutMember> members(long id) {
        return Page.stream(page -> members(id, page));
    }
}
