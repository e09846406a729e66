package dev.holdfast.contracts.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Explanation.Code;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.Probation;
import dev.holdfast.UnhealthyInstall;
import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.fleet.Rollout.State;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a fleet is spared when a release is bad. */
public abstract class RolloutHaltContract extends RolloutCases {

    private final Set<Revision> sick = new HashSet<>();

    /** For subclasses. */
    protected RolloutHaltContract() {}

    /** What is sick never gets well, so nothing is lost by looking briefly; nothing else is on probation here. */
    @Override
    final HoldfastBuilder settings(HoldfastBuilder host) {
        return host.healthProbe(
                (workspace, change, deadline) ->
                        change.to().filter(sick::contains).isPresent()
                                ? Health.unhealthy("crash loop")
                                : Health.healthy(),
                new Probation(1, Duration.ofMillis(20), Duration.ofMillis(20)));
    }

    @Test
    void aBadReleaseStopsInItsFirstRingAndReachesNobodyElse() {
        fleet();
        Revision bad = story.release("v1.1.0");
        sick.add(bad);
        story.sweep();

        passes(2);
        story.clock().advance(Duration.ofDays(40));
        passes(2);

        assertThat(running(bad)).isEmpty();
        assertThat(story.reloads())
                .filteredOn(change -> change.to().equals(Optional.of(bad)))
                .hasSize(1);
        assertThat(rollout().progress().state()).isEqualTo(State.HALTED);
        assertThat(explained("ws-1").code()).isEqualTo(Code.QUARANTINED);
        assertThat(explained("ws-1").text()).contains("halted");
        assertThat(story.events(HoldfastEvent.RolloutMoved.class))
                .extracting(moved -> moved.rollout().progress().state())
                .contains(State.HALTED);
    }

    @Test
    void aWorkspaceInstalledLaterDoesNotGetWhatIsInQuarantine() {
        fleet();
        sick.add(story.release("v1.1.0"));
        story.sweep();
        passes(1);

        assertThatThrownBy(() -> story.install("late", "tag:latest", TrackedRef.latestTag()))
                .isInstanceOfSatisfying(PermanentException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.QUARANTINED);
                    assertThat(e.getMessage()).contains("halted", "1 of 1 failed");
                });
        assertThat(story.holdfast().find(key("late"))).isEmpty();
    }

    @Test
    void aFirstInstallThatIsNotWellIsTakenAwayIfTheHostWantsIt() {
        sick.add(story.release("v1.0.0"));

        assertThatThrownBy(() -> story.installWith(
                        story.request("ws-1", "greeter", "tag:v1.0.0"),
                        host -> host.probeInstalls(UnhealthyInstall.REMOVE)))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNHEALTHY));

        assertThat(story.holdfast().find(key("ws-1"))).isEmpty();
        assertThat(root.resolve("ws-1/greeter")).doesNotExist();
    }

    @Test
    void aFirstInstallThatIsNotWellIsKeptAndToldIfTheHostWantsThat() {
        Revision revision = story.release("v1.0.0");
        sick.add(revision);

        assertThatThrownBy(() -> story.installWith(
                        story.request("ws-1", "greeter", "tag:v1.0.0"),
                        host -> host.probeInstalls(UnhealthyInstall.KEEP)))
                .isInstanceOfSatisfying(
                        PermanentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNHEALTHY));

        assertThat(story.live("ws-1")).isEqualTo(revision);
        assertThat(story.events(HoldfastEvent.Failed.class)).hasSize(1);
    }
}
