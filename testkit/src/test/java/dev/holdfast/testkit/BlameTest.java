package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ApplyResult;
import dev.holdfast.Explanation.Code;
import dev.holdfast.Health;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.InstallRequest;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.spi.source.SourceResolver;
import dev.holdfast.spi.store.TrackingStore;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose fault a failed attempt is: the node's, the place's, or the update's own. */
class BlameTest {

    private static final WorkspaceId WORKSPACE = WorkspaceId.of("ws-1");
    private static final PluginName GREETER = PluginName.of("greeter");

    @TempDir
    private Path root;

    private final MutableClock clock = MutableClock.create();
    private final TrackingStore store = InMemoryTrackingStore.create(clock);
    private final ScriptedResolver sources = ScriptedResolver.forScheme("scripted");
    private final Place place = new Place();
    private final List<HoldfastEvent> events = new ArrayList<>();
    private final List<Holdfast> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        nodes.forEach(Holdfast::close);
    }

    /** A place that is there, or is not for some reason. */
    private static final class Place implements DeliveryTarget {

        private final DeliveryTarget real = DirectoryTarget.create().durable(false);
        private Optional<HoldfastException> away = Optional.empty();

        @Override
        public boolean serves(TargetAddress address) {
            return true;
        }

        @Override
        public TargetSession open(TargetAddress address, Deadline deadline) {
            away.ifPresent(reason -> {
                throw reason;
            });
            return real.open(address, deadline);
        }
    }

    @Test
    void aNodeWithoutTheSourceLeavesTheUpdateToOneThatHasIt() {
        Holdfast right = node("right", sources, place);
        Update update = queued(right);
        Holdfast wrong = node("wrong", ScriptedResolver.forScheme("scripted"), place);

        ApplyResult refused = wrong.updates().apply(update.id(), update.to(), "alice");

        assertThat(refused).isInstanceOfSatisfying(ApplyResult.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(Reason.SOURCE_NOT_FOUND);
            assertThat(failed.why()).contains("node 'wrong'", "stays pending");
        });
        assertThat(status(update)).isEqualTo(UpdateStatus.PENDING);
        assertThat(right.updates().apply(update.id(), update.to(), "alice")).isInstanceOf(ApplyResult.Applied.class);
    }

    @Test
    void aNodeWithoutAResolverForItTouchesNothing() {
        Holdfast right = node("right", sources, place);
        Update update = queued(right);
        right.setPolicy(new InstallKey(WORKSPACE, GREETER), UpdatePolicy.parse("auto:any"), "alice");
        Holdfast wrong = node("wrong", ScriptedResolver.forScheme("other"), place);

        ApplyResult refused = wrong.updates().apply(update.id(), update.to(), "alice");

        assertThat(refused)
                .isInstanceOfSatisfying(
                        ApplyResult.Failed.class,
                        failed -> assertThat(failed.reason()).isEqualTo(Reason.UNKNOWN_SCHEME));
        assertThat(find(update).attempts()).isZero();
        assertThat(wrong.updates().applyDue().waiting()).containsEntry(Code.NOT_ON_THIS_NODE, 1);
        assertThat(wrong.explain(new InstallKey(WORKSPACE, GREETER)).code()).isEqualTo(Code.NOT_ON_THIS_NODE);
        assertThat(right.updates().applyDue().applied()).isEqualTo(1);
    }

    @Test
    void aNodeWithoutATargetForItTouchesNothing() {
        Update update = queued(node("right", sources, place));
        DeliveryTarget none = new DeliveryTarget() {
            @Override
            public boolean serves(TargetAddress address) {
                return false;
            }

            @Override
            public TargetSession open(TargetAddress address, Deadline deadline) {
                throw new IllegalStateException("it serves nothing");
            }
        };

        node("wrong", sources, none).updates().apply(update.id(), update.to(), "alice");

        assertThat(status(update)).isEqualTo(UpdateStatus.PENDING);
        assertThat(find(update).attempts()).isZero();
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAUTHORIZED", "FORBIDDEN", "SOURCE_NOT_FOUND"})
    void whatANodeMayNotDoNeverFailsTheUpdate(Reason reason) {
        Holdfast holdfast = node("node", sources, place);
        Update update = queued(holdfast);
        for (int i = 0; i < 20; i++) {
            sources.failNext(new PermanentException(reason, "not with these credentials"));
            holdfast.updates().apply(update.id(), update.to(), "alice");
        }

        assertThat(status(update)).isEqualTo(UpdateStatus.PENDING);
        assertThat(holdfast.updates().apply(update.id(), update.to(), "alice")).isInstanceOf(ApplyResult.Applied.class);
    }

    @ParameterizedTest
    @EnumSource(names = {"TARGET_NOT_FOUND", "TARGET_UNUSABLE", "TARGET_READ_ONLY", "NO_SPACE"})
    void aPlaceThatIsAwayForAWhileIsTriedAgain(Reason reason) {
        Holdfast holdfast = node("node", sources, place);
        Update update = queued(holdfast);
        holdfast.setPolicy(new InstallKey(WORKSPACE, GREETER), UpdatePolicy.parse("auto:any"), "alice");
        place.away = Optional.of(new PermanentException(reason, "the container is being recreated"));
        assertThat(holdfast.updates().applyDue().failed()).isEqualTo(1);

        place.away = Optional.empty();
        clock.advance(Duration.ofMinutes(2));

        assertThat(holdfast.updates().applyDue().applied()).isEqualTo(1);
        assertThat(status(update)).isEqualTo(UpdateStatus.APPLIED);
    }

    @Test
    void aPlaceThatIsAwayForAWeekShowsInHealthAndGetsItsUpdateWhenItIsBack() {
        Holdfast holdfast = node("node", sources, place);
        Update update = queued(holdfast);
        holdfast.setPolicy(new InstallKey(WORKSPACE, GREETER), UpdatePolicy.parse("auto:any"), "alice");
        place.away = Optional.of(new PermanentException(Reason.TARGET_NOT_FOUND, "no such container"));
        Instant week = clock.instant().plus(Duration.ofDays(7));
        List<Duration> pauses = new ArrayList<>();
        while (clock.instant().isBefore(week)) {
            holdfast.updates().applyDue();
            pauses.add(Duration.between(clock.instant(), find(update).retryAt().orElseThrow()));
            clock.advance(pauses.get(pauses.size() - 1));
        }
        Health health = holdfast.health();

        place.away = Optional.empty();
        holdfast.updates().applyDue();

        assertThat(status(update)).isEqualTo(UpdateStatus.APPLIED);
        assertThat(pauses.get(0)).isLessThanOrEqualTo(Duration.ofMinutes(1));
        assertThat(pauses).hasSizeLessThan(60);
        assertThat(health.store().orElseThrow().updates().retrying()).isEqualTo(1);
        assertThat(health.verdict()).isEqualTo(Health.Verdict.DEGRADED);
        assertThat(health.problems()).anyMatch(problem -> problem.contains("1 updates failed many times"));
    }

    @Test
    void aNetworkThatIsDownForAnHourFailsNoUpdate() {
        Holdfast holdfast = node("node", sources, place);
        Update update = queued(holdfast);
        holdfast.setPolicy(new InstallKey(WORKSPACE, GREETER), UpdatePolicy.parse("auto:any"), "alice");
        place.away = Optional.of(new TransientException(Reason.UNREACHABLE, "no route"));
        for (int minute = 0; minute < 60; minute++) {
            holdfast.updates().applyDue();
            clock.advance(Duration.ofMinutes(1));
        }

        assertThat(status(update)).isEqualTo(UpdateStatus.PENDING);
    }

    @Test
    void aBundleThatIsRefusedFailsItsUpdateAtOnce() {
        Holdfast holdfast = node("node", sources, place);
        queued(holdfast);
        sources.tag("greeter", "v1.2.0", sources.commit("greeter", Map.of(".complete", "mine")));
        clock.advance(Duration.ofHours(2));
        holdfast.sweeper().sweep();
        Update update = holdfast.updates().pending().findFirst().orElseThrow();

        holdfast.updates().apply(update.id(), update.to(), "alice");

        assertThat(status(update)).isIn(UpdateStatus.FAILED, UpdateStatus.RESOLVED);
        assertThat(store.updates().backlog().failed()).as("remembered as bad").isZero();
    }

    @Test
    void aDecisionThatComesTooLateIsToldToNobody() {
        Holdfast holdfast = node("node", sources, place);
        Update update = queued(holdfast);
        holdfast.updates().dismiss(update.id(), "alice", "not now");
        holdfast.updates().dismiss(update.id(), "bob", "not now");
        holdfast.updates().retry(update.id(), "bob");

        assertThat(events)
                .filteredOn(HoldfastEvent.Decided.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        HoldfastEvent.Decided.class,
                        decided -> assertThat(decided.update().actor()).isEqualTo("alice"));
    }

    private Holdfast node(String name, SourceResolver resolver, DeliveryTarget target) {
        Holdfast node = Holdfast.builder()
                .node(name)
                .clock(clock)
                .store(store)
                .resolver(resolver)
                .target(target)
                .listener(events::add)
                .build();
        nodes.add(node);
        return node;
    }

    private Update queued(Holdfast holdfast) {
        release("v1.0.0");
        holdfast.install(InstallRequest.of(
                        WORKSPACE,
                        Source.parse("scripted://greeter#tag:v1.0.0"),
                        TargetAddress.parse("dir://" + root.resolve("ws-1")))
                .track(TrackedRef.latestTag()));
        release("v1.1.0");
        clock.advance(Duration.ofHours(2));
        holdfast.sweeper().sweep();
        return holdfast.updates().pending().findFirst().orElseThrow();
    }

    private void release(String tag) {
        sources.tag("greeter", tag, sources.commit("greeter", Map.of("SKILL.md", tag)));
    }

    private Update find(Update update) {
        return store.updates().find(update.id()).orElseThrow();
    }

    private UpdateStatus status(Update update) {
        return find(update).status();
    }
}
