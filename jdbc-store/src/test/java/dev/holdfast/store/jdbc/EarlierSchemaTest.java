package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Install;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.UpdatePolicy;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import dev.holdfast.spi.store.UpstreamStore.UpstreamStatus;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A host that comes from the first schema, with rows in it. */
final class EarlierSchemaTest {

    private static final Instant FIRST_SIGHT = Instant.parse("2026-01-02T00:00:00Z");

    private final String schema = Postgres.freshSchema();
    private final JdbcTrackingStore store =
            JdbcTrackingStore.over(Postgres.source()).schema(schema);

    @BeforeEach
    void asTheFirstVersionLeftIt() throws Exception {
        Script first = Migration.SCRIPTS.get(0);
        try (Connection connection = Postgres.source().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("CREATE SCHEMA " + schema + "; SET LOCAL search_path = " + schema);
            statement.execute(first.sql());
            statement.execute(Migration.HISTORY);
            statement.execute("INSERT INTO schema_history (version, script, checksum, breaking) VALUES (1, '"
                    + first.name() + "', " + first.checksum() + ", true)");
            statement.execute(rows());
            connection.commit();
        }
    }

    private static String rows() throws Exception {
        try (InputStream in = EarlierSchemaTest.class.getResourceAsStream("/rows-of-V001.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void whatWasInstalledIsInstalledAndAnOperatorDecides() {
        assertThat(store.migrate()).isEqualTo(Migration.SCRIPTS.size() - 1);

        Install install = store.installs().find(Steps.greeterOf("ws-1")).orElseThrow();
        assertThat(install.revision()).isEqualTo(Steps.revision('a'));
        assertThat(install.policy()).isEqualTo(UpdatePolicy.manual());
    }

    @Test
    void theFirstSightOfARevisionIsThatOfItsOldestEntry() {
        store.migrate();

        assertThat(store.updates()
                        .list(UpdateQuery.of(UpdateStatus.PENDING), Page.Request.first(5))
                        .items())
                .singleElement()
                .satisfies(update -> {
                    assertThat(update.to()).isEqualTo(Steps.revision('b'));
                    assertThat(update.seenAt()).isEqualTo(FIRST_SIGHT);
                    assertThat(update.createdAt()).isAfter(FIRST_SIGHT);
                });
    }

    @Test
    void whatIsPendingWasQueuedForWhatItsInstallFollows() {
        store.migrate();

        assertThat(store.updates()
                        .list(UpdateQuery.of(UpdateStatus.PENDING), Page.Request.first(5))
                        .items())
                .singleElement()
                .satisfies(update -> assertThat(update.track()).contains(TrackedRef.latestTag()));
    }

    @Test
    void whatIsClosedSinceAnEarlierVersionSaysNothingOfWhatWasFollowed() {
        store.migrate();

        assertThat(store.updates()
                        .list(UpdateQuery.of(Steps.greeterOf("ws-1")), Page.Request.first(5))
                        .items())
                .filteredOn(update -> !update.status().isOpen())
                .isNotEmpty()
                .allSatisfy(update -> assertThat(update.track()).isEmpty());
    }

    @Test
    void anUpstreamThatFailsIsFailingAndMayBeAskedAgain() {
        store.migrate();

        UpstreamStatus status =
                store.upstreams().list(Page.Request.first(5)).items().get(0);
        assertThat(status.failures()).isEqualTo(3);
        assertThat(status.failingSince()).isPresent();
        assertThat(status.refs()).isEmpty();
        assertThat(new Steps(store).sweep(Steps.revision('b')).queued()).isEmpty();
        assertThat(store.upstreams().find(status.upstream()).orElseThrow().failingSince())
                .isEmpty();
    }
}
