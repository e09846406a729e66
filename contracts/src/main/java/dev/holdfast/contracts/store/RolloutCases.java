package dev.holdfast.contracts.store;

import dev.holdfast.Explanation;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdatePolicy.Level;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.fleet.Labels;
import dev.holdfast.spi.fleet.Rollout;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.spi.fleet.RolloutStore.Which;
import dev.holdfast.spi.store.Page;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A canary and three other workspaces under a policy that names a plan, and words for what they see. */
abstract class RolloutCases extends DriftCases {

    static final Page.Request ALL = Page.Request.first(500);
    static final Source GREETER = Source.parse("scripted://greeter");
    static final RolloutPlan CAREFUL =
            RolloutPlan.parse("ring labels env=canary soak PT1H; ring rest; halt 1; at-once 100");

    static InstallKey key(String workspace) {
        return InstallKey.of(workspace, "greeter");
    }

    /** Installs v1.0.0 in a canary and three other workspaces, under a policy that names the plan. */
    final void fleet() {
        story.release("v1.0.0");
        story.holdfast().rollouts().setPlan("careful", CAREFUL, "carol");
        story.holdfast().labels().set(WorkspaceId.of("canary"), Labels.of("env", "canary"), "carol");
        Stream.of("canary", "ws-1", "ws-2", "ws-3")
                .forEach(workspace -> story.install(story.request(workspace, "greeter", "tag:v1.0.0")
                        .track(TrackedRef.latestTag())
                        .policy(UpdatePolicy.auto(Level.ANY).plan("careful"))));
    }

    final Revision released(String tag) {
        Revision revision = story.release(tag);
        story.sweep();
        return revision;
    }

    final void passes(int count) {
        IntStream.range(0, count).forEach(pass -> {
            story.holdfast().updates().applyDue();
            story.other().updates().applyDue();
        });
    }

    final Set<String> running(Revision revision) {
        return Stream.of("canary", "ws-1", "ws-2", "ws-3")
                .filter(workspace -> story.live(workspace).equals(revision))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    final Rollout rollout() {
        return story.holdfast().rollouts().list(Which.ALL, ALL).items().get(0);
    }

    final Explanation explained(String workspace) {
        return story.holdfast().explain(key(workspace));
    }
}
