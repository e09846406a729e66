package dev.holdfast.examples.onefile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.image.*;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.util.*;

/** Replaces a container when the tag of its image has moved. */
public final class ImageWatching implements ImageDigests, ImageRefresher {

    private static final ImageReference WEB = ImageReference.parse("acme/web:latest");
    private ImageDigest tag = ImageDigest.ofContent("one".getBytes(UTF_8));
    private ImageDigest running = tag;

    /** Takes no arguments; this class plays the registry and the engine. */
    public static void main(String... args) {
        var world = new ImageWatching();
        var builder = ImageWatcher.builder().digests(world).refresher(world).image(WEB);
        var store = InMemoryTrackingStore.create();
        try (var watcher = builder.ledger(store.images()).build()) {
            for (String content : List.of("one", "two", "two")) {
                world.tag = ImageDigest.ofContent(content.getBytes(UTF_8));
                System.out.println("Look: " + watcher.check().items().get(0).outcome());
            }
            System.out.println("The container runs what the tag names: " + world.running.equals(world.tag));
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
        var linux = ImagePlatform.parse("linux/amd64");
        return List.of(
                new RunningContainer("c1", "web", WEB, running.value(), Set.of(running), linux, Map.of(), false));
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
