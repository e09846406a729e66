package dev.holdfast.contracts.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ApplyResult;
import dev.holdfast.Explanation;
import dev.holdfast.Explanation.Code;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.images.ImageReport.Item;
import dev.holdfast.images.ImageReport.Outcome;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.fleet.Quarantine;
import dev.holdfast.spi.fleet.Rollout.Progress;
import dev.holdfast.spi.fleet.Rollout.State;
import dev.holdfast.spi.fleet.RolloutMember;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.image.ImageLedger.Attempt;
import dev.holdfast.spi.image.ImageLedger.Beginning;
import dev.holdfast.spi.image.ImageLedger.Entry;
import dev.holdfast.spi.image.ImageLedger.Extension;
import dev.holdfast.spi.image.ImageRollout;
import dev.holdfast.spi.image.ImageRollout.Member;
import dev.holdfast.spi.image.WatchedImage;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds where the policy of an image names a plan: its containers are replaced ring by ring. */
abstract class ImageRolloutCases extends ImageForcedCases {

    private static final WatchedImage KEY = new WatchedImage("engine-1", IMAGE);
    private static final UpdatePolicy CAREFUL = ANY.plan("careful");
    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Duration HOUR = Duration.ofHours(1);

    /** Twenty containers of one image run the first digest, and its tag stands at the second. */
    private Node twenty(String plan) {
        stores.store().fleet().plans().set("careful", RolloutPlan.parse(plan), "alice");
        images.push(WEB, 1);
        IntStream.range(0, 20).forEach(i -> images.runs("web-%02d".formatted(i), WEB, 1));
        images.push(WEB, 2);
        return node(CAREFUL);
    }

    private void unhealthy(Set<String> names) {
        images.beforeRefresh(container -> {
            if (names.contains(container.name())) {
                throw new PermanentException(Reason.UNHEALTHY, container.name() + " did not come up");
            }
        });
    }

    private static Set<String> all() {
        return IntStream.range(0, 20).mapToObj("web-%02d"::formatted).collect(Collectors.toSet());
    }

    private Entry entry() {
        return stores.ledger().find(KEY).orElseThrow();
    }

    @Test
    final void eachRingComesAfterTheSoakOfTheOneBefore() {
        Node node = twenty("ring 10% soak PT1H; ring 50% soak PT2H; ring rest");

        assertThat(node.look()).returns(Outcome.REFRESHED, Item::outcome).returns(2, Item::refreshed);
        assertThat(node.look())
                .returns(Outcome.WAITING, Item::outcome)
                .satisfies(item -> assertThat(item.detail()).contains("ring 2 of 3", "the soak of ring 1"));
        assertThat(node.explained())
                .returns(Code.IN_ROLLOUT, Explanation::code)
                .returns(Optional.of(clock.instant().plus(HOUR)), Explanation::next);
        assertThat(images.refreshed).hasSize(2);

        clock.advance(HOUR);
        assertThat(node.look().refreshed()).isEqualTo(10);
        clock.advance(HOUR);
        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);
        Update update = onlyPending(node);
        clock.advance(HOUR);
        assertThat(node.look().refreshed()).isEqualTo(8);

