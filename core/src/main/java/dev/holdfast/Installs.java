package dev.holdfast;

import dev.holdfast.ChangeReport.Reload;
import dev.holdfast.OperationRunner.Work;
import dev.holdfast.spi.AuditLog.AuditEntry;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Destination;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.OperationJournal.NewOperation;
import dev.holdfast.spi.OperationJournal.Opening;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Progress;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Resolution;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.Subject.PluginSubject;
import dev.holdfast.spi.TargetSession;
import dev.holdfast.spi.Update;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;

/** What a host asks for: install, uninstall, roll back, repair; and the upgrade that an update applies. */
final class Installs {

    private final Engine engine;
    private final OperationRunner runner;
    private final Deliveries deliveries;
    private final Releases releases;
    private final Verifier verifier;
    private final SecureRandom random = new SecureRandom();

    Installs(Engine engine, OperationRunner runner) {
        this.engine = engine;
        this.runner = runner;
        this.deliveries = new Deliveries(engine);
        this.verifier = new Verifier(engine.installer());
        this.releases = new Releases(engine);
    }

    ChangeReport install(InstallRequest request) {
        InstallKey key = new InstallKey(request.workspace(), request.plugin());
        checkAllowed(request.source(), key, request.actor());
        VersionPicker.check(request.track());
        VersionPicker.check(request.source().ref());
        Origin origin =
                new Origin(request.source(), request.track(), engine.resolvers().upstream(request.source()));
        engine.targets().serving(request.address());
        Optional<Install> existing = engine.store().installs().find(key);
        checkConflicts(request, key, origin, existing);
        return engine.workers().outliving("installing " + key, () -> {
            Deadline deadline = deadline();
            try (TargetSession session = engine.targets().open(request.address(), deadline)) {
                ChangeReport report = install(request, new Wanted(key, origin, existing, deadline), session);
                request.policy().ifPresent(policy -> engine.store().installs().setPolicy(key, policy, request.actor()));
                return report;
            }
        });
    }

    /** What an install is about, once it was found to be allowed. */
    private record Wanted(InstallKey key, Origin origin, Optional<Install> existing, Deadline deadline) {}

    private ChangeReport install(InstallRequest request, Wanted wanted, TargetSession session) {
        Resolution.Found found = engine.resolvers()
                .resolve(
                        request.source(),
                        wanted.deadline().atMost(engine.timings().resolve()));
        Optional<Install> intact = wanted.existing().filter(install -> isLive(session, install, found.revision()));
        if (intact.isPresent()) {
            return keep(request, wanted, session, intact.get());
        }
        Kind kind = wanted.existing()
                .map(install -> install.revision().equals(found.revision()) ? Kind.REPAIR : Kind.UPGRADE)
                .orElse(Kind.INSTALL);
        NewOperation operation = NewOperation.of(kind, wanted.key(), request.address(), request.actor())
                .goal(new Goal(wanted.origin(), newStamp(), found.revision(), found.version()));
        return perform(
                from(operation, wanted.existing()),
                session,
                wanted.deadline(),
                deliveries.delivery(wanted.deadline(), request.progress()));
    }

    /** The revision is live already: nothing is delivered, and a changed origin is recorded. */
    private ChangeReport keep(InstallRequest request, Wanted wanted, TargetSession session, Install intact) {
        if (intact.origin().equals(wanted.origin())) {
            return new ChangeReport(
                    Kind.INSTALL,
                    wanted.key(),
                    Optional.of(intact.revision()),
                    Optional.of(intact.release()),
                    false,
                    new Reload.NotNeeded());
        }
        Release release = intact.release();
        NewOperation operation = NewOperation.of(Kind.INSTALL, wanted.key(), request.address(), request.actor())
                .goal(new Goal(wanted.origin(), release.stamp(), release.revision(), release.version()))
                .from(intact.revision());
        return perform(
                operation, session, wanted.deadline(), deliveries.onlyWhile(intact, deliveries.relabelling(release)));
    }

    ChangeReport uninstall(InstallKey key, String actor) {
        Install install = installed(key);
        return engine.workers().outliving("uninstalling " + key, () -> {
            Deadline deadline = deadline();
            try (TargetSession session = engine.targets().open(install.address(), deadline)) {
                NewOperation operation = NewOperation.of(Kind.UNINSTALL, key, install.address(), actor)
                        .from(install.revision());
                return perform(operation, session, deadline, deliveries.onlyWhile(install, deliveries.removal()));
            }
        });
    }

