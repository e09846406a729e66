package dev.holdfast.examples.onefile;

import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.image.ImageDigest;
import dev.holdfast.spi.image.ImageDigests;
import dev.holdfast.spi.image.ImagePlatform;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.spi.image.ImageRefresher;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Replaces a container when the tag of its image has moved. */
public final class ImageWatching implements ImageDigests, ImageRefresher {

    private static final ImageReference WEB = ImageReference.parse("acme/web:latest");
    private ImageDigest tag = ImageDigest.ofContent("one".getBytes(StandardCharsets.UTF_8));
    private ImageDigest running = tag;

    /** Takes no arguments; this class plays the registry and the engine. */
    public static void main(String... args) {
        var world = new ImageWatching();
        var ledger = InMemoryTrackingStore.create().images();
        try (var watcher = ImageWatcher.builder()
                .digests(world)
                .refresher(world)
                .ledger(ledger)
                .image(WEB)
                .build()) {
            System.out.println("First look: " + watcher.check().items().get(0).outcome());
            world.tag = ImageDigest.ofContent("two".getBytes(StandardCharsets.UTF_8));
            System.out.println("The tag has moved.");
            System.out.println("Next look: " + watcher.check().items().get(0).outcome());
            System.out.println("The container runs what the tag names: " + world.running.equals(world.tag));
            System.out.println("Another look: " + watcher.check().items().get(0).outcome());
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
        return List.of(new RunningContainer(
                "c1",
                "web",
                WEB,
                running.value(),
                Set.of(running),
                ImagePlatform.parse("linux/amd64"),
                Map.of(),
                false));
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
