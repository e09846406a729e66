package dev.holdfast.examples.onefile;

import dev.holdfast.Holdfast;
import dev.holdfast.InstallRequest;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.resolver.local.LocalResolver;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.delivery.DeliveryTarget;
import dev.holdfast.spi.delivery.TargetSession;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Delivers to addresses of its own: {@code team://alpha/plugins} is a directory that only the host knows. */
public final class CustomTarget implements DeliveryTarget {

    private final Path root;

    private CustomTarget(Path root) {
        this.root = root;
    }

    /** Works in the given directory, or in a temporary one. */
    public static void main(String... args) throws IOException {
        Path root = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("holdfast-");
        Path skill = Files.createDirectories(root.resolve("sources/greeter")).resolve("SKILL.md");
        Files.writeString(skill, "Say hello.");
        try (Holdfast holdfast = Holdfast.builder()
                .resolver(LocalResolver.over(root.resolve("sources")))
                .target(new CustomTarget(root.resolve("teams")))
                .store(InMemoryTrackingStore.create())
                .build()) {
            for (String team : new String[] {"alpha", "beta"}) {
                holdfast.install(InstallRequest.of(
                        WorkspaceId.of(team),
                        Source.parse("local://greeter"),
                        TargetAddress.parse("team://" + team + "/plugins")));
                Path live = root.resolve("teams/" + team + "/plugins/greeter/SKILL.md");
                System.out.println("Live for " + team + ": " + Files.readString(live));
            }
        }
        System.out.println("Look around in " + root);
    }

    @Override
    public boolean serves(TargetAddress address) {
        return address.scheme().equals("team");
    }

    @Override
    public TargetSession open(TargetAddress address, Deadline deadline) {
        System.out.println("Opening " + address);
        String folder = root.resolve(address.authority()) + address.path();
        return DirectoryTarget.create().open(TargetAddress.parse("dir://" + folder), deadline);
    }
}
