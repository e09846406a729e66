package dev.holdfast.benchmarks;

import dev.holdfast.Automation;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.Probation;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Change;
import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdatePolicy.Level;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedResolver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How many of 200 workspaces have run a release, minute by minute: one that is bad in three of ten workspaces, with a
 * plan and without, and a good one with the plan. The clock is moved, the deliveries into directories are real.
 */
final class RolloutRings {

    private static final int WORKSPACES = 200;
    private static final Duration SHOWN = Duration.ofHours(5);
    private static final String PLAN = "ring 5% soak PT1H; ring 25% soak PT2H; ring rest; halt 20% of 5";
    private static final Duration LOOK = Duration.ofMillis(250);

    void measure(Report report) throws IOException {
        report.note(
                "200 directories, the policies' pass once a simulated minute, 10 updates in a pass. The bad release is not"
                        + " well in three of ten workspaces, which are put back then. The plan: `" + PLAN + "`.");
        StepPlot plot = new StepPlot(SHOWN, WORKSPACES);
        line(report, plot, "bad, auto:any alone", UpdatePolicy.auto(Level.ANY), 3);
        line(report, plot, "good, with the plan", planned(), 0);
        line(report, plot, "bad, with the plan", planned(), 3);
        report.picture(plot.svg("Workspaces that have run a release, over five hours"));
    }

    private static UpdatePolicy planned() {
        return UpdatePolicy.auto(Level.ANY).plan("careful");
    }

    private static void line(Report report, StepPlot plot, String name, UpdatePolicy policy, int badOfTen)
            throws IOException {
        try (Scratch scratch = Scratch.make();
                Fleet fleet = new Fleet(scratch, policy, badOfTen)) {
            List<Integer> minutes = fleet.hours();
            plot.line(name, minutes);
            report.count("rollout-ran-" + name.replaceAll("[^a-z]+", "-"), minutes.get(minutes.size() - 1));
        }
    }

    /** The workspaces, their host, and who has run the release. */
    private static final class Fleet implements AutoCloseable {

        private final MutableClock clock = MutableClock.create();
        private final ScriptedResolver resolver = ScriptedResolver.forScheme("scripted");
        private final Set<WorkspaceId> ran = new HashSet<>();
        private final Holdfast holdfast;
        private final int badOfTen;
        private final Revision release;

        Fleet(Scratch scratch, UpdatePolicy policy, int badOfTen) {
            this.badOfTen = badOfTen;
            this.holdfast = Holdfast.builder()
                    .clock(clock)
                    .store(InMemoryTrackingStore.create(clock))
                    .resolver(resolver)
                    .target(DirectoryTarget.create().durable(false))
                    .reloader((workspace, change, deadline) -> reloaded(workspace, change))
                    .healthProbe((workspace, change, deadline) -> look(workspace), new Probation(1, LOOK, LOOK))
                    .automation(Automation.standard().mostPerPass(10))
                    .build();
            resolver.tag("greeter", "v1.0.0", resolver.commit("greeter", Map.of("SKILL.md", "first")));
            holdfast.rollouts().setPlan("careful", RolloutPlan.parse(PLAN), "bench");
            for (int i = 0; i < WORKSPACES; i++) {
                holdfast.install(InstallRequest.of(
                                WorkspaceId.of("ws-" + i),
                                Source.parse("scripted://greeter#tag:v1.0.0"),
                                TargetAddress.parse("dir://" + scratch.path("ws-" + i)))
                        .track(TrackedRef.latestTag())
                        .policy(policy));
            }
            this.release = resolver.commit("greeter", Map.of("SKILL.md", "second"));
            resolver.tag("greeter", "v1.1.0", release);
            clock.advance(Duration.ofHours(1));
            holdfast.sweeper().sweep();
        }

        private synchronized void reloaded(WorkspaceId workspace, Change change) {
            if (change.to().filter(revision -> revision.equals(release)).isPresent()) {
                ran.add(workspace);
            }
        }

        private Health look(WorkspaceId workspace) {
            int number = Integer.parseInt(workspace.value().substring("ws-".length()));
            return number % 10 < badOfTen ? Health.unhealthy("crash loop") : Health.healthy();
        }

        /** Returns how many have run it at each minute. */
        List<Integer> hours() {
            List<Integer> minutes = new ArrayList<>(List.of(0));
            for (int minute = 1; minute <= SHOWN.toMinutes(); minute++) {
                holdfast.updates().applyDue();
                clock.advance(Duration.ofMinutes(1));
                minutes.add(count());
            }
            return minutes;
        }

        private synchronized int count() {
            return ran.size();
        }

        @Override
        public void close() {
            holdfast.close();
        }
    }
}
