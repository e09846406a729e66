package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ApplyResult;
import dev.holdfast.Automation;
import dev.holdfast.Concurrency;
import dev.holdfast.Explanation;
import dev.holdfast.Explanation.Code;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.PolicyReport;
import dev.holdfast.UpdateChanges;
import dev.holdfast.spi.AuditLog.AuditEntry;
import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.Page;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.SourceHistory.Relation;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdatePolicy.Level;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.WorkspaceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The promises about policies, as tests of the whole engine over the store under test: what may begin by itself begins
 * once and in time, what may not does not, and each install says why. Extend it beside {@link TrackingStoreContract}.
 */
public abstract class PolicyLifeContract extends DriftCases {

    private static final UpdatePolicy ANY = UpdatePolicy.auto(Level.ANY);
    private static final Upstream UPSTREAM = new Upstream("scripted", "scripted://greeter", "scripted");

    /** For subclasses. */
    protected PolicyLifeContract() {}

    @Override
    final Holdfast.Builder settings(Holdfast.Builder host) {
        return host.automation(Automation.standard().mostPerPass(2)).sweepConcurrency(new Concurrency(4, 1));
    }

    private void given(UpdatePolicy policy) {
        story.release("v1.0.0");
        story.install(story.request("ws-1", "greeter", "tag:v1.0.0")
                .track(TrackedRef.latestTag())
                .policy(policy));
    }

    private PolicyReport pass() {
        return story.holdfast().updates().applyDue();
    }

    private Explanation explained() {
        return story.holdfast().explain(WS, GREETER);
    }

    private Update queued(String tag) {
        story.release(tag);
        story.sweep();
        return story.onlyPending();
    }

