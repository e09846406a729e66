package dev.holdfast.contracts.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.BackgroundLoop;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Observation.Condition;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.container.Workload;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.store.memory.InMemoryContainerIndex;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.FileTree;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedResolver;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A container that is made anew under its name has lost what was installed in its own layer. */
final class RecreatedContainerTest {

    private static final InstallKey KEY = InstallKey.of("ws-1", "greeter");

    private final MutableClock clock = MutableClock.create();
    private final ContainerStory containers = new ContainerStory(clock, InMemoryContainerIndex.create(clock));
    private final ScriptedResolver resolver = ScriptedResolver.forScheme("scripted");

    @TempDir
    Path root;

    /** Directories under the names of containers. */
    private DeliveryTarget layers() {
        DeliveryTarget directories = DirectoryTarget.create().durable(false);
        return new DeliveryTarget() {
            @Override
            public boolean serves(TargetAddress address) {
                return address.scheme().equals("docker");
            }

            @Override
            public TargetSession open(TargetAddress address, Deadline deadline) {
                String layer = root.resolve(address.authority()) + address.path();
                return directories.open(new TargetAddress("dir", "", layer), deadline);
            }
        };
    }

    private Holdfast host() {
        return Holdfast.builder()
                .store(InMemoryTrackingStore.create(clock))
                .clock(clock)
                .target(layers())
                .resolver(resolver)
                .loops(Set.of(BackgroundLoop.INSPECT))
                .containers(containers.builder())
                .build();
    }

    private void install(Holdfast holdfast, String policy) {
        resolver.tag("greeter", "v1", resolver.commit("greeter", Map.of("SKILL.md", "v1")));
        holdfast.install(InstallRequest.of(
                        WorkspaceId.of("ws-1"),
                        Source.parse("scripted://greeter#tag:v1"),
                        TargetAddress.parse("docker://name-1/plugins"))
                .policy(UpdatePolicy.parse(policy)));
    }

    /** Another id under the same name, with an empty layer. */
    private void madeAnew() {
        FileTree.delete(root.resolve("name-1"));
        containers.engine.remove("1");
        containers.engine.put(ContainerStory.labelled("1", "shop", "web"));
    }

    @Test
    void isLookedAtAsSoonAsTheIndexShowsIt() {
        containers.know(Workload.of("shop", "service"));
        try (Holdfast holdfast = host()) {
            install(holdfast, "manual");
            holdfast.start();
            madeAnew();

            holdfast.containers().orElseThrow().reconcile();

            Eventually.isTrue(
                    "the loss is known",
                    () -> holdfast.inspections()
                            .find(KEY)
                            .filter(seen -> seen.condition() == Condition.MISSING)
                            .isPresent());
        }
    }

    @Test
    void hasItsPluginAgainWhereThePolicySaysSo() {
        containers.know(Workload.of("shop", "service"));
        try (Holdfast holdfast = host()) {
            install(holdfast, "manual; repair");
            holdfast.start();
            madeAnew();

            holdfast.containers().orElseThrow().reconcile();

            Path file = root.resolve("name-1/plugins/greeter/SKILL.md");
            Eventually.isTrue("the plugin is back", () -> Files.exists(file));
            assertThat(file).hasContent("v1");
        }
    }
}
