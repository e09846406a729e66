package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.SweepStore.Census;
import dev.holdfast.spi.store.SweepStore.SweepClaim;
import dev.holdfast.spi.store.SweepStore.Tracked;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import dev.holdfast.spi.store.UpstreamStore.UpstreamStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What handing out upstreams promises. */
abstract class TrackingStoreContractSweep extends TrackingStoreContractJournal {

    @Test
    void aNewInstallsUpstreamIsDueAtOnce() {
        installed(GREETER, origin(MAIN), A);

        List<SweepClaim> claims = store.sweeps().claimDue("node-1", 10, LEASE);

        assertThat(claims).singleElement().satisfies(claim -> {
            assertThat(claim.upstream()).isEqualTo(UPSTREAM);
            assertThat(claim.failures()).isZero();
            assertThat(claim.tracked()).containsExactly(new Tracked(MAIN, A, 1));
        });
    }

    @Test
    void whatIsQueuedIsAuditedOnceForEachInstall() {
        installed(GREETER, origin(MAIN), A);
        installed(InstallKey.of("ws-2", "greeter"), origin(MAIN), A);

        swept(MAIN, B);
        clock.advance(HOUR);
        swept(MAIN, B);

        assertThat(store.audit().list(Page.Request.first(10)).items())
                .filteredOn(entry -> entry.action().equals("update-queued"))
                .hasSize(2)
                .allSatisfy(entry -> {
                    assertThat(entry.actor()).isEqualTo("sweep");
                    assertThat(entry.from()).contains(A);
                    assertThat(entry.to()).contains(B);
                    assertThat(entry.outcome()).isEqualTo("upstream moved to v2.0.0");
                })
                .extracting(entry -> entry.key().orElseThrow().toString())
                .containsExactlyInAnyOrder("ws-1/greeter", "ws-2/greeter");
    }

    @Test
    void anUpstreamIsHandedOutOnceForAllItsInstalls() {
        for (int i = 0; i < 3; i++) {
            installed(InstallKey.of("ws-" + i, "greeter"), origin(MAIN), A);
        }
        installed(InstallKey.of("ws-3", "greeter"), origin(MAIN), B);
        installed(InstallKey.of("ws-4", "greeter"), origin(STABLE), A);
        installed(InstallKey.of("ws-5", "greeter"), origin(TrackedRef.none()), A);
        installed(InstallKey.of("ws-6", "greeter"), origin(TrackedRef.sha(A.value())), A);

        List<SweepClaim> claims = store.sweeps().claimDue("node-1", 10, LEASE);

        assertThat(claims).hasSize(1);
        assertThat(claims.get(0).tracked())
                .containsExactlyInAnyOrder(new Tracked(MAIN, A, 3), new Tracked(MAIN, B, 1), new Tracked(STABLE, A, 1));
    }

    @Test
    void anUpstreamThatIsGivenBackIsDueAtOnceAndHasNeitherFailedNorAnswered() {
        installed(GREETER, origin(MAIN), A);
        SweepClaim first = store.sweeps().claimDue("node-1", 10, LEASE).get(0);

        assertThat(store.sweeps().release(first)).isTrue();

        assertThat(store.sweeps().release(first)).isFalse();
        SweepClaim second = store.sweeps().claimDue("node-2", 10, LEASE).get(0);
        assertThat(second.failures()).isZero();
        assertThat(second.tracked()).isEqualTo(first.tracked());
        assertThat(store.sweeps().record(first, List.of(), LEASE)).isEmpty();
    }

    @Test
    void countsWhyUpstreamsAreNotHandedOut() {
        List<Upstream> upstreams = upstreams(5);
        installed(InstallKey.of("pinned", "greeter"), origin(TrackedRef.none()), A);
        store.upstreams().suspend(upstreams.get(4), "alice", "moves house");
        SweepClaim answered = store.sweeps().claimDue("node-1", 1, LEASE).get(0);
        store.sweeps().record(answered, List.of(), Duration.ofHours(1));
        store.sweeps().claimDue("node-1", 1, LEASE);

        assertThat(store.sweeps().census()).isEqualTo(new Census(2, 1, 1, 1));
    }

    @Test
    void whatFollowsNothingThatMovesIsNeverHandedOut() {
        installed(GREETER, origin(TrackedRef.none()), A);
        installed(InstallKey.of("ws-2", "greeter"), origin(TrackedRef.sha(A.value())), A);

        assertThat(store.sweeps().claimDue("node-1", 10, LEASE)).isEmpty();
        assertThat(store.sweeps().claim("node-1", UPSTREAM, LEASE)).isEmpty();
        assertThat(store.upstreams().list(Page.Request.first(10)).items()).isEmpty();
    }

    @Test
    void theLongestDueComeFirstAndNoMoreThanAsked() {
        List<Upstream> upstreams = upstreams(5);

        assertThat(store.sweeps().claimDue("node-1", 2, LEASE))
                .extracting(SweepClaim::upstream)
                .containsExactlyElementsOf(upstreams.subList(0, 2));
        assertThat(store.sweeps().claimDue("node-2", 10, LEASE))
                .extracting(SweepClaim::upstream)
                .containsExactlyElementsOf(upstreams.subList(2, 5));
        assertThat(store.sweeps().claimDue("node-3", 10, LEASE)).isEmpty();
    }

