package dev.holdfast;

import dev.holdfast.ChangeReport.Reload;
import dev.holdfast.internal.RolloutTurns;
import dev.holdfast.internal.VersionPicker;
import dev.holdfast.release.Placement;
import dev.holdfast.release.Verification;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.delivery.Progress;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.trust.TrustSubject;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a host asks for: install, uninstall, roll back, repair; and the upgrade that an update applies. */
final class Installs {

    private static final Logger LOG = LoggerFactory.getLogger(Installs.class);

    private final Engine engine;
    private final OperationRunner runner;
    private final Works works;
    private final Releases releases;
    private final Conflicts conflicts;
    private final SecureRandom random = new SecureRandom();

    Installs(Engine engine, OperationRunner runner) {
        this.engine = engine;
        this.runner = runner;
        this.works = new Works(engine);
        this.releases = new Releases(engine);
        this.conflicts = new Conflicts(engine.store().installs());
    }

    ChangeReport install(InstallRequest request) {
        InstallKey key = request.key();
        checkAllowed(request.source(), key, request.actor());
        VersionPicker.check(request.track());
        VersionPicker.check(request.source().ref());
        Origin origin =
                new Origin(request.source(), request.track(), engine.resolvers().upstream(request.source()));
        engine.targets().serving(request.address());
        conflicts.check(request, origin);
        engine.quarantines().checkSource(key, request.source(), request.labels());
        return engine.outliving(Tracing.Kind.INSTALL, key, () -> {
            Deadline deadline = deadline();
            try (TargetSession session = engine.targets().open(request.address(), deadline)) {
                Resolution.Found found = orOfItsRollout(
                        request,
                        origin,
                        engine.traced(
                                Tracing.Kind.RESOLVE,
                                origin.upstream(),
                                () -> engine.resolvers()
                                        .resolve(
                                                request.source(),
                                                deadline.atMost(engine.timings().resolve()))));
                ChangeReport report = install(new Wanted(request, key, origin, found, deadline), session);
                request.policy().ifPresent(policy -> engine.store().installs().setPolicy(key, policy, request.actor()));
                if (!request.labels().values().isEmpty()) {
                    engine.store().fleet().labels().set(key, request.labels(), request.actor());
                }
                return report;
            }
        });
    }

    /** What follows a ref under a plan does not take at once what the plan lets others wait for. */
    private Resolution.Found orOfItsRollout(InstallRequest request, Origin origin, Resolution.Found found) {
        Optional<Install> waiting = request.policy()
                .flatMap(UpdatePolicy::plan)
                .filter(plan -> request.source().ref().equals(request.track()))
                .flatMap(
                        plan -> new RolloutTurns(engine.store()).waiting(plan, request.key(), origin, found.revision()))
                .filter(install -> engine.quarantines()
                        .inForce()
                        .forbidding(request.key(), request.source(), install.revision())
                        .isEmpty());
        waiting.ifPresent(install -> LOG.info(
                "{} stays at, or begins with, {}, as {} has: a rollout brings {} in its ring",
                request.key(),
                install.revision().abbreviated(),
                install.key(),
                found.revision().abbreviated()));
        return waiting.map(install -> new Resolution.Found(
                        install.revision(), install.release().version()))
                .orElse(found);
    }

    /** What an install is about, once its source was asked. */
    private record Wanted(
            InstallRequest request, InstallKey key, Origin origin, Resolution.Found found, Deadline deadline) {}

    /** Whoever changes the record before we hold the destination has it looked at once more. */
    private ChangeReport install(Wanted wanted, TargetSession session) {
        while (true) {
            Optional<Install> existing = conflicts.check(wanted.request(), wanted.origin());
            Optional<Install> intact = existing.filter(
                    install -> isLive(session, install, wanted.found().revision()));
            if (intact.filter(install -> install.origin().equals(wanted.origin()))
                    .isPresent()) {
                return unchanged(Kind.INSTALL, intact.get());
            }
            engine.trust().check(subject(wanted), wanted.deadline());
            Operation operation = opened(
                    intact.map(install -> relabelling(wanted, install)).orElseGet(() -> delivering(wanted, existing)),
                    wanted.deadline());
            if (isStill(existing, wanted, operation)) {
                Work work = intact.map(install -> works.relabelling(install.release()))
                        .orElseGet(() -> works.delivery(
                                existing,
                                wanted.deadline(),
                                wanted.request().progress(),
                                wanted.request().replaceSource()));
                return runner.run(operation, session, work);
            }
            runner.withdraw(operation);
        }
    }

    private static TrustSubject subject(Wanted wanted) {
        return new TrustSubject(
                wanted.key(),
                wanted.origin(),
                wanted.found().revision(),
                wanted.found().version(),
                wanted.request().actor());
    }

