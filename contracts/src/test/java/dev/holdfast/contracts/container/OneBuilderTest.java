package dev.holdfast.contracts.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.BackgroundLoop;
import dev.holdfast.Health;
import dev.holdfast.Holdfast;
import dev.holdfast.HoldfastBuilder;
import dev.holdfast.HoldfastEvent;
import dev.holdfast.delivery.directory.DirectoryTarget;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.store.memory.InMemoryContainerIndex;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import dev.holdfast.testkit.MutableClock;
import dev.holdfast.testkit.ScriptedImages;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Images and containers that are given to the builder of a Holdfast share what it was given. */
final class OneBuilderTest {

    private static final String WEB = "acme/web:latest";

    private final MutableClock clock = MutableClock.create();
    private final ScriptedImages images = new ScriptedImages();
    private final InMemoryTrackingStore store = InMemoryTrackingStore.create(clock);
    private final ContainerStory containers = new ContainerStory(clock, InMemoryContainerIndex.create(clock));
    private final List<HoldfastEvent> events = new CopyOnWriteArrayList<>();

    private final HoldfastBuilder builder = Holdfast.builder()
            .store(store)
            .target(DirectoryTarget.create())
            .clock(clock)
            .node("node-7")
            .loops(Set.of(BackgroundLoop.RECOVER))
            .listener(events::add)
            .images(ImageWatcher.builder()
                    .digests(images)
                    .refresher(images)
                    .ledger(store.images())
                    .image(ImageReference.parse(WEB)))
            .containers(containers.builder());

    @Test
    void theyStartAndCloseWithIt() {
        Holdfast holdfast = builder.build();
        try (holdfast) {
            assertThat(holdfast.health().loops()).isEmpty();

            holdfast.start();
            holdfast.start();

            assertThat(holdfast.health().loops())
                    .extracting(Health.Loop::name)
                    .containsExactlyInAnyOrder("recover", "images", "containers");
        }
        assertThatThrownBy(() -> holdfast.images().orElseThrow().start()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> holdfast.containers().orElseThrow().start()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theyTellItsListenersOnceHoweverOftenItIsBuilt() {
        builder.build().close();
        try (Holdfast holdfast = builder.build()) {
            holdfast.images().orElseThrow().check();
            holdfast.containers().orElseThrow().reconcile();

            assertThat(events)
                    .filteredOn(HoldfastEvent.ImagesChecked.class::isInstance)
                    .hasSize(1);
        }
    }
}
