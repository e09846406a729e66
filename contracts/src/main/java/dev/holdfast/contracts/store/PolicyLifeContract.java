package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ApplyResult;
import dev.holdfast.Explanation.Code;
import dev.holdfast.PolicyReport;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdatePolicy.Level;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The promises about policies, as tests of the whole engine over the store under test: what may begin by itself begins
 * once and in time, what may not does not, and each install says why. Extend it beside {@link TrackingStoreContract}.
 */
public abstract class PolicyLifeContract extends ExplanationCases {

    /** For subclasses. */
    protected PolicyLifeContract() {}

    @Test
    void whatAPolicyAllowsIsAppliedOnceWithoutAnybody() {
        given(ANY);
        Update update = queued("v1.1.0");
        assertThat(explained().code()).isEqualTo(Code.READY);

        assertThat(pass().applied()).isEqualTo(1);

        assertThat(story.live("ws-1")).isEqualTo(update.to());
        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.APPLIED);
        assertThat(story.now(update).actor()).isEqualTo("policy");
        assertThat(pass()).isEqualTo(new PolicyReport(0, 0, 0, Map.of(), List.of()));
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

            Code code = story.holdfast()
                    .explain(new InstallKey(WorkspaceId.of(workspace), GREETER))
                    .code();
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
        story.holdfast().setPolicy(new InstallKey(WS, GREETER), ANY, "alice");
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
        story.holdfast().rollback(new InstallKey(WS, GREETER), "alice");

        assertThat(story.sweep().queued()).isZero();
        assertThat(pass().applied()).isZero();

        assertThat(explained().code()).isEqualTo(Code.BAD_REVISION);
        Update next = queued("v1.2.0");
        assertThat(pass().applied()).isEqualTo(1);
        assertThat(story.live("ws-1")).isEqualTo(next.to());
    }

    @Test
    void whatWasRolledBackIsNamedBeforeTheNextLookAtItsSource() {
        given(ANY);
        Update update = queued("v1.1.0");
        pass();
        story.clock().advance(Duration.ofMinutes(1));

        story.holdfast().rollback(new InstallKey(WS, GREETER), "alice");

        assertThat(explained().code()).isEqualTo(Code.BAD_REVISION);
        assertThat(explained().text()).contains(update.to().value());
        story.install(story.request("ws-1", "greeter", "tag:v1.1.0").track(TrackedRef.latestTag()));
        assertThat(explained().code()).isEqualTo(Code.NOT_ASKED_YET);
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

        assertThat(pass()).isEqualTo(new PolicyReport(2, 0, 3, Map.of(), List.of()));
        assertThat(pass().applied()).isEqualTo(2);
        assertThat(pass()).isEqualTo(new PolicyReport(1, 0, 0, Map.of(), List.of()));
    }

    @Test
    void aFailedAttemptIsTriedAgainLaterAndNotForEver() {
        given(ANY);
        Update update = queued("v1.1.0");
        slow();

        assertThat(pass().failed()).isEqualTo(1);
        assertThat(explained().code()).isEqualTo(Code.BACKING_OFF);
        assertThat(explained().next()).isEqualTo(story.now(update).retryAt());
        assertThat(pass().waiting()).containsEntry(Code.BACKING_OFF, 1);
        for (int attempt = 1; attempt < 12; attempt++) {
            story.clock().advance(Duration.ofHours(1));
            slow();
            pass();
        }

        assertThat(story.now(update).status()).isEqualTo(UpdateStatus.FAILED);
        assertThat(explained().code()).isEqualTo(Code.FAILED);
        assertThat(explained().update()).hasValue(update.id());
        story.holdfast().updates().retry(update.id(), "alice");
        assertThat(pass().applied()).isEqualTo(1);
    }

    private void slow() {
        story.resolver().failNext(new TransientException(Reason.TIMEOUT, "the source is slow"));
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
        assertThatThrownBy(() -> story.holdfast().setPolicy(new InstallKey(WS, GREETER), ANY, "alice"))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_INSTALLED));
    }
}
