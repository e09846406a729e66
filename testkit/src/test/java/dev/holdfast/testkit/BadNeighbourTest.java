package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.holdfast.ChangeReport.Reload;
import dev.holdfast.CollectReport;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.PolicyReport;
import dev.holdfast.Probation;
import dev.holdfast.RecoveryReport;
import dev.holdfast.SweepReport;
import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever one place, upstream, rule, probe or listener throws, the others get their turn, and the report names the
 * one.
 */
final class BadNeighbourTest {

    @TempDir
    Path root;

    static Stream<Throwable> poisons() {
        return Stream.of(
                new InvalidPathException("bbb", "cannot be encoded"),
                new AssertionError("an adapter's own"),
                new NoClassDefFoundError("a jar that is missing"),
                new StackOverflowError(),
                new IOException("of a language without checked exceptions"));
    }

    private PoisonedStory story() {
        return new PoisonedStory(root, UnaryOperator.identity());
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void onePlaceThatThrowsStopsNeitherRecoveryNorCollectionOfTheOthers(Throwable poison) {
        try (PoisonedStory story = story()) {
            story.release("acme/greeter", "v1.0.0");
            List.of("aaa", "bbb", "ccc").forEach(workspace -> story.install(workspace, "acme/greeter"));
            story.leaveOpen("bbb");
            story.leaveOpen("ccc");
            story.poison("bbb", poison);

            RecoveryReport recovered = story.holdfast().recover();

            assertThat(recovered.items()).hasSize(2);
            assertThat(recovered.items())
                    .filteredOn(item -> item.outcome().isEmpty())
                    .singleElement()
                    .satisfies(item -> {
                        assertThat(item.operation().key().workspace()).isEqualTo(WorkspaceId.of("bbb"));
                        assertThat(item.note()).contains(poison.toString());
                    });
            assertThat(story.holdfast().find(new InstallKey(WorkspaceId.of("ccc"), PoisonedStory.PLUGIN)))
                    .isEmpty();
            assertThat(story.holdfast().collect()).isNotNull();
            assertThat(story.install("ddd", "acme/greeter").changed()).isTrue();
        }
    }

    @Test
    void aPlaceWhoseFailureCannotBeNotedKeepsNoOtherFromBeingCollected() {
        try (PoisonedStory story = story()) {
            story.release("acme/greeter", "v1.0.0");
            story.install("aaa", "acme/greeter");
            story.install("bbb", "acme/greeter");
            story.clock.advance(Duration.ofDays(1));
            story.poison("aaa", new IllegalStateException("broken"));
            story.store.failNext("fail", new TransientException(Reason.STORE, "as the test wants it"));

            CollectReport collected = story.holdfast().collect();

            assertThat(collected.places()).isEqualTo(2);
            assertThat(collected.failed()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void anInstallIntoAPlaceThatThrowsEndsAsOneThatMayBeTriedAgain(Throwable poison) {
        try (PoisonedStory story = story()) {
            story.release("acme/greeter", "v1.0.0");
            story.poison("bbb", poison);

            assertThatThrownBy(() -> story.install("bbb", "acme/greeter"))
                    .isInstanceOfSatisfying(
                            TransientException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.PROTOCOL))
                    .hasRootCause(poison);

            story.heal();
            assertThat(story.install("bbb", "acme/greeter").changed()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void oneUpstreamThatThrowsKeepsNoOtherFromBeingAsked(Throwable poison) {
        try (PoisonedStory story = story()) {
            story.queue("aaa", "one/greeter");
            story.queue("bbb", "two/greeter");
            story.poison("one/greeter", poison);

            SweepReport swept = story.sweep();

            assertThat(swept.resolved()).isOne();
            assertThat(swept.failures()).singleElement().satisfies(failure -> {
                assertThat(failure.upstream().key()).isEqualTo("scripted://one/greeter");
                assertThat(failure.message()).contains(poison.toString());
            });
        }
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void oneRuleThatThrowsKeepsNoOtherUpdateFromItsTurn(Throwable poison) {
        try (PoisonedStory story = story()) {
            story.queue("aaa", "one/greeter");
            story.queue("bbb", "two/greeter");
            story.poison("rule for one/greeter", poison);

            PolicyReport report = story.holdfast().updates().applyDue();

            assertThat(report.applied()).isOne();
            assertThat(report.failed()).isOne();
            assertThat(report.failures())
                    .singleElement()
                    .satisfies(failure -> assertThat(failure.message()).contains(poison.toString()));
        }
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void oneListenerThatThrowsHurtsNeitherTheWorkNorTheNext(Throwable poison) {
        try (PoisonedStory story = story()) {
            story.release("acme/greeter", "v1.0.0");
            story.poison("listener", poison);

            story.install("aaa", "acme/greeter");

            assertThat(story.heard).anyMatch(HoldfastEvent.Changed.class::isInstance);
        }
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void aReloaderThatThrowsLeavesTheChangeAndClosesTheOperation(Throwable poison) {
        try (PoisonedStory story = story()) {
            story.release("acme/greeter", "v1.0.0");
            story.poison("reloader", poison);

            Reload reload = story.install("aaa", "acme/greeter").reload();

            assertThat(reload).isInstanceOf(Reload.Failed.class);
            assertThat(story.operations("aaa"))
                    .allMatch(operation -> operation.outcome().isPresent());
        }
    }

    @ParameterizedTest
    @MethodSource("poisons")
    void aProbeThatThrowsIsOneThatDidNotPass(Throwable poison) {
        Probation once = new Probation(1, Duration.ofSeconds(1), Duration.ofMillis(1_001));
        try (PoisonedStory story = new PoisonedStory(
                root,
                builder -> builder.healthProbe(
                        (workspace, change, deadline) -> {
                            PoisonedStory.<RuntimeException>sneak(poison);
                            return Health.healthy();
                        },
                        once))) {
            story.queue("aaa", "one/greeter");

            PolicyReport report = story.holdfast().updates().applyDue();

            assertThat(report.failures()).singleElement().satisfies(failure -> {
                assertThat(failure.reason()).isEqualTo(Reason.UNHEALTHY);
                assertThat(failure.message()).contains(poison.toString());
            });
        }
    }

    @Test
    @SuppressWarnings("OverrideThrowableToString") // that is how it is noted
    void anUpstreamWhoseFailureCannotBeNotedKeepsNoOtherFromBeingAsked() {
        try (PoisonedStory story = story()) {
            story.queue("aaa", "one/greeter");
            story.queue("bbb", "two/greeter");
            RuntimeException failing = new IllegalStateException("and the store goes away") {
                private static final long serialVersionUID = 1L;

                @Override
                public String toString() {
                    story.store.down(true);
                    return super.toString();
                }
            };
            story.poison("scripted://", failing);

            SweepReport swept = story.sweep();

            assertThat(swept.failed()).isEqualTo(2);
        }
    }

    @Test
    void theTraceOfAnInstallThatFailedLeadsToWhoAskedForIt() {
        try (PoisonedStory story = story()) {
            Throwable failure = catchThrowable(() -> story.install("aaa", "no/greeter"));

            assertThat(failure.getSuppressed())
                    .anySatisfy(from -> assertThat(from.getStackTrace())
                            .anyMatch(frame -> frame.getMethodName().equals("install")
                                    && frame.getClassName().equals(PoisonedStory.class.getName())));
        }
    }

    @Test
    void anUpdateThatCannotBeJudgedIsNotTakenForApplied() {
        try (PoisonedStory story = story()) {
            story.queue("aaa", "one/greeter");
            story.poison("rule", new AssertionError("of the host"));

            story.holdfast().updates().applyDue();

            assertThat(story.holdfast().updates().pending())
                    .extracting(Update::attempts)
                    .containsExactly(0);
        }
    }
}
