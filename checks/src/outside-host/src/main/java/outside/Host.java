package outside;

import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.Holdfast;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.InstallRequest;
import dev.holdfast.metrics.micrometer.HoldfastMetrics;
import dev.holdfast.resolver.jgit.JGitResolver;
import dev.holdfast.spi.PluginName;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.WorkspaceId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;

/** What a stranger writes after reading the README: installs, sweeps, applies. */
public final class Host {

    private Host() {}

    /** Arguments: a repository with tags v1.0.0 and v1.1.0, and a directory to work in. */
    public static void main(String[] arguments) {
        Path repository = Path.of(arguments[0]);
        Path place = Path.of(arguments[1]);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        HoldfastMetrics metrics = HoldfastMetrics.to(registry);
        try (JGitResolver git = JGitResolver.builder(place.resolve("cache"))
                        .allowFiles(repository.getParent())
                        .build();
                Holdfast holdfast = Holdfast.builder()
                        .resolver(git)
                        .target(DirectoryTarget.create())
                        .store(InMemoryTrackingStore.create())
                        .listener(metrics)
                        .build()) {
            metrics.watch(holdfast);
            holdfast.install(InstallRequest.of(
                            WorkspaceId.of("ws-1"),
                            Source.parse("git+file://" + repository + "#tag:v1.0.0"),
                            TargetAddress.parse("dir://" + place.resolve("plugins")))
                    .as(PluginName.of("greeter"))
                    .track(TrackedRef.latestTag()));
            holdfast.sweeper().sweep();
            for (Update update : holdfast.updates().pending().toList()) {
                System.out.println(holdfast.updates().apply(update.id(), update.to(), "stranger"));
            }
            System.out.println(holdfast.health().verdict() + ", "
                    + registry.get("holdfast.operations").counters().size() + " kinds of operations counted");
        }
    }
}