    @Test
    void theTailIsNotStarvedByAHeadThatKeepsFailing() {
        List<Upstream> upstreams = upstreams(4);
        for (SweepClaim claim : store.sweeps().claimDue("node-1", 2, LEASE)) {
            store.sweeps().fail(claim, Reason.UNREACHABLE, "refused", Duration.ofSeconds(1));
        }
        clock.advance(Duration.ofSeconds(2));

        assertThat(store.sweeps().claimDue("node-1", 2, LEASE))
                .extracting(SweepClaim::upstream)
                .containsExactlyElementsOf(upstreams.subList(2, 4));
    }

    @Test
    void severalNodesShareTheDueUpstreamsAndNoneIsDoneTwice() throws Exception {
        upstreams(60);

        List<List<SweepClaim>> shares = together(4, () -> {
            List<SweepClaim> mine = new ArrayList<>();
            List<SweepClaim> next = store.sweeps().claimDue("node", 7, LEASE);
            while (!next.isEmpty()) {
                mine.addAll(next);
                next = store.sweeps().claimDue("node", 7, LEASE);
            }
            return mine;
        });

        List<SweepClaim> all = shares.stream().flatMap(List::stream).toList();
        assertThat(all).extracting(SweepClaim::upstream).doesNotHaveDuplicates().hasSize(60);
        assertThat(all).extracting(SweepClaim::token).doesNotHaveDuplicates();
    }

    @Test
    void aNodeThatDiesLosesItsClaimsWhenTheLeaseRunsOut() {
        installed(GREETER, origin(MAIN), A);
        SweepClaim dead = store.sweeps().claimDue("node-1", 10, LEASE).get(0);
        clock.advance(LEASE.minusSeconds(1));
        assertThat(store.sweeps().claimDue("node-2", 10, LEASE)).isEmpty();
        clock.advance(Duration.ofSeconds(1));

        SweepClaim taken = store.sweeps().claimDue("node-2", 10, LEASE).get(0);

        assertThat(taken.token()).isNotEqualTo(dead.token());
        assertThat(store.sweeps().record(dead, List.of(finding(MAIN, B)), HOUR)).isEmpty();
        assertThat(store.sweeps().fail(dead, Reason.TIMEOUT, "late", HOUR)).isFalse();
        assertThat(store.updates().list(all(), Page.Request.first(10)).items()).isEmpty();
        assertThat(store.sweeps().record(taken, List.of(finding(MAIN, B)), HOUR))
                .isPresent();
    }

    @Test
    void anAnswerIsWrittenOnce() {
        installed(GREETER, origin(MAIN), A);
        SweepClaim claim = claimed();
        assertThat(store.sweeps().record(claim, List.of(finding(MAIN, B)), HOUR))
                .isPresent();

        assertThat(store.sweeps().record(claim, List.of(finding(MAIN, C)), HOUR))
                .isEmpty();
        assertThat(store.sweeps().fail(claim, Reason.TIMEOUT, "late", HOUR)).isFalse();
    }

    @Test
    void aClaimOfAnUpstreamThatWasDroppedAndCameBackIsLost() {
        installed(GREETER, origin(MAIN), A);
        SweepClaim claim = claimed();
        uninstalled(GREETER);
        assertThat(store.sweeps().record(claim, List.of(finding(MAIN, B)), HOUR))
                .isEmpty();
        installed(GREETER, origin(MAIN), A);

        assertThat(store.sweeps().record(claim, List.of(finding(MAIN, B)), HOUR))
                .isEmpty();
        SweepClaim next = claimed();
        assertThat(next.token()).isNotEqualTo(claim.token());
        assertThat(store.sweeps().record(claim, List.of(finding(MAIN, B)), HOUR))
                .isEmpty();
    }

    @Test
    void anAnsweredUpstreamIsDueAgainWhenTheTimeHasCome() {
        installed(GREETER, origin(MAIN), A);
        store.sweeps().record(claimed(), List.of(finding(MAIN, A)), HOUR);

        UpstreamStatus status =
                store.upstreams().list(Page.Request.first(10)).items().get(0);
        assertThat(status)
                .isEqualTo(new UpstreamStatus(
                        UPSTREAM,
                        1,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(clock.instant()),
                        clock.instant().plus(HOUR),
                        Optional.empty(),
                        Map.of(MAIN, A)));
        clock.advance(HOUR.minusMillis(1));
        assertThat(store.sweeps().claimDue("node-1", 10, LEASE)).isEmpty();
        clock.advance(Duration.ofMillis(1));
        assertThat(store.sweeps().claimDue("node-1", 10, LEASE)).hasSize(1);
    }