    @Test
    void whatAPolicyAllowsIsAppliedOnceWithoutAnybody() {
        given(ANY);
        Update update = queued("v1.1.0");
        assertThat(explained().code()).isEqualTo(Code.READY);

        assertThat(pass().applied()).isEqualTo(1);

        assertThat(story.live("ws-1")).isEqualTo(update.to());
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.APPLIED);
        assertThat(story.now(update).actor()).isEqualTo("policy");
        assertThat(pass()).isEqualTo(new PolicyReport(0, 0, 0, Map.of()));
        assertThat(story.sweep().queued()).isZero();
        assertThat(audited("upgrade")).extracting(AuditEntry::actor).containsExactly("policy");
    }

    @Test
    void byDefaultAnOperatorDecides() {
        story.release("v1.0.0");
        story.install("ws-1", "tag:v1.0.0", TrackedRef.latestTag());
        Update update = queued("v1.0.1");

        assertThat(pass().applied()).isZero();

        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.PENDING);
        assertThat(explained().code()).isEqualTo(Code.WAITS_FOR_OPERATOR);
        assertThat(explained().next()).isEmpty();
        assertThat(explained().update()).hasValue(update.id());
    }

    @TestFactory
    Stream<DynamicTest> aPolicyGoesNoFurtherThanItsLevel() {
        return Stream.of(
                level(Level.PATCH, "v1.0.1", true),
                level(Level.PATCH, "v1.1.0", false),
                level(Level.PATCH, "v2.0.0", false),
                level(Level.MINOR, "v1.1.1", true),
                level(Level.MINOR, "v1.2.0", true),
                level(Level.MINOR, "v3.0.0", false),
                level(Level.ANY, "v4.0.0", true));
    }

    private DynamicTest level(Level level, String tag, boolean applied) {
        return DynamicTest.dynamicTest(level + " and " + tag, () -> {
            String workspace = "ws-" + level + "-" + tag;
            story.release(workspace, "v1.0.0");
            story.install(story.request(workspace, workspace, "tag:v1.0.0")
                    .as(GREETER)
                    .track(TrackedRef.latestTag())
                    .policy(UpdatePolicy.auto(level)));
            story.release(workspace, tag);
            story.sweep();

            assertThat(pass().applied()).isEqualTo(applied ? 1 : 0);

            Code code =
                    story.holdfast().explain(WorkspaceId.of(workspace), GREETER).code();
            assertThat(code).isEqualTo(applied ? Code.UP_TO_DATE : Code.ABOVE_LEVEL);
        });
    }

    @Test
    void withoutVersionsOnlyThePolicyForAnythingApplies() {
        Revision first = story.resolver().commit("greeter", Map.of("SKILL.md", "1"));
        story.resolver().branch("greeter", "main", first);
        story.install(story.request("ws-1", "greeter", "ref:main").policy(UpdatePolicy.auto(Level.MINOR)));
        story.resolver().branch("greeter", "main", story.resolver().commit("greeter", Map.of("SKILL.md", "2")));
        story.sweep();

        assertThat(pass().waiting()).containsEntry(Code.ABOVE_LEVEL, 1);
        story.holdfast().setPolicy(WS, GREETER, ANY, "alice");
        assertThat(pass().applied()).isEqualTo(1);
    }

    @Test
    void aRevisionCoolsDownFromTheMomentItWasFirstSeen() {
        given(ANY.cooldown(Duration.ofHours(24)));
        Update update = queued("v1.1.0");
        Instant cool = update.seenAt().plus(Duration.ofHours(24));

        assertThat(pass().waiting()).containsEntry(Code.COOLING_DOWN, 1);
        assertThat(explained().next()).contains(cool);
        story.clock().set(cool.minusMillis(1));
        assertThat(pass().applied()).isZero();
        story.clock().set(cool);
        assertThat(pass().applied()).isEqualTo(1);
    }

    @Test
    void aNewerRevisionCoolsDownByItself() {
        given(ANY.cooldown(Duration.ofHours(24)));
        queued("v1.1.0");
        story.clock().advance(Duration.ofHours(23));
        Update newer = queued("v1.2.0");
        story.clock().advance(Duration.ofHours(1));

        assertThat(pass().applied()).isZero();

        assertThat(explained().next()).contains(newer.seenAt().plus(Duration.ofHours(24)));
    }

    @Test
    void anUpdateBeginsWhenAWindowOpens() {
        given(UpdatePolicy.parse("auto:any; window sat 02:00 PT3H Europe/Vienna"));
        story.clock().set(Instant.parse("2030-05-01T12:00:00Z"));
        queued("v1.1.0");
        Instant opening = Instant.parse("2030-05-04T00:00:00Z");

        assertThat(pass().waiting()).containsEntry(Code.OUTSIDE_WINDOW, 1);
        assertThat(explained().next()).contains(opening);
        story.clock().set(opening);
        assertThat(pass().applied()).isEqualTo(1);
    }

    @Test
    void whatIsHeldByCooldownAndWindowSaysWhenBothAreOver() {
        given(UpdatePolicy.parse("auto:any; cooldown PT72H; window sat 02:00 PT3H Europe/Vienna"));
        story.clock().set(Instant.parse("2030-05-01T12:00:00Z"));
        queued("v1.1.0");

        assertThat(explained().code()).isEqualTo(Code.COOLING_DOWN);
        assertThat(explained().next()).contains(Instant.parse("2030-05-11T00:00:00Z"));
    }

    @Test
    void anOperatorIsNotBoundByThePolicy() {
        given(UpdatePolicy.auto(Level.PATCH).cooldown(Duration.ofDays(30)));

        assertThat(story.apply(queued("v3.0.0"))).isInstanceOf(ApplyResult.Applied.class);
    }

    @Test
    void whatWasDismissedStaysDismissed() {
        given(ANY);
        Update update = queued("v1.1.0");
        story.holdfast().updates().dismiss(update.id(), "alice", "not now");

        assertThat(story.sweep().suppressed()).isEqualTo(1);
        assertThat(pass().applied()).isZero();

        assertThat(explained().code()).isEqualTo(Code.DISMISSED);
        assertThat(explained().text()).contains("alice");
    }

    @Test
    void whatWasRolledBackDoesNotComeBackByItself() {
        given(ANY);
        queued("v1.1.0");
        pass();
        story.holdfast().rollback(WS, GREETER, "alice");

        assertThat(story.sweep().queued()).isZero();
        assertThat(pass().applied()).isZero();

        assertThat(explained().code()).isEqualTo(Code.BAD_REVISION);
        Update next = queued("v1.2.0");
        assertThat(pass().applied()).isEqualTo(1);
        assertThat(story.live("ws-1")).isEqualTo(next.to());
    }

    @Test
    void aSourceThatIsNotAllowedAnyMoreIsNotTouched() {
        given(ANY);
        Update update = queued("v1.1.0");
        story.refuse("greeter");

        assertThat(pass().waiting()).containsEntry(Code.SOURCE_NOT_ALLOWED, 1);

        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.PENDING);
        assertThat(explained().code()).isEqualTo(Code.SOURCE_NOT_ALLOWED);
    }

    @Test
    void onePassBeginsNoMoreThanItsShare() {
        story.release("v1.0.0");
        for (int i = 1; i <= 5; i++) {
            story.install(story.request("ws-" + i, "greeter", "tag:v1.0.0")
                    .track(TrackedRef.latestTag())
                    .policy(ANY));
        }
        story.release("v1.1.0");
        story.sweep();

        assertThat(pass()).isEqualTo(new PolicyReport(2, 0, 3, Map.of()));
        assertThat(pass().applied()).isEqualTo(2);
        assertThat(pass()).isEqualTo(new PolicyReport(1, 0, 0, Map.of()));
    }

    @Test
    void aFailedAttemptIsTriedAgainLaterAndNotForEver() {
        given(ANY);
        Update update = queued("v1.1.0");
        story.target().down(true);

        assertThat(pass().failed()).isEqualTo(1);
        assertThat(explained().code()).isEqualTo(Code.BACKING_OFF);
        assertThat(explained().next()).isEqualTo(story.now(update).retryAt());
        assertThat(pass().waiting()).containsEntry(Code.BACKING_OFF, 1);
        for (int i = 0; i < 10; i++) {
            story.clock().advance(Duration.ofHours(1));
            pass();
        }

        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.FAILED);
        story.target().down(false);
        assertThat(explained().code()).isEqualTo(Code.FAILED);
        assertThat(explained().update()).hasValue(update.id());
        story.holdfast().updates().retry(update.id(), "alice");
        assertThat(pass().applied()).isEqualTo(1);
    }

    @Test
    void severalNodesApplyEachUpdateOnce() {
        given(ANY);
        Update update = queued("v1.1.0");

        List<Integer> applied = List.of(story.holdfast(), story.other()).parallelStream()
                .map(node -> node.updates().applyDue().applied())
                .toList();

        assertThat(applied).contains(1);
        assertThat(story.now(update).attempts()).isEqualTo(1);
        assertThat(story.reloads()).hasSize(2);
    }

    @Test
    void aPolicyIsSetOnWhatIsInstalledOnly() {
        assertThatThrownBy(() -> story.holdfast().setPolicy(WS, GREETER, ANY, "alice"))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_INSTALLED));
    }

    @Test
    void anInstallSaysWhereItsUpstreamStands() {
        given(ANY);
        assertThat(explained().code()).isEqualTo(Code.NOT_ASKED_YET);

        story.sweep();

        assertThat(explained().code()).isEqualTo(Code.UP_TO_DATE);
        assertThat(explained().next()).contains(story.clock().instant().plus(Duration.ofHours(1)));
    }

    @Test
    void anInstallThatFollowsNothingSaysSo() {
        story.release("v1.0.0");
        story.install("ws-1", "tag:v1.0.0", TrackedRef.none());

        assertThat(explained().code()).isEqualTo(Code.FOLLOWS_NOTHING);
    }

    @Test
    void aTagThatIsGoneUpstreamIsNotTakenForAllBeingWell() {
        given(ANY);
        story.resolver().remove("greeter", "refs/tags/v1.0.0");

        story.sweep();

        assertThat(explained().code()).isEqualTo(Code.REF_ABSENT);
    }

    @Test
    void aReleaseTagThatWasMovedIsAnAlarmAndNotAnUpdate() {
        story.release("v1.0.0");
        story.install(story.request("ws-1", "greeter", "tag:v1.0.0").policy(ANY));
        story.release("greeter", "v1.0.0", Map.of("SKILL.md", "another"));

        story.sweep();

        assertThat(pass().applied()).isZero();
        assertThat(explained().code()).isEqualTo(Code.REF_REWRITTEN);
    }

    @Test
    void aBranchWhoseHistoryWasRewrittenWaitsForAnOperatorAndSaysSo() {
        Revision older = story.resolver().commit("greeter", Map.of("SKILL.md", "older"));
        story.resolver().branch("greeter", "main", story.resolver().commit("greeter", Map.of("SKILL.md", "newer")));
        story.install(story.request("ws-1", "greeter", "ref:main").policy(ANY));
        story.resolver().branch("greeter", "main", older);

        story.sweep();

        Update update = story.onlyPending();
        assertThat(update.why()).isEqualTo(DriftKind.REF_REWRITTEN);
        assertThat(story.events(HoldfastEvent.RefRewritten.class)).hasSize(1);
        assertThat(pass().waiting()).containsEntry(Code.REF_REWRITTEN, 1);
        assertThat(explained().code()).isEqualTo(Code.REF_REWRITTEN);
        assertThat(story.apply(update)).isInstanceOf(ApplyResult.Applied.class);
    }

    @Test
    void aBranchThatWentOnIsNotTakenForRewritten() {
        story.resolver().branch("greeter", "main", story.resolver().commit("greeter", Map.of("SKILL.md", "older")));
        story.install(story.request("ws-1", "greeter", "ref:main").policy(ANY));
        story.resolver().branch("greeter", "main", story.resolver().commit("greeter", Map.of("SKILL.md", "newer")));

        story.sweep();

        assertThat(story.onlyPending().why()).isEqualTo(DriftKind.UPSTREAM_MOVED);
        assertThat(pass().applied()).isEqualTo(1);
    }

    @Test
    void whatAnUpdateChangesIsKnownBeforeItIsApplied() {
        story.release("greeter", "v1.0.0", Map.of("SKILL.md", "1", "old.md", "1"));
        story.install("ws-1", "tag:v1.0.0", TrackedRef.latestTag());
        story.release("greeter", "v1.1.0", Map.of("SKILL.md", "2", "new.md", "1"));
        story.sweep();
        Update update = story.onlyPending();

        UpdateChanges changes = story.holdfast().updates().changes(update.id()).orElseThrow();

        assertThat(changes.files().added()).containsExactly("new.md");
        assertThat(changes.files().changed()).containsExactly("SKILL.md");
        assertThat(changes.files().removed()).containsExactly("old.md");
        assertThat(changes.history().relation()).isEqualTo(Relation.DESCENDANT);
        assertThat(changes.history().commits()).hasSize(1);
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.PENDING);
        assertThat(story.live("ws-1")).isEqualTo(update.from());
        assertThat(story.holdfast().updates().changes(update.id() + 1)).isEmpty();
    }

    @Test
    void anUpstreamThatFailsSaysSinceWhenAndWhenItIsAskedAgain() {
        given(ANY);
        story.resolver().failNext(new TransientException(Reason.UNREACHABLE, "no route"));

        story.sweep();

        assertThat(explained().code()).isEqualTo(Code.UPSTREAM_FAILING);
        assertThat(explained().text()).contains("no route").contains("1 times");
        assertThat(explained().next().orElseThrow()).isAfter(story.clock().instant());
    }

    @Test
    void aSuspendedUpstreamIsLeftAloneByAllNodes() {
        given(ANY);
        story.sweep();
        long asked = story.asked("greeter");

        assertThat(story.holdfast().sweeper().suspend(UPSTREAM, "alice", "it is being moved"))
                .isTrue();

        assertThat(story.sweep().nothingWasDue()).isTrue();
        assertThat(story.other().sweeper().check(UPSTREAM)).isEmpty();
        assertThat(story.other().sweeper().check(Source.parse("scripted://greeter")))
                .isEmpty();
        assertThat(story.asked("greeter")).isEqualTo(asked);
        assertThat(explained().code()).isEqualTo(Code.SUSPENDED);
        assertThat(explained().text()).contains("it is being moved");
        assertThat(story.other().sweeper().resume(UPSTREAM, "bob")).isTrue();
        assertThat(story.holdfast().sweeper().sweep().claimed()).isEqualTo(1);
    }

    @Test
    void aHostThatAsksForFewerRequestsIsLeftAloneByTheRestOfTheSweep() {
        for (String upstream : List.of("greeter", "teller", "painter")) {
            story.release(upstream, "v1.0.0");
            story.install("ws-1", upstream, "tag:v1.0.0", TrackedRef.latestTag());
        }
        long before = story.resolver().calls().size();
        story.resolver().failNext(new TransientException(Reason.RATE_LIMITED, "slow down", null, Duration.ofHours(3)));

        assertThat(story.sweep().failed()).isEqualTo(3);

        assertThat(story.resolver().calls()).hasSize((int) before + 1);
        assertThat(story.sweep().nothingWasDue()).isTrue();
        story.clock().advance(Duration.ofHours(2));
        assertThat(story.sweep().resolved()).isEqualTo(3);
    }

    private List<AuditEntry> audited(String action) {
        return story.holdfast().audit(Optional.empty(), Page.Request.first(100)).items().stream()
                .filter(entry -> entry.action().equals(action))
                .toList();
    }
}
