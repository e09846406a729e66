package dev.holdfast.examples.onefile;

import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.image.*;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.util.*;

/** Replaces a container when the tag of its image has moved; plays the registry and the engine itself. */
public final class ImageWatching implements ImageDigests, ImageRefresher {
    private static final ImageReference WEB = ImageReference.parse("acme/web:latest");
    private static final ImagePlatform X86 = ImagePlatform.parse("linux/amd64");
    private ImageDigest tag = ImageDigest.of("sha256:" + "1".repeat(64));
    private ImageDigest running = tag;

    public static void main(String... args) {
        var world = new ImageWatching();
        var builder = ImageWatcher.builder().digests(world).refresher(world).image(WEB);
        try (var watcher =
                builder.ledger(InMemoryTrackingStore.create().images()).build()) {
            for (String digit : List.of("1", "2", "2", "2")) {
                world.tag = ImageDigest.of("sha256:" + digit.repeat(64));
                System.out.println("Look: " + watcher.check().items().get(0).outcome());
            }
        }
    }

    @Override
    public ImageDigest standing(ImageReference image, Deadline deadline) {
        return tag;
    }

    @Override
    public PlatformImage on(ImagePlatform platform, ImageReference image, ImageDigest digest, Deadline deadline) {
        return new PlatformImage(digest, digest);
    }

    @Override
    public String site(Deadline deadline) {
        return "engine-1";
    }

    @Override
    public List<RunningContainer> running(Deadline deadline) {
        return List.of(new RunningContainer("c1", "web", WEB, running.value(), Set.of(running), X86, Map.of(), false));
    }

    @Override
    public void refresh(RunningContainer container, ImageDigest digest, Hold hold, Deadline deadline) {
        hold.check();
        System.out.println("Replacing container " + container.name());
        running = digest;
    }

    @Override
    public void pull(ImageReference image, ImageDigest digest, Deadline deadline) {}

    @Override
    public void restore(RunningContainer container, Hold hold, Deadline deadline) {}
}
