package dev.holdfast.store.jdbc;

import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.Install;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Observation.Condition;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Goal;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.Origin;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Release;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.Stamp;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TreeDigest;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.AuditSeal;
import dev.holdfast.spi.store.InspectionStore.InspectionClaim;
import dev.holdfast.spi.store.OperationHistory.Pruning;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.PlaceStore.Look;
import dev.holdfast.spi.store.PlaceStore.PlaceClaim;
import dev.holdfast.spi.store.SweepStore.Finding;
import dev.holdfast.spi.store.SweepStore.SweepClaim;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import dev.holdfast.spi.store.WebhookStore.Failure;
import dev.holdfast.spi.store.WebhookStore.WebhookClaim;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Walks once through all that a store does, on rows of its own. */
final class EveryStatement {

    static final UpdateQuery ALL = new UpdateQuery(Set.of(), Optional.empty(), Optional.empty());
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Page.Request SOME = Page.Request.first(5);
    private static final Pruning PRUNING = Pruning.first(Duration.ofDays(1), 3, 5);

    private final TrackingStore store;
    private final int round;
    private final InstallKey key;
    private final TargetAddress address;
    private final Upstream upstream;

    EveryStatement(TrackingStore store, int round) {
        this.store = store;
        this.round = round;
        this.key = InstallKey.of("ws-" + round, "greeter");
        this.address = TargetAddress.parse("dir:///srv/ws-" + round);
        this.upstream = new Upstream("scripted", "scripted://greeter-" + round, "scripted");
    }

    private Revision revision(int number) {
        return Revision.of("%039x%x".formatted(round, number));
    }

    private Goal goal(int number) {
        Origin origin = new Origin(Source.parse("scripted://greeter-" + round), TrackedRef.latestTag(), upstream);
        return new Goal(origin, Stamp.of(Instant.EPOCH, number), revision(number), Optional.of("v" + number));
    }

    private Install install(int number) {
        Goal goal = goal(number);
        return Install.delivered(
                key,
                address,
                goal.origin(),
                new Release(goal.stamp(), goal.revision(), goal.version(), new TreeDigest("sha256:" + "a".repeat(64))));
    }

    private NewOperation wanted(Kind kind) {
        return NewOperation.of(kind, key, address, "tester").heldBy("node-a", MINUTE);
    }

    private Operation open(NewOperation wanted) {
        return ((Opening.Opened) store.journal().open(wanted)).operation();
    }

    void run() {
        install();
        Update first = drift(2);
        store.updates().dismiss(first.id(), "tester", "");
        Update second = drift(3);
        apply(second);
        new EveryFleetStatement(store, wanted(Kind.UPGRADE).goal(goal(4)).from(revision(3)), drift(4)).run();
        read();
        remove();
    }

    private void install() {
        Operation operation = open(wanted(Kind.INSTALL).goal(goal(1)));
        store.journal().open(wanted(Kind.INSTALL).goal(goal(1)));
        store.journal().advance(operation, Phase.STAGED, Duration.ZERO);
        operation = store.journal().claim(operation, "node-b", MINUTE, 0).orElseThrow();
        store.journal().advance(operation, Phase.STAGED, Duration.ZERO);
        operation = store.journal().claimExpired("node-b", MINUTE, 5, 0).get(0);
        store.journal().record(operation, install(1));
        store.journal().close(operation, Closing.succeeded(""));
    }

    private Update drift(int number) {
        SweepClaim claim = store.sweeps().claimDue("node-a", 10, MINUTE).get(0);
        store.sweeps().fail(claim, Reason.UNREACHABLE, "no route", Duration.ofMillis(0));
        claim = store.sweeps().claim("node-a", upstream, MINUTE).orElseThrow();
        store.sweeps().claim("node-b", upstream, MINUTE);
        Finding finding = new Finding(
                TrackedRef.latestTag(), revision(number), Optional.of("v" + number), DriftKind.UPSTREAM_MOVED, true);
        return store.sweeps()
                .record(claim, List.of(finding), Duration.ofMillis(0))
                .orElseThrow()
                .queued()
                .get(0);
    }

