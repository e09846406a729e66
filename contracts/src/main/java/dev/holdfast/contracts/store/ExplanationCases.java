package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.Automation;
import dev.holdfast.Concurrency;
import dev.holdfast.Explanation;
import dev.holdfast.Explanation.Code;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.PolicyReport;
import dev.holdfast.UpdateChanges;
import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdatePolicy.Level;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.source.SourceHistory.Relation;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code explain} says of installs and their upstreams, and what an update says before it is applied. */
abstract class ExplanationCases extends DriftCases {

    static final UpdatePolicy ANY = UpdatePolicy.auto(Level.ANY);
    static final Upstream UPSTREAM = new Upstream("scripted", "scripted://greeter", "scripted");

    @Override
    final HoldfastBuilder settings(HoldfastBuilder host) {
        return host.automation(Automation.standard().mostPerPass(2)).sweepConcurrency(new Concurrency(4, 1));
    }

    void given(UpdatePolicy policy) {
        story.release("v1.0.0");
        story.install(story.request("ws-1", "greeter", "tag:v1.0.0")
                .track(TrackedRef.latestTag())
                .policy(policy));
    }

    PolicyReport pass() {
        return story.holdfast().updates().applyDue();
    }

    Explanation explained() {
        return story.holdfast().explain(new InstallKey(WS, GREETER));
    }

    Update queued(String tag) {
        story.release(tag);
        story.sweep();
        return story.onlyPending();
    }

    List<AuditEntry> audited(String action) {
        return story.holdfast().audit(Page.Request.first(100)).items().stream()
                .filter(entry -> entry.action().equals(action))
                .toList();
    }

    @Test
    void anInstallSaysWhereItsUpstreamStands() {
        given(ANY);
        assertThat(explained().code()).isEqualTo(Code.NOT_ASKED_YET);

        story.sweep();

        assertThat(explained().code()).isEqualTo(Code.UP_TO_DATE);
        // Less a part of the hour, so that upstreams do not stay due together.
        assertThat(explained().next().orElseThrow())
                .isBetween(
                        story.clock().instant().plus(Duration.ofMinutes(54)),
                        story.clock().instant().plus(Duration.ofHours(1)));
    }

    @Test
    void tagsThatCouldNotBeReadAreToldWhereTheyLookNewer() {
        given(ANY);
        story.release("widget-v2.4.0");
        story.release("widget-v2.5.1");

        story.sweep();
        story.sweep();

        assertThat(explained().code()).isEqualTo(Code.UP_TO_DATE);
        assertThat(explained().text()).contains("2 tags are no version, for example widget-v2.5.1");
        assertThat(story.events(HoldfastEvent.TagsUnread.class)).hasSize(1);
    }

    @Test
    void aVersionThatCannotBeFetchedIsToldByItsTag() {
        given(ANY);
        Update update = queued("v1.1.0");
        story.resolver().failNext(new PermanentException(Reason.REVISION_NOT_FOUND, "it is a tree"));

        pass();

        assertThat(story.now(update).lastError().orElse("")).contains("version v1.1.0: it is a tree");
    }

    @Test
    void aPatternNamesTheTagsThatAreFollowed() {
        TrackedRef widgets = TrackedRef.parse("tag:latest(widget-v*)");
        story.release("widget-v2.4.0");
        story.install(story.request("ws-1", "greeter", "tag:widget-v2.4.0")
                .track(widgets)
                .policy(UpdatePolicy.auto(Level.MINOR)));
        story.release("v9.0.0");
        story.release("widget-v2.5.1");

        story.sweep();

        assertThat(story.onlyPending().version()).contains("widget-v2.5.1");
        assertThat(story.holdfast().explain(new InstallKey(WS, GREETER)).code()).isEqualTo(Code.READY);
        assertThat(pass().applied()).isEqualTo(1);
        story.sweep();
        assertThat(explained().text()).isEqualTo("tag:latest(widget-v*) stands at what is installed");
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
        story.install(story.request("ws-1", "greeter", "tag:v1.0.0")
                .track(TrackedRef.tag("v1.0.0"))
                .policy(ANY));
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
    void whatAnUpdateChangesIsKnownAlsoWhereTheTargetHasLostItsRelease() throws IOException {
        story.release("v1.0.0");
        story.install("ws-1", "tag:v1.0.0", TrackedRef.latestTag());
        story.release("greeter", "v1.1.0", Map.of("SKILL.md", "2"));
        story.sweep();
        Update update = story.onlyPending();
        story.lose("ws-1");

        UpdateChanges changes = story.holdfast().updates().changes(update.id()).orElseThrow();

        assertThat(changes.files().added()).containsExactly("SKILL.md");
        assertThat(story.apply(update)).isInstanceOf(ApplyResult.Applied.class);
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
}
