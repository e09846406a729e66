package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.images.ImageReport.Item;
import dev.holdfast.images.ImageReport.Outcome;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.store.memory.InMemoryTrackingStore;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A runtime knows the index alone that a container was pulled by, so the registry is asked what that index holds. */
final class ImageIndexTest {

    private static final String WEB = "acme/web:latest";

    private final MutableClock clock = MutableClock.create();
    private final ScriptedImages images = new ScriptedImages();
    private final ImageWatcher watcher = ImageWatcher.builder()
            .digests(images)
            .refresher(images)
            .ledger(InMemoryTrackingStore.create(clock).images())
            .clock(clock)
            .image(ImageReference.parse(WEB))
            .build();

    @AfterEach
    void closeWatcher() {
        watcher.close();
    }

    private Item look() {
        return watcher.check().items().get(0);
    }

    /**
     * Known failure: Docker's containerd store says so before API 1.48, and every move of another platform replaced the
     * container.
     */
    @Test
    void aRuntimeThatKnowsTheIndexAloneIsNotRefreshedWhenAnotherPlatformMoves() {
        images.byDigest().push(WEB, 1, 7).runs("web", WEB, 1).push(WEB, 2, 7);

        assertThat(look().outcome()).isEqualTo(Outcome.CURRENT);

        images.push(WEB, 3, 8);

        assertThat(look().outcome()).isEqualTo(Outcome.REFRESHED);
    }

    @Test
    void aRuntimeThatKnowsTheIndexAloneIsRefreshedWhenTheRegistryHasRemovedIt() {
        images.byDigest().push(WEB, 1, 7).runs("web", WEB, 1).push(WEB, 2, 7).forget(1);

        assertThat(look().outcome()).isEqualTo(Outcome.REFRESHED);
    }

    /** Known failure: one answer that failed, such as a rate limit, replaced a container that was current. */
    @Test
    void aRegistryThatDoesNotSayWhatTheOldIndexHoldsReplacesNoContainer() {
        images.byDigest().push(WEB, 1, 7).runs("web", WEB, 1).push(WEB, 2, 7);
        images.fails(1, new TransientException(Reason.RATE_LIMITED, "429; try again later"));

        assertThat(look())
                .returns(Outcome.FAILED, Item::outcome)
                .returns(Optional.of(Reason.RATE_LIMITED), Item::reason);
        images.answers(1);

        assertThat(look().outcome()).isEqualTo(Outcome.CURRENT);
        assertThat(images.refreshed).isEmpty();
    }

    /** Known failure: what only spares a restart held the refresh of all containers up for as long as it failed. */
    @Test
    void aRegistryThatNeverSaysWhatTheOldIndexHoldsHoldsTheRefreshUpForSixHours() {
        images.byDigest().push(WEB, 1, 7).runs("web", WEB, 1).push(WEB, 2, 7);
        images.fails(1, new TransientException(Reason.UNREACHABLE, "503; try again later"));
        look();

        clock.advance(Duration.ofHours(6).minusSeconds(1));
        assertThat(look().outcome()).isEqualTo(Outcome.FAILED);
        clock.advance(Duration.ofSeconds(1));
        assertThat(look().outcome()).isEqualTo(Outcome.REFRESHED);
    }

    @Test
    void anOldIndexIsAskedForOnceHoweverManyContainersWereMadeFromIt() {
        images.byDigest()
                .push(WEB, 1, 7)
                .runs("web", WEB, 1)
                .runs("web-2", WEB, 1)
                .push(WEB, 2, 7);

        look();
        look();

        assertThat(images.asked)
                .filteredOn(question ->
                        question.endsWith("@" + ScriptedImages.digest(1).value().substring(60)))
                .hasSize(1);
    }
}
