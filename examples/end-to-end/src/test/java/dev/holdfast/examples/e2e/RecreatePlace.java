package dev.holdfast.examples.e2e;

import com.github.dockerjava.api.DockerClient;
import dev.holdfast.delivery.docker.DockerRefresher;
import dev.holdfast.delivery.docker.RefreshStory;
import dev.holdfast.delivery.docker.RegistryDigests;
import dev.holdfast.delivery.docker.SteppedEngine;
import dev.holdfast.images.ImageWatcher;
import dev.holdfast.spi.image.ImageReference;
import dev.holdfast.store.jdbc.JdbcTrackingStore;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One image that several processes watch.
 *
 * @param url of the database
 * @param schema in it
 * @param image the tag that is followed
 */
record RecreatePlace(String url, String schema, String image) {

    static final Duration LEASE = Duration.ofSeconds(3);

    JdbcTrackingStore store(Clock clock) {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(url);
        return JdbcTrackingStore.over(database).schema(schema).clock(clock);
    }

    /** As {@link #store(Clock)}, by the database's clock. */
    JdbcTrackingStore store() {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl(url);
        return JdbcTrackingStore.over(database).schema(schema);
    }

    /** Returns a watcher that tells each step, of the engine and of the ledger, before it is taken. */
    ImageWatcher watcher(String node, DockerClient client, JdbcTrackingStore store, Consumer<String> steps) {
        ImageReference reference = ImageReference.parse(image);
        return ImageWatcher.builder()
                .digests(RegistryDigests.builder()
                        .plainHttp(reference.registry())
                        .credentials(RefreshStory::credentials)
                        .build())
                .refresher(DockerRefresher.over(SteppedEngine.over(client, steps))
                        .credentials(RefreshStory::credentials)
                        .settle(Duration.ofMillis(400)))
                .ledger(new SteppedLedger(store.images(), steps))
                .image(reference)
                .lease(LEASE)
                .node(node)
                .build();
    }
}
