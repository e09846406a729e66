package dev.holdfast.images;

import dev.holdfast.images.ImageReport.Item;
import dev.holdfast.internal.Workers;
import dev.holdfast.spi.image.ImageRefresher.RunningContainer;
import dev.holdfast.spi.image.WatchedImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;

/** One thing done with several images, at most four of one registry at one time. */
final class ImageRound {

    private static final int PER_REGISTRY = 4;

    private ImageRound() {}

    /** What is done with one image and the containers that run it; it throws nothing. */
    interface Work {
        Item of(WatchedImage key, List<RunningContainer> containers);
    }

    static ImageReport of(ImageEngine engine, Map<WatchedImage, List<RunningContainer>> images, Work work) {
        Queue<Item> items = new ConcurrentLinkedQueue<>();
        List<Future<?>> running = new ArrayList<>();
        for (Queue<WatchedImage> lane : lanes(images.keySet())) {
            for (int i = 0; i < Math.min(PER_REGISTRY, lane.size()); i++) {
                running.add(engine.workers().submit(() -> {
                    for (WatchedImage key = lane.poll(); key != null; key = lane.poll()) {
                        items.add(work.of(key, images.getOrDefault(key, List.of())));
                    }
                }));
            }
        }
        Workers.awaitAll(running);
        return new ImageReport(items.stream()
                .sorted(Comparator.comparing(item -> item.image().toString()))
                .toList());
    }

    /** One queue for each registry, so that a slow one keeps only its own images waiting. */
    private static Collection<Queue<WatchedImage>> lanes(Set<WatchedImage> images) {
        Map<String, Queue<WatchedImage>> lanes = new HashMap<>();
        images.stream()
                .sorted(Comparator.comparing(WatchedImage::toString))
                .forEach(key -> lanes.computeIfAbsent(key.image().registry(), name -> new ConcurrentLinkedQueue<>())
                        .add(key));
        return lanes.values();
    }
}
