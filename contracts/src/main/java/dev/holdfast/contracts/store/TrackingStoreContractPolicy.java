package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Operation;
import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.Operation.Outcome;
import dev.holdfast.spi.Operation.Phase;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.SweepStore.Finding;
import dev.holdfast.spi.store.SweepStore.SweepClaim;
import dev.holdfast.spi.store.UpdateStore.Backlog;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import dev.holdfast.spi.store.UpstreamStore.Standing;
import dev.holdfast.spi.store.UpstreamStore.UpstreamStatus;
import dev.holdfast.spi.store.UpstreamStore.UpstreamSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What policies, suspensions and the memory of first sights promise. */
abstract class TrackingStoreContractPolicy extends TrackingStoreContractSweep {

    private static final UpdatePolicy AUTO =
            UpdatePolicy.parse("auto:minor; cooldown PT24H; window sat,sun 02:00 PT3H Europe/Vienna");
    private static final Page.Request TEN = Page.Request.first(10);

    @Test
    void anInstallsUpdatesAreDecidedByAnOperatorUnlessSomebodySaysOtherwise() {
        assertThat(installed(GREETER, origin(MAIN), A).policy()).isEqualTo(UpdatePolicy.manual());
    }

    @Test
    void aPolicyStaysWhileRevisionsComeAndGoAndLeavesWithTheInstall() {
        Instant recorded = installed(GREETER, origin(MAIN), A).updatedAt();
        clock.advance(HOUR);

        assertThat(store.installs().setPolicy(GREETER, AUTO, "alice")).isTrue();
        assertThat(store.installs().find(GREETER).orElseThrow().policy()).isEqualTo(AUTO);
        assertThat(store.installs().find(GREETER).orElseThrow().updatedAt()).isEqualTo(recorded);
        assertThat(installed(GREETER, origin(MAIN), B).policy()).isEqualTo(AUTO);
        uninstalled(GREETER);
        assertThat(installed(GREETER, origin(MAIN), A).policy()).isEqualTo(UpdatePolicy.manual());
    }

    @Test
    void aPolicyIsAuditedOnceAndOnlyAnInstallHasOne() {
        installed(GREETER, origin(MAIN), A);

        store.installs().setPolicy(GREETER, AUTO, "alice");
        store.installs().setPolicy(GREETER, AUTO, "bob");

        List<AuditEntry> entries = audited("policy");
        assertThat(entries).extracting(AuditEntry::actor).containsExactly("alice");
        assertThat(entries).extracting(AuditEntry::outcome).containsExactly(AUTO.toString());
        assertThat(store.installs().setPolicy(InstallKey.of("ws-1", "nobody"), AUTO, "alice"))
                .isFalse();
    }

    @Test
    void whatAPolicyMayDecideIsListedApart() {
        Update mine = pending();
        installed(InstallKey.of("ws-2", "greeter"), origin(MAIN), A);
        swept(MAIN, B);
        assertThat(store.updates().list(UpdateQuery.forPolicies(), TEN).items()).isEmpty();

        store.installs().setPolicy(GREETER, AUTO, "alice");

        assertThat(store.updates().list(UpdateQuery.forPolicies(), TEN).items()).containsExactly(update(mine));
    }

    @Test
    void aRevisionIsFirstSeenOnceHoweverOftenItIsQueued() {
        Update first = pending();
        clock.advance(HOUR);
        swept(MAIN, C);
        clock.advance(HOUR);

        Update again = swept(MAIN, B).queued().get(0);

        assertThat(again.createdAt()).isEqualTo(clock.instant());
        assertThat(again.seenAt()).isEqualTo(first.createdAt()).isEqualTo(first.seenAt());
    }

    @Test
    void aSuspendedUpstreamIsNotAskedUntilItIsResumed() {
        installed(GREETER, origin(MAIN), A);

        assertThat(store.upstreams().suspend(UPSTREAM, "alice", "it is being moved"))
                .isTrue();
        assertThat(store.sweeps().claimDue("node-1", 10, LEASE)).isEmpty();
        assertThat(store.sweeps().claim("node-1", UPSTREAM, LEASE)).isEmpty();
        assertThat(status().suspended()).contains("it is being moved");
        assertThat(store.upstreams().resume(UPSTREAM, "bob")).isTrue();

        assertThat(store.upstreams().resume(UPSTREAM, "bob")).isFalse();
        assertThat(store.sweeps().claimDue("node-1", 10, LEASE)).hasSize(1);
        assertThat(audited("suspend")).extracting(AuditEntry::actor).containsExactly("alice");
        assertThat(audited("resume")).extracting(AuditEntry::actor).containsExactly("bob");
    }

