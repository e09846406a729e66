package dev.holdfast.examples.onefile;

import dev.holdfast.ApplyResult;
import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.resolver.local.LocalResolver;
import dev.holdfast.spi.*;
import dev.holdfast.spi.HealthProbe.Health;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Puts an update back that the host's health probe does not like. */
public final class Probation {

    private Probation() {}

    /** Works in the given directory, or in a temporary one. */
    public static void main(String... args) throws IOException {
        Path root = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("holdfast-");
        Path rules = Files.createDirectories(root.resolve("sources/rules")).resolve("rules.json");
        Path live = root.resolve("workspace/rules/rules.json");
        // One look, and no second chance. A host gives a workspace more time: Probation.standard().
        var oneLook = new dev.holdfast.Probation(1, Duration.ofSeconds(2), Duration.ofSeconds(2));
        try (Holdfast holdfast = Holdfast.builder()
                .resolver(LocalResolver.over(root.resolve("sources")))
                .target(DirectoryTarget.create())
                .store(InMemoryTrackingStore.create())
                .healthProbe((workspace, change, deadline) -> look(live), oneLook)
                .build()) {
            Source source = Source.parse("local://rules");
            Files.writeString(rules, "{}");
            holdfast.install(InstallRequest.of(
                    WorkspaceId.of("ws-42"), source, TargetAddress.parse("dir://" + root.resolve("workspace"))));
            for (String next : new String[] {"{\"strict\": true}", "broken"}) {
                Files.writeString(rules, next);
                holdfast.sweeper().check(source);
                Update update = holdfast.updates().pending().findFirst().orElseThrow();
                System.out.println("Applying " + next);
                ApplyResult result = holdfast.updates().apply(update.id(), update.to(), "alice");
                System.out.println(result instanceof ApplyResult.Failed failed ? failed.why() : "applied");
                System.out.println("Live: " + Files.readString(live));
            }
        }
    }

    private static Health look(Path file) {
        try {
            return Files.readString(file).startsWith("{")
                    ? Health.healthy()
                    : Health.unhealthy("rules.json is no JSON");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