    @Test
    void anUpstreamCanBeClaimedBeforeItIsDue() {
        installed(GREETER, origin(MAIN), A);
        store.sweeps().record(claimed(), List.of(), HOUR);

        assertThat(store.sweeps().claim("node-2", UPSTREAM, LEASE)).isPresent();
    }

    @Test
    void anUpstreamThatIsAskedForWhileSomebodyHoldsItIsLookedAtAgain() {
        installed(GREETER, origin(MAIN), A);
        SweepClaim held = claimed();

        assertThat(store.sweeps().claim("node-2", UPSTREAM, LEASE)).isEmpty();
        assertThat(store.sweeps().claimDue("node-2", 10, LEASE)).isEmpty();
        store.sweeps().record(held, List.of(), HOUR);

        assertThat(store.sweeps().claimDue("node-2", 10, LEASE)).hasSize(1);
    }

    @Test
    void anInstallDuringALookIsLookedAtAfterIt() {
        installed(GREETER, origin(MAIN), A);
        SweepClaim held = claimed();
        clock.advance(Duration.ofSeconds(1));
        installed(InstallKey.of("ws-2", "greeter"), origin(MAIN), B);
        assertThat(store.sweeps().claimDue("node-2", 10, LEASE)).isEmpty();

        assertThat(store.sweeps()
                        .record(held, List.of(finding(MAIN, A)), HOUR)
                        .orElseThrow()
                        .queued())
                .as("the answer is older than the install")
                .isEmpty();

        assertThat(store.sweeps().claimDue("node-2", 10, LEASE)).hasSize(1);
    }

    @Test
    void anUpstreamThatCannotBeAskedIsLeftAloneForAWhileAndSaysWhy() {
        installed(GREETER, origin(MAIN), A);
        store.sweeps().record(claimed(), List.of(), Duration.ofMinutes(1));
        assertThat(store.sweeps().fail(claimed(), Reason.UNREACHABLE, "refused", Duration.ofMinutes(2)))
                .isTrue();
        SweepClaim second = claimed();
        assertThat(second.failures()).isEqualTo(1);
        store.sweeps().fail(second, Reason.TIMEOUT, "no answer\0", Duration.ofMinutes(4));

        UpstreamStatus status =
                store.upstreams().list(Page.Request.first(10)).items().get(0);

        assertThat(status.failures()).isEqualTo(2);
        assertThat(status.lastError().orElseThrow()).startsWith("no answer");
        assertThat(status.checkedAt()).contains(clock.instant());
        assertThat(status.dueAt()).isEqualTo(clock.instant().plus(Duration.ofMinutes(4)));
        store.sweeps().record(claimed(), List.of(), HOUR);
        UpstreamStatus healed =
                store.upstreams().list(Page.Request.first(10)).items().get(0);
        assertThat(healed.failures()).isZero();
        assertThat(healed.lastError()).isEmpty();
    }

    @Test
    void anUpstreamLeavesWithTheLastInstallThatFollowsIt() {
        installed(GREETER, origin(MAIN), A);
        installed(InstallKey.of("ws-2", "greeter"), origin(MAIN), A);

        installed(GREETER, origin(upstream("acme/other"), MAIN), A);
        assertThat(statuses(10)).containsExactly(UPSTREAM, upstream("acme/other"));
        installed(InstallKey.of("ws-2", "greeter"), origin(TrackedRef.none()), A);

        assertThat(statuses(10)).containsExactly(upstream("acme/other"));
    }

    @Test
    void statusesArePagedByKey() {
        List<Upstream> upstreams = upstreams(5);

        Page<UpstreamStatus> first = store.upstreams().list(Page.Request.first(3));
        Page<UpstreamStatus> rest = store.upstreams().list(new Page.Request(first.next(), 3));

        assertThat(first.items())
                .extracting(UpstreamStatus::upstream)
                .containsExactlyElementsOf(upstreams.subList(0, 3));
        assertThat(rest.items())
                .extracting(UpstreamStatus::upstream)
                .containsExactlyElementsOf(upstreams.subList(3, 5));
        assertThat(rest.next()).isEmpty();
    }

    @Test
    void anAbsurdNumberOfClaimsIsRefused() {
        assertThatThrownBy(() -> store.sweeps().claimDue("node-1", 0, LEASE)).isInstanceOf(PermanentException.class);
        assertThatThrownBy(() -> store.sweeps().claimDue("node-1", 1001, LEASE)).isInstanceOf(PermanentException.class);
    }

    /** Makes as many upstreams with one install each, due one second after another. */
    private List<Upstream> upstreams(int count) {
        List<Upstream> made = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Upstream upstream = upstream(String.format("acme/r%03d", i));
            installed(InstallKey.of("ws-" + i, "greeter"), origin(upstream, MAIN), A);
            made.add(upstream);
            clock.advance(Duration.ofSeconds(1));
        }
        return made;
    }

    private List<Upstream> statuses(int limit) {
        return store.upstreams().list(Page.Request.first(limit)).items().stream()
                .map(UpstreamStatus::upstream)
                .toList();
    }

    static UpdateQuery all() {
        return new UpdateQuery(Set.of(), Optional.empty(), Optional.empty());
    }
}
