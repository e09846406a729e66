package dev.holdfast.examples.onefile;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.Probation;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.resolver.local.LocalResolver;
import dev.holdfast.spi.*;
import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.spi.fleet.RolloutPlan;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Lets a bad release stop in one of thirty workspaces, and spares the one that is installed later. */
public final class Rollout {

    private Rollout() {}

    /** Works in the given directory, or in a temporary one. */
    public static void main(String... args) throws IOException {
        Path root = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("holdfast-");
        Path rules = Files.createDirectories(root.resolve("sources/rules")).resolve("rules.json");
        AtomicInteger reloads = new AtomicInteger();
        var oneLook = new Probation(1, Duration.ofMillis(100), Duration.ofMillis(100));
        try (Holdfast holdfast = Holdfast.builder()
                .resolver(LocalResolver.over(root.resolve("sources")))
                .target(DirectoryTarget.create().durable(false))
                .store(InMemoryTrackingStore.create())
                .healthProbe((workspace, change, deadline) -> Health.unhealthy("crash loop"), oneLook)
                .reloader((workspace, change, deadline) -> reloads.incrementAndGet())
                .build()) {
            RolloutPlan plan = RolloutPlan.parse("ring 5%; ring rest; halt 20% of 5");
            holdfast.rollouts().setPlan("careful", plan, "alice");
            System.out.println("Plan: " + plan);
            Files.writeString(rules, "{}");
            for (int i = 0; i < 30; i++) {
                holdfast.install(request(root, "ws-" + i).policy(UpdatePolicy.parse("auto:any; plan careful")));
            }
            int installed = reloads.get();
            Files.writeString(rules, "broken");
            holdfast.sweeper().check(Source.parse("local://rules"));
            holdfast.updates().applyDue();
            System.out.println("Ran the bad release: " + (reloads.get() - installed) / 2 + " of 30");
            System.out.println(holdfast.quarantines().active().get(0).reason());
            System.out.println(holdfast.explain(InstallKey.of("ws-7", "rules")).text());
            holdfast.install(request(root, "late"));
        } catch (PermanentException e) {
            System.out.println("Installed later: " + e.reason());
        }
    }

    private static InstallRequest request(Path root, String workspace) {
        TargetAddress address = TargetAddress.parse("dir://" + root.resolve(workspace));
        return InstallRequest.of(WorkspaceId.of(workspace), Source.parse("local://rules"), address);
    }
}