    @Test
    void aResumedUpstreamIsDueAtOnceAlsoWhenItWasAskedMeanwhile() {
        installed(GREETER, origin(MAIN), A);
        SweepClaim claim = claimed();
        store.upstreams().suspend(UPSTREAM, "alice", "it is being moved");
        store.upstreams().resume(UPSTREAM, "alice");

        assertThat(store.sweeps().record(claim, List.of(finding(MAIN, A)), HOUR))
                .isPresent();

        assertThat(store.sweeps().claimDue("node-1", 10, LEASE)).hasSize(1);
    }

    @Test
    void anAnswerThatWasAskedForBeforeTheSuspensionIsKept() {
        installed(GREETER, origin(MAIN), A);
        SweepClaim claim = claimed();
        store.upstreams().suspend(UPSTREAM, "alice", "it is being moved");

        assertThat(store.sweeps().record(claim, List.of(finding(MAIN, B)), HOUR))
                .isPresent();

        clock.advance(HOUR);
        assertThat(store.sweeps().claimDue("node-1", 10, LEASE)).isEmpty();
    }

    @Test
    void onlyAnUpstreamThatIsFollowedCanBeSuspended() {
        assertThat(store.upstreams().suspend(UPSTREAM, "alice", "why not")).isFalse();
        assertThat(store.upstreams().find(UPSTREAM)).isEmpty();
        assertThat(audited("suspend")).isEmpty();
    }

    @Test
    void anUpstreamIsFailingSinceTheFirstFailureAfterItsLastAnswer() {
        installed(GREETER, origin(MAIN), A);
        Instant first = clock.instant();
        store.sweeps().fail(claimed(), Reason.UNREACHABLE, "refused", HOUR);
        clock.advance(HOUR);
        store.sweeps().fail(claimed(), Reason.UNREACHABLE, "refused", HOUR);
        assertThat(status().failingSince()).contains(first);

        store.sweeps().record(claimed(), List.of(), HOUR);

        assertThat(status().failingSince()).isEmpty();
    }

    @Test
    void upstreamsAreCountedByHowTheyStandAndThoseInTroubleAreNamedTheLongestFailingFirst() {
        Duration hold = Duration.ofMinutes(1);
        for (String name : List.of("a", "b", "c", "d")) {
            installed(InstallKey.of("ws-" + name, "greeter"), origin(upstream(name), MAIN), A);
            clock.advance(hold);
        }
        fail("c");
        clock.advance(hold);
        fail("b");
        store.upstreams().suspend(upstream("a"), "alice", "it is being moved");

        UpstreamSummary summary = store.upstreams().summary(10);

        assertThat(List.of(summary.ready(), summary.failing(), summary.suspended()))
                .containsExactly(1L, 2L, 1L);
        assertThat(summary.troubled())
                .extracting(UpstreamStatus::upstream, UpstreamStatus::standing)
                .containsExactly(
                        tuple(upstream("c"), Standing.FAILING),
                        tuple(upstream("b"), Standing.FAILING),
                        tuple(upstream("a"), Standing.SUSPENDED));
        assertThat(store.upstreams().summary(1).troubled()).hasSize(1);
    }

    @Test
    void theSummarySaysHowLongTheLongestDueHasWaitedToBeAsked() {
        assertThat(store.upstreams().summary(10).behind()).isZero();
        installed(GREETER, origin(MAIN), A);
        clock.advance(Duration.ofMinutes(90));
        assertThat(store.upstreams().summary(10).behind()).isEqualTo(Duration.ofMinutes(90));

        store.upstreams().suspend(UPSTREAM, "alice", "it is being moved");
        assertThat(store.upstreams().summary(10).behind()).isZero();
        store.upstreams().resume(UPSTREAM, "alice");
        clock.advance(HOUR);
        SweepClaim held = claimed();
        assertThat(store.upstreams().summary(10).behind()).isZero();

        store.sweeps().record(held, List.of(), HOUR);
        assertThat(store.upstreams().summary(10).behind()).isZero();
    }