    private boolean isStill(Optional<Install> read, Wanted wanted, Operation operation) {
        try {
            return Conflicts.isAlike(read, conflicts.check(wanted.request(), wanted.origin()));
        } catch (RuntimeException e) {
            throw runner.abandoned(operation, e);
        }
    }

    /** The revision is live already: nothing is delivered, and a changed origin is recorded. */
    private static NewOperation relabelling(Wanted wanted, Install intact) {
        Release release = intact.release();
        return about(wanted, Kind.INSTALL)
                .goal(new Goal(wanted.origin(), release.stamp(), release.revision(), release.version()))
                .from(intact.revision());
    }

    private NewOperation delivering(Wanted wanted, Optional<Install> existing) {
        Resolution.Found found = wanted.found();
        InstallRequest request = wanted.request();
        engine.quarantines().check(wanted.key(), request.source(), found.revision(), request.labels());
        Kind kind = existing.map(install -> install.revision().equals(found.revision()) ? Kind.REPAIR : Kind.UPGRADE)
                .orElse(Kind.INSTALL);
        NewOperation operation =
                about(wanted, kind).goal(new Goal(wanted.origin(), newStamp(), found.revision(), found.version()));
        return existing.map(install -> operation.from(install.revision())).orElse(operation);
    }

    private static NewOperation about(Wanted wanted, Kind kind) {
        return NewOperation.of(
                kind, wanted.key(), wanted.request().address(), wanted.request().actor());
    }

    private static ChangeReport unchanged(Kind kind, Install install) {
        return new ChangeReport(
                kind,
                install.key(),
                Optional.of(install.revision()),
                Optional.of(install.release()),
                false,
                new Reload.NotNeeded());
    }

    ChangeReport uninstall(InstallKey key, String actor) {
        Install install = installed(key);
        return engine.outliving(Tracing.Kind.UNINSTALL, key, () -> {
            Deadline deadline = deadline();
            try (TargetSession session = engine.targets().open(install.address(), deadline)) {
                NewOperation operation = NewOperation.of(Kind.UNINSTALL, key, install.address(), actor)
                        .from(install.revision());
                ChangeReport report = perform(operation, session, deadline, works.onlyWhile(install, works.removal()));
                return report.held(new Holds(engine).listIfPossible(install, session));
            }
        });
    }

    ChangeReport rollback(InstallKey key, String actor) {
        return rollback(installed(key), actor);
    }

    /** Rolls back what was seen to be installed; refuses what was changed since. */
    ChangeReport rollback(Install seen, String actor) {
        return rollback(seen, actor, Optional.empty(), releases::previousGood);
    }

    /** Rolls back to a chosen release; why is audited when its turn has come, before anything is done. */
    ChangeReport rollback(InstallKey key, Stamp to, String actor, String reason) {
        return rollback(
                installed(key),
                actor,
                Optional.of(reason),
                (session, install) -> releases.chosen(session, install, to));
    }

    private void auditReason(Operation operation, String reason) {
        try {
            engine.store()
                    .audit()
                    .append(AuditEntry.of(operation.actor(), "rollback-wanted", reason)
                            .about(operation));
        } catch (RuntimeException e) {
            throw runner.abandoned(operation, e);
        }
    }

    List<RetainedRelease> releases(InstallKey key) {
        Install install = installed(key);
        try (TargetSession session = engine.targets().open(install.address(), deadline())) {
            return releases.all(session, install);
        }
    }

    private ChangeReport rollback(
            Install install, String actor, Optional<String> reason, BiFunction<TargetSession, Install, Goal> choice) {
        InstallKey key = install.key();
        return engine.outliving(Tracing.Kind.ROLLBACK, key, () -> {
            Deadline deadline = deadline();
            try (TargetSession session = engine.targets().open(install.address(), deadline)) {
                Goal back = choice.apply(session, install);
                Release release = releases.retained(session, key, back.stamp()).orElseThrow();
                NewOperation wanted = NewOperation.of(Kind.ROLLBACK, key, install.address(), actor)
                        .goal(back)
                        .from(install.revision());
                Operation operation = opened(wanted, deadline);
                reason.ifPresent(why -> auditReason(operation, why));
                return runner.run(operation, session, works.onlyWhile(install, works.flip(release, false)));
            }
        });
    }

    ChangeReport repair(InstallKey key, String actor) {
        Install install = installed(key);
        return engine.outliving(Tracing.Kind.REPAIR, key, () -> {
            Deadline deadline = deadline();
            try (TargetSession session = engine.targets().open(install.address(), deadline)) {
                return repair(install, actor, session, deadline);
            }
        });
    }