    private void apply(Update update) {
        NewOperation wanted =
                wanted(Kind.UPGRADE).goal(goal(3)).from(revision(1)).applying(update.id());
        Operation operation = open(wanted);
        store.journal().close(operation, Closing.failed("broken").remembering(revision(3)));
        store.updates().retry(update.id(), "tester");
        operation = open(wanted);
        store.journal().record(operation, install(3));
        store.journal().close(operation, Closing.succeeded(""));
    }

    private void places() {
        PlaceClaim claim = store.places().claimDue("node-a", 10, MINUTE).get(0);
        store.places().settle(claim, new Look.Stuck("busy", Duration.ofMillis(0)));
        store.places().troubles(5);
        claim = store.places().claimDue("node-a", 10, MINUTE).get(0);
        store.places().settle(claim, new Look.Clean(Optional.of(Duration.ofMillis(0))));
        claim = store.places().claimDue("node-a", 10, MINUTE).get(0);
        store.places().end(claim);
    }

    private void inspections() {
        store.inspections().hasten("");
        InspectionClaim claim =
                store.inspections().claimDue("node-a", 10, MINUTE).get(0);
        store.inspections().postpone(claim, "busy", Duration.ofMillis(0));
        claim = store.inspections().claimDue("node-a", 10, MINUTE).get(0);
        store.inspections().note(claim, Condition.MISSING, "gone", false, MINUTE);
        store.inspections().differing(SOME);
        store.inspections().find(key);
    }

    private void read() {
        store.installs().find(key);
        store.installs().at(install(1).destination());
        store.installs().list(SOME);
        store.installs().list(key.workspace(), SOME);
        store.places().list(SOME);
        places();
        inspections();
        store.history().list(key, Page.Request.first(5)).items();
        store.history().find(1);
        store.history().delivery(key, goal(1).stamp());
        store.history().changes(install(1).destination(), Long.MAX_VALUE, 5);
        store.history().prune(PRUNING);
        store.history().prune(PRUNING.after("2 0"));
        store.updates().bad(key);
        store.updates().list(UpdateQuery.of(UpdateStatus.APPLIED), SOME);
        store.updates().list(UpdateQuery.of(key), SOME);
        store.upstreams().list(SOME);
        store.upstreams().summary(5);
        store.updates().backlog();
        store.upstreams().find(upstream);
        store.upstreams().suspend(upstream, "tester", "too loud");
        store.upstreams().resume(upstream, "tester");
        store.installs().setPolicy(key, UpdatePolicy.auto(UpdatePolicy.Level.ANY), "tester");
        store.updates().list(UpdateQuery.forPolicies(), SOME);
        store.audit().tryAppend();
        store.audit().append(AuditEntry.of("tester", "look", "ok").about(key));
        store.audit().list(SOME);
        seal();
        store.audit().list(key.workspace(), SOME);
    }

    private void seal() {
        AuditSeal newest = store.auditChain().head().newest();
        long entry = store.auditChain().unsealed(5).rows().get(0).id();
        store.auditChain().extend(newest, List.of(new AuditSeal(newest.number() + 1, entry, "a".repeat(64))));
        store.auditChain().read(AuditSeal.NONE, 5);
        webhook();
        store.history().prune(PRUNING);
    }

    private void webhook() {
        WebhookClaim claim = store.webhooks()
                .claim("receiver-" + round, List.of("*"), "node-a", MINUTE)
                .orElseThrow();
        store.webhooks().claim(claim.name(), List.of("pull"), "node-b", MINUTE);
        store.webhooks().delivered(claim, claim.upTo(), 0, MINUTE);
        store.webhooks().failed(claim, Failure.retried("away", MINUTE));
        store.webhooks().resume(claim.name(), "tester");
        store.webhooks().release(claim);
        store.webhooks().list();
    }

    private void remove() {
        Operation operation = open(wanted(Kind.UNINSTALL).from(revision(3)));
        store.journal().recordRemoved(operation);
        store.journal().close(operation, Closing.succeeded(""));
        store.installs().forget(WorkspaceId.of("ws-" + round), "tester");
    }
}