        assertThat(now(update)).returns(UpdateStatus.APPLIED, Update::status);
        assertThat(node.look().outcome()).isEqualTo(Outcome.CURRENT);
        assertThat(images.refreshed).hasSize(20).doesNotHaveDuplicates();
        assertThat(told(HoldfastEvent.ImageRolloutMoved.class)).hasSize(2);
        assertThat(audited())
                .filteredOn(entry -> entry.action().equals("refresh"))
                .extracting(AuditEntry::outcome)
                .containsExactly("succeeded", "ring 2 of 3 RUNNING, 10 replaced", "ring 1 of 3 RUNNING, 2 replaced");
    }

    @Test
    final void aDigestThatDoesNotComeUpHaltsInTheFirstRingAndNobodyGetsItAfterwards() {
        Node node = twenty("ring 10%; ring rest; halt 20% of 5");
        unhealthy(all());

        assertThat(node.look())
                .returns(Outcome.FAILED, Item::outcome)
                .returns(Optional.of(Reason.UNHEALTHY), Item::reason)
                .satisfies(item -> assertThat(item.detail()).contains("halted", "2 of 2 failed in ring 1 of 2"));

        Revision bad = Revision.of(entry().observed().value());
        assertThat(stores.store().fleet().quarantines().active())
                .singleElement()
                .returns(Quarantine.Content.revision(bad), Quarantine::content);
        assertThat(node.look())
                .returns(Outcome.WAITING, Item::outcome)
                .satisfies(item -> assertThat(item.detail()).contains("in quarantine"));
        assertThat(node.explained().code()).isEqualTo(Code.QUARANTINED);
        images.beforeRefresh(container -> {});
        Update update = onlyPending(node);
        assertThat(node.apply(update, "bob"))
                .isInstanceOfSatisfying(
                        ApplyResult.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(Reason.QUARANTINED));
        assertThat(node.watcher().pull(List.of(IMAGE), "bob").items().get(0).reason())
                .contains(Reason.QUARANTINED);
        assertThat(node.watcher().refresh(List.of(IMAGE), "bob").items().get(0).reason())
                .contains(Reason.QUARANTINED);
        clock.advance(Duration.ofDays(30));
        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);
        assertThat(images.refreshed).isEmpty();
        assertThat(images.pulled).isEmpty();
    }

    @Test
    final void onceItsQuarantineIsLiftedAHaltedDigestWaitsForAnOperator() {
        Node node = twenty("ring 10%; ring rest");
        unhealthy(all());
        node.look();
        Quarantine declared = stores.store().fleet().quarantines().active().get(0);
        stores.store().fleet().quarantines().lift(declared.id(), "alice", "the registry was to blame");
        images.beforeRefresh(container -> {});

        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);
        assertThat(node.explained().code()).isEqualTo(Code.ROLLOUT_OVER);

        assertThat(node.apply(onlyPending(node), "alice")).isInstanceOf(ApplyResult.Applied.class);
        assertThat(images.refreshed).hasSize(20);
    }

    @Test
    final void whatThePlanBearsDoesNotHaltAndIsLeftToAnOperator() {
        Node node = twenty("ring 10%; ring rest; halt 50% of 5");
        unhealthy(Set.of("web-07"));

        assertThat(node.look().refreshed()).isEqualTo(19);

        assertThat(entry().rollout().orElseThrow().progress().state()).isEqualTo(State.DONE);
        assertThat(node.look().detail()).contains("1 of its containers did not come up");
        assertThat(node.explained().code()).isEqualTo(Code.ROLLOUT_OVER);
        assertThat(stores.store().fleet().quarantines().active()).isEmpty();
        images.beforeRefresh(container -> {});
        assertThat(node.apply(onlyPending(node), "alice")).isInstanceOf(ApplyResult.Applied.class);
        assertThat(images.refreshed).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    final void whatKeepsOneContainerBackDoesNotKeepTheQuarantineOfAHaltBack() {
        Node node = twenty("ring 20%; ring rest; halt 3");
        Set<String> seen = new HashSet<>();
        images.beforeRefresh(container -> {
            seen.add(container.name());
            throw new PermanentException(
                    seen.size() == 1 ? Reason.TARGET_UNUSABLE : Reason.UNHEALTHY, container.name() + " is not well");
        });

        node.look();

        assertThat(stores.store().fleet().quarantines().active()).hasSize(1);
        assertThat(entry().rollout().orElseThrow().progress().state()).isEqualTo(State.HALTED);
    }

    @Test
    final void whatHasBegunKeepsItsPlanThoughAnotherIsSet() {
        Node node = twenty("ring 10% soak PT1H; ring 50% soak PT1H; ring rest; halt 20% of 5");
        node.look();
        stores.store().fleet().plans().set("careful", RolloutPlan.parse("ring rest"), "alice");
        clock.advance(HOUR);

        assertThat(node.look().refreshed()).isEqualTo(10);
    }

    @Test
    final void whoGoesOnWhereANodeDiedKeepsToItsRingsThoughNobodyHasThePlanAnyMore() {
        Node node = twenty("ring 10% soak PT1H; ring rest");
        images.beforeRefresh(container -> {
            throw new TransientException(Reason.UNREACHABLE, "no route");
        });
        node.look();
        images.beforeRefresh(container -> {});
        assertThat(stores.ledger()
                        .begin(
                                KEY,
                                new Beginning(Optional.of(now(onlyPending(node))), "node-b", "policy", false),
                                LEASE))
                .isPresent();
        stores.store().fleet().plans().remove("careful", "alice");
        clock.advance(LEASE.plusSeconds(1));

        assertThat(node.look().refreshed()).isEqualTo(2);
    }

    @Test
    final void whatIsStartedFromAnOldImageAfterAHaltWasOvercomeIsReplaced() {
        Node node = twenty("ring 10%; ring rest");
        unhealthy(all());
        node.look();
        long declared = stores.store().fleet().quarantines().active().get(0).id();
        stores.store().fleet().quarantines().lift(declared, "alice", "the registry was to blame");
        images.beforeRefresh(container -> {});
        node.apply(onlyPending(node), "alice");
        images.runs("late", WEB, 1);

        assertThat(node.look().refreshed()).isEqualTo(1);
    }

    @Test
    final void aRegistryThatIsAwaySaysNothingAgainstADigest() {
        Node node = twenty("ring 10%; ring rest; halt 1");
        images.beforeRefresh(container -> {
            throw new TransientException(Reason.UNREACHABLE, "no route");
        });
        assertThat(node.look().outcome()).isEqualTo(Outcome.FAILED);

        images.beforeRefresh(container -> {});
        clock.advance(HOUR);

        assertThat(node.look().refreshed()).isEqualTo(20);
        assertThat(stores.store().fleet().quarantines().active()).isEmpty();
    }

    /** A first ring of two stays one of two, whoever dies between replacing one of them and recording it. */
    @Test
    final void aNodeThatDiesInARingHasUsedUpItsPartOfIt() {
        Node node = twenty("ring 10% soak PT1H; ring rest");
        node(MANUAL).look();
        Update update = onlyPending(node);
        Attempt attempt = stores.ledger()
                .begin(KEY, new Beginning(Optional.of(update), "node-b", "policy", true), LEASE)
                .orElseThrow();
        Map<String, Member> members = new HashMap<>();
        Map<String, Integer> rings = RolloutPlan.parse("ring 10% soak PT1H; ring rest")
                .assigned("careful", all().stream().collect(Collectors.toMap(name -> name, name -> Labels.none())));
        rings.forEach((name, ring) -> members.put(name, new Member(ring, RolloutMember.State.WAITING)));
        String first = rings.entrySet().stream()
                .filter(ring -> ring.getValue() == 0)
                .findFirst()
                .orElseThrow()
                .getKey();
        ImageRollout rollout = new ImageRollout(
                entry().observed(),
                new NamedPlan("careful", RolloutPlan.parse("ring 10% soak PT1H; ring rest")),
                Progress.begun(clock.instant()),
                members);
        assertThat(stores.ledger()
                        .extend(attempt, Extension.of(LEASE, rollout.member(first, RolloutMember.State.UNDER_WAY))))
                .isTrue();
        images.runs(first, WEB, 2);
        clock.advance(LEASE.plusSeconds(1));

        assertThat(node.look().refreshed()).isEqualTo(1);

        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);
        assertThat(images.refreshed).hasSize(1).doesNotContain(first);
    }

    @Test
    final void labelsOfContainersChooseARing() {
        stores.store()
                .fleet()
                .plans()
                .set("careful", RolloutPlan.parse("ring labels canary=yes soak PT1H; ring rest"), "alice");
        images.push(WEB, 1)
                .runs("a", WEB, 1)
                .runs("b", WEB, 1, Map.of("canary", "yes", "not a label key of ours", "x"), false)
                .runs("c", WEB, 1)
                .push(WEB, 2);
        Node node = node(CAREFUL);

        node.look();
        assertThat(images.refreshed).containsExactly("b");

        clock.advance(HOUR);
        node.look();
        assertThat(images.refreshed).containsExactlyInAnyOrder("a", "b", "c");
    }

    @Test
    final void aNewerDigestBeginsWithTheFirstRingAgain() {
        Node node = twenty("ring 10% soak PT1H; ring rest");
        node.look();
        images.push(WEB, 3);

        assertThat(node.look().refreshed()).isEqualTo(2);

        assertThat(entry().rollout().orElseThrow().digest()).isEqualTo(entry().observed());
        clock.advance(HOUR);
        assertThat(node.look().refreshed()).isEqualTo(18);
        assertThat(all()).allSatisfy(name -> assertThat(images.digestOf(name)).isEqualTo(entry().observed()));
    }

    @Test
    final void whatJoinsDuringASoakComesInTheRingThatItHasAmongAll() {
        Node node = twenty("ring 10% soak PT1H; ring rest");
        node.look();
        images.runs("late", WEB, 1);

        assertThat(node.look().outcome()).isEqualTo(Outcome.WAITING);

        clock.advance(HOUR);
        assertThat(node.look().refreshed()).isEqualTo(19);
        assertThat(images.refreshed).contains("late");
    }

    @Test
    final void aPlanThatNobodyHasSetKeepsAllWaiting() {
        images.push(WEB, 1).runs("web", WEB, 1).push(WEB, 2);
        Node node = node(CAREFUL);

        assertThat(node.look())
                .returns(Outcome.WAITING, Item::outcome)
                .satisfies(item -> assertThat(item.detail()).contains("rollout plan 'careful'"));
        assertThat(node.explained().code()).isEqualTo(Code.NO_PLAN);
        assertThat(images.refreshed).isEmpty();
    }

    @Test
    final void anOperatorTakesAllOfItAtOnce() {
        Node node = twenty("ring 10% soak PT1H; ring rest");
        node.look();

        assertThat(node.apply(onlyPending(node), "alice")).isInstanceOf(ApplyResult.Applied.class);

        assertThat(images.refreshed).hasSize(20).doesNotHaveDuplicates();
    }

    @Test
    final void aPlanWithoutTheStoreThatKeepsItIsRefused() {
        ImageWatcher.Builder builder = ImageWatcher.builder()
                .digests(images)
                .refresher(images)
                .ledger(stores.ledger())
                .image(IMAGE)
                .policy(CAREFUL);

        assertThatThrownBy(builder::build)
                .isInstanceOf(PermanentException.class)
                .hasMessageContaining("fleet(...)");
    }
}