    @Test
    void theBacklogCountsWhatIsOpenAndHowLongTheOldestHasWaited() {
        assertThat(store.updates().backlog()).isEqualTo(new Backlog(0, 0, 0, 0, Optional.empty()));
        Update update = pending();
        clock.advance(HOUR);
        assertThat(store.updates().backlog()).isEqualTo(new Backlog(1, 0, 0, 0, Optional.of(HOUR)));

        Operation operation = opened(applying(update, GREETER));
        assertThat(store.updates().backlog()).isEqualTo(new Backlog(0, 1, 0, 0, Optional.empty()));

        store.journal().close(operation, Closing.failed("it does not start"));
        assertThat(store.updates().backlog()).isEqualTo(new Backlog(0, 0, 1, 0, Optional.empty()));

        store.updates().retry(update.id(), "alice");
        assertThat(store.updates().backlog().failed()).isZero();
    }

    @Test
    void theBacklogCountsWhatIsTriedAgainAndAgain() {
        Update update = pending();
        for (int attempt = 1; attempt < Backlog.OFTEN; attempt++) {
            failsForNow(update);
        }
        assertThat(store.updates().backlog().retrying()).isZero();

        failsForNow(update);

        assertThat(store.updates().backlog()).isEqualTo(new Backlog(1, 0, 0, 1, Optional.of(Duration.ZERO)));
    }

    private void failsForNow(Update update) {
        Closing again =
                new Closing(Outcome.FAILED, "it is away", UpdateStatus.PENDING, Optional.of(HOUR), Optional.empty());
        store.journal().close(opened(applying(update, GREETER)), again);
    }

    @Test
    void theBacklogDoesNotCountWhatFailedAndIsKnownToBeBad() {
        Update update = pending();
        Operation operation = opened(applying(update, GREETER));

        store.journal().close(operation, Closing.failed("unhealthy").remembering(update.to()));

        assertThat(store.updates().backlog().failed()).isZero();
    }

    private void fail(String name) {
        SweepClaim claim = store.sweeps().claim("node-1", upstream(name), LEASE).orElseThrow();
        store.sweeps().fail(claim, Reason.UNREACHABLE, "refused", HOUR);
    }

    @Test
    void whereTheFollowedRefsStandIsKnownAndAnAbsentRefIsNotAmongThem() {
        installed(GREETER, origin(MAIN), A);
        TrackedRef tag = TrackedRef.tag("v1");
        installed(InstallKey.of("ws-2", "greeter"), origin(tag), A);
        store.sweeps().record(claimed(), List.of(finding(MAIN, B), finding(tag, A)), HOUR);
        assertThat(status().refs()).isEqualTo(Map.of(MAIN, B, tag, A));

        store.sweeps().record(claimed(), List.of(finding(MAIN, C)), HOUR);

        assertThat(status().refs()).isEqualTo(Map.of(MAIN, C));
        assertThat(store.upstreams().list(TEN).items()).containsExactly(status());
    }

    @Test
    void onlyInstallsOfARewrittenRevisionAreToldThatItWas() {
        installed(GREETER, origin(MAIN), A);
        installed(InstallKey.of("ws-2", "greeter"), origin(MAIN), C);
        Finding finding = new Finding(MAIN, B, Optional.empty(), DriftKind.UPSTREAM_MOVED, true, Set.of(C));

        List<Update> queued = store.sweeps()
                .record(claimed(), List.of(finding), HOUR)
                .orElseThrow()
                .queued();

        assertThat(queued)
                .extracting(Update::from, Update::why)
                .containsExactlyInAnyOrder(tuple(A, DriftKind.UPSTREAM_MOVED), tuple(C, DriftKind.REF_REWRITTEN));
    }

    @Test
    void anOperationThatPutsBackWhatWasLiveBeforeStaysKnownAsSuch() {
        Update update = pending();
        Operation operation = opened(applying(update, GREETER));
        store.journal().record(operation, install(operation, origin(MAIN), B));
        assertThat(newest().phase()).isEqualTo(Phase.RECORDED);
        store.journal().advance(operation, Phase.REVERTING, Duration.ofMinutes(1));

        store.journal().record(operation, install(operation, origin(MAIN), A));

        assertThat(newest().phase()).isEqualTo(Phase.REVERTING);
        assertThat(newest().kind()).isEqualTo(Kind.UPGRADE);
    }

    private Operation newest() {
        return store.history().list(GREETER, Page.Request.first(1)).items().get(0);
    }

    private UpstreamStatus status() {
        return store.upstreams().find(UPSTREAM).orElseThrow();
    }

    private List<AuditEntry> audited(String action) {
        return store.audit().list(Page.Request.first(100)).items().stream()
                .filter(entry -> entry.action().equals(action))
                .toList();
    }
}
