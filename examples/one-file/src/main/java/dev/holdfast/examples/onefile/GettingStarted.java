package dev.holdfast.examples.onefile;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.resolver.local.LocalResolver;
import dev.holdfast.spi.InstallKey;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.Update;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Installs a plugin, finds that its source has changed, applies the update, and rolls back. */
public final class GettingStarted {

    private GettingStarted() {}

    /** Works in the given directory, or in a temporary one. */
    public static void main(String... args) throws IOException {
        Path root = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("holdfast-");
        Path skill = Files.createDirectories(root.resolve("sources/greeter")).resolve("SKILL.md");
        Path plugins = root.resolve("workspace/plugins");
        Path live = plugins.resolve("greeter/SKILL.md");
        InstallKey greeter = InstallKey.of("ws-42", "greeter");

        try (Holdfast holdfast = Holdfast.builder()
                .resolver(LocalResolver.over(root.resolve("sources")))
                .target(DirectoryTarget.create())
                .store(InMemoryTrackingStore.create())
                .build()) {
            Files.writeString(skill, "Say hello.");
            holdfast.install(InstallRequest.of(
                    greeter.workspace(), Source.parse("local://greeter"), TargetAddress.parse("dir://" + plugins)));
            System.out.println("Installed: " + Files.readString(live));

            Files.writeString(skill, "Say good morning.");
            System.out.println("Source changed; still live: " + Files.readString(live));
            System.out.println("Sweep queued: " + holdfast.sweeper().sweep().queued());
            for (Update update : holdfast.updates().pending().toList()) {
                System.out.println("Waits for an operator: update " + update.id() + " of " + update.subject());
                holdfast.updates().apply(update.id(), update.to(), "alice");
            }
            System.out.println("Applied: " + Files.readString(live));

            holdfast.rollback(greeter, "alice");
            System.out.println("Rolled back: " + Files.readString(live));
            System.out.println("Why it stays: " + holdfast.explain(greeter).text());
            System.out.println("Look around in " + root);
        }
    }
}