    ChangeReport rollback(InstallKey key, String actor) {
        Install install = installed(key);
        return engine.workers().outliving("rolling back " + key, () -> {
            Deadline deadline = deadline();
            try (TargetSession session = engine.targets().open(install.address(), deadline)) {
                Goal back = releases.previousGood(session, install);
                Release release = releases.retained(session, key, back.stamp()).orElseThrow();
                NewOperation operation = NewOperation.of(Kind.ROLLBACK, key, install.address(), actor)
                        .goal(back)
                        .from(install.revision());
                return perform(operation, session, deadline, deliveries.onlyWhile(install, deliveries.flip(release)));
            }
        });
    }

    ChangeReport repair(InstallKey key, String actor) {
        Install install = installed(key);
        return engine.workers().outliving("repairing " + key, () -> {
            Deadline deadline = deadline();
            try (TargetSession session = engine.targets().open(install.address(), deadline)) {
                return repair(install, actor, session, deadline);
            }
        });
    }

    private ChangeReport repair(Install install, String actor, TargetSession session, Deadline deadline) {
        if (verifier.verify(session, install) instanceof Verification.Intact) {
            return new ChangeReport(
                    Kind.REPAIR,
                    install.key(),
                    Optional.of(install.revision()),
                    Optional.of(install.release()),
                    false,
                    new Reload.NotNeeded());
        }
        Optional<Release> copy = releases.intactCopy(session, install);
        if (copy.isEmpty()) {
            checkAllowed(install.origin().source(), install.key(), actor);
        }
        NewOperation operation = NewOperation.of(Kind.REPAIR, install.key(), install.address(), actor)
                .goal(new Goal(
                        install.origin(),
                        copy.map(Release::stamp).orElseGet(this::newStamp),
                        install.revision(),
                        install.release().version()))
                .from(install.revision());
        Work work = copy.map(deliveries::flip).orElseGet(() -> deliveries.delivery(deadline, Progress.NONE));
        return perform(operation, session, deadline, deliveries.onlyWhile(install, work));
    }

    /** Opens the operation that applies an update, or says why not; it does not wait. */
    Opening openUpgrade(Install install, Update update, String actor) {
        checkAllowed(install.origin().source(), install.key(), actor);
        return engine.store()
                .journal()
                .open(held(NewOperation.of(Kind.UPGRADE, install.key(), install.address(), actor)
                        .goal(new Goal(install.origin(), newStamp(), update.to(), update.version()))
                        .from(install.revision())
                        .applying(update.id())));
    }

    /** Runs what {@link #openUpgrade} opened. */
    ChangeReport upgrade(Operation operation, Progress progress, Deadline deadline) {
        try (TargetSession session = opened(operation, deadline)) {
            return runner.run(operation, session, deliveries.delivery(deadline, progress));
        }
    }

    private TargetSession opened(Operation operation, Deadline deadline) {
        try {
            return engine.targets().open(operation.address(), deadline);
        } catch (RuntimeException e) {
            throw runner.abandoned(operation, e);
        }
    }

    private ChangeReport perform(NewOperation wanted, TargetSession session, Deadline deadline, Work work) {
        if (runner.open(held(wanted), deadline) instanceof Opening.Opened opened) {
            return runner.run(opened.operation(), session, work);
        }
        throw new IllegalStateException("an operation without an update waits for none");
    }

    private NewOperation held(NewOperation wanted) {
        return wanted.heldBy(engine.node(), engine.timings().lease());
    }

    private static NewOperation from(NewOperation operation, Optional<Install> existing) {
        return existing.map(install -> operation.from(install.revision())).orElse(operation);
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
                    .append(new AuditEntry(
                            0,
                            Instant.EPOCH,
                            actor,
                            "source-refused",
                            Optional.of(new PluginSubject(key)),
                            Optional.empty(),
                            Optional.empty(),
                            source.toString()));
            throw new PermanentException(
                    Reason.FORBIDDEN,
                    "the source " + source
                            + " is not on this host's list of allowed sources; use another, or allow it");
        }
    }

    private void checkConflicts(InstallRequest request, InstallKey key, Origin origin, Optional<Install> existing) {
        engine.store()
                .installs()
                .at(new Destination(request.address(), request.plugin()))
                .filter(other -> !other.key().equals(key))
                .ifPresent(other -> {
                    throw conflict(request.address() + "/" + request.plugin() + " belongs to workspace '"
                            + other.workspace() + "'; choose another name or address");
                });
        existing.ifPresent(install -> {
            if (!install.address().equals(request.address())) {
                throw conflict("'" + key + "' is installed at " + install.address() + "; uninstall it there first");
            }
            if (!install.origin().upstream().equals(origin.upstream()) && !request.replaceSource()) {
                throw conflict(
                        "'" + key + "' was installed from " + install.origin().source()
                                + "; give this one another name, or allow the source to be replaced");
            }
        });
    }

    private static PermanentException conflict(String message) {
        return new PermanentException(Reason.CONFLICT, message);
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