    private ChangeReport repair(Install install, String actor, TargetSession session, Deadline deadline) {
        if (engine.installer().verify(session, install) instanceof Verification.Intact) {
            return unchanged(Kind.REPAIR, install);
        }
        Optional<Release> copy = releases.intactCopy(session, install);
        if (copy.isEmpty()) {
            checkAllowed(install.origin().source(), install.key(), actor);
            engine.quarantines().check(install.key(), install.origin().source(), install.revision(), Labels.none());
            engine.trust().check(Works.subject(install, actor), deadline);
        }
        NewOperation operation = NewOperation.of(Kind.REPAIR, install.key(), install.address(), actor)
                .goal(new Goal(
                        install.origin(),
                        copy.map(Release::stamp).orElseGet(this::newStamp),
                        install.revision(),
                        install.release().version()))
                .from(install.revision());
        Work work = copy.map(release -> works.flip(release, true))
                .orElseGet(() -> works.delivery(Optional.of(install), deadline, Progress.NONE, true));
        return perform(operation, session, deadline, works.onlyWhile(install, work));
    }

    /**
     * Refuses an update that is not trusted, before anything is done; a source that is not allowed is not even asked.
     */
    void checkTrusted(Install install, Update update, String actor, Deadline deadline) {
        if (engine.rules().allowed().test(install.origin().source())) {
            engine.trust().check(Works.subject(install, update, actor), deadline);
        }
    }

    /** Opens the operation that applies an update, or says why not; it does not wait. */
    Opening openUpgrade(Install install, Update update, OptionalLong rollout, String actor) {
        checkAllowed(install.origin().source(), install.key(), actor);
        engine.checkServes(install);
        NewOperation wanted = held(NewOperation.of(Kind.UPGRADE, install.key(), install.address(), actor)
                .goal(new Goal(install.origin(), newStamp(), update.to(), update.version()))
                .from(install.revision())
                .applying(update.id()));
        return engine.store().journal().open(rollout.isPresent() ? wanted.inRollout(rollout.getAsLong()) : wanted);
    }

    /** Returns whether what is recorded is what an operation was opened for; nobody changes it while that is open. */
    boolean isStill(Install install) {
        return conflicts.isStill(install.key(), Optional.of(install));
    }

    /** Closes what {@link #openUpgrade} opened: it is to be looked at again. */
    void withdraw(Operation operation) {
        runner.withdraw(operation);
    }

    /** Runs what {@link #openUpgrade} opened for {@code install}, which is still recorded. */
    ChangeReport upgrade(Operation operation, Install install, Progress progress, Deadline deadline) {
        long opened = System.nanoTime();
        try (TargetSession session = sessionFor(operation, deadline)) {
            return runner.run(operation, session, works.update(install, deadline, progress, opened));
        }
    }

    private TargetSession sessionFor(Operation operation, Deadline deadline) {
        try {
            return engine.targets().open(operation.address(), deadline);
        } catch (RuntimeException e) {
            throw runner.abandoned(operation, e);
        }
    }

    private ChangeReport perform(NewOperation wanted, TargetSession session, Deadline deadline, Work work) {
        return runner.run(opened(wanted, deadline), session, work);
    }

    private Operation opened(NewOperation wanted, Deadline deadline) {
        Opening opening = runner.open(held(wanted), deadline);
        if (opening instanceof Opening.Opened opened) {
            return opened.operation();
        }
        if (opening instanceof Opening.Quarantined quarantined) {
            throw quarantined.quarantine().refusal(wanted.key());
        }
        throw new IllegalStateException("an operation without an update waits for none");
    }

    private NewOperation held(NewOperation wanted) {
        return wanted.heldBy(engine.node(), engine.timings().lease());
    }

    /** Returns what is recorded, or refuses. */
    Install installed(InstallKey key) {
        return engine.store()
                .installs()
                .find(key)
                .orElseThrow(() -> new PermanentException(
                        Reason.NOT_INSTALLED, "nothing is installed as '" + key + "'; check workspace and plugin"));
    }

    private void checkAllowed(Source source, InstallKey key, String actor) {
        if (!engine.rules().allowed().test(source)) {
            engine.store()
                    .audit()
                    .append(AuditEntry.of(actor, "source-refused", source.toString())
                            .about(key));
            throw new PermanentException(
                    Reason.FORBIDDEN,
                    "the source " + source
                            + " is not on this host's list of allowed sources; use another, or allow it");
        }
    }

    private boolean isLive(TargetSession session, Install install, Revision revision) {
        return install.revision().equals(revision)
                && engine.installer().placement(session, install.plugin()) instanceof Placement.Live live
                && live.release().stamp().equals(install.release().stamp())
                && live.release().digest().equals(install.release().digest());
    }

    private Stamp newStamp() {
        return Stamp.of(engine.rules().clock().instant(), random.nextLong());
    }

    private Deadline deadline() {
        return Deadline.after(engine.timings().operation());
    }
}
