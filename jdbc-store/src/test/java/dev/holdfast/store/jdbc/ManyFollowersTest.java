package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.DriftKind;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.store.SweepStore;
import dev.holdfast.spi.store.SweepStore.Finding;
import dev.holdfast.spi.store.SweepStore.SweepClaim;
import dev.holdfast.spi.store.SweepStore.SweepOutcome;
import dev.holdfast.spi.store.UpdateStore.UpdateQuery;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One upstream that many installs follow: what one transaction reads, writes and returns does not grow with them. */
final class ManyFollowersTest {

    private static final int BATCH = 10;

    private final String schema = Postgres.freshSchema();
    private final JdbcTrackingStore store =
            JdbcTrackingStore.over(Postgres.source()).schema(schema);
    private final SweepStore sweeps = new Sweeps(new Database(Postgres.source(), schema, Optional.empty()), BATCH);

    @BeforeEach
    void installTwentyFive() throws Exception {
        store.migrate();
        new Steps(store).install("ws", Steps.revision('a'));
        try (Connection connection = Postgres.source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    INSERT INTO @.install (workspace, plugin, address, source, track, follows, upstream_id, stamp, revision,
                      version, digest, installed_at, updated_at, policy)
                    SELECT 'ws-' || g, plugin, 'dir:///x/' || g, source, track, follows, upstream_id, stamp, revision,
                      version, digest, installed_at, updated_at, policy FROM @.install, generate_series(1, 24) g
                    """.replace("@", schema));
        }
    }

    private SweepClaim claim() {
        return sweeps.claim("node-a", Steps.UPSTREAM, Steps.MINUTE).orElseThrow();
    }

    private Optional<SweepOutcome> record(SweepClaim claim, char revision) {
        Finding found = new Finding(
                TrackedRef.latestTag(), Steps.revision(revision), Optional.empty(), DriftKind.UPSTREAM_MOVED, true);
        return sweeps.record(claim, List.of(found), Steps.MINUTE);
    }

    private List<SweepOutcome> recordAll(char revision) {
        List<SweepOutcome> parts = new ArrayList<>();
        Optional<SweepClaim> rest = Optional.of(claim());
        while (rest.isPresent()) {
            SweepOutcome part = record(rest.get(), revision).orElseThrow();
            parts.add(part);
            rest = part.rest();
        }
        return parts;
    }

    private long pending() {
        return store.updates()
                .list(UpdateQuery.of(UpdateStatus.PENDING), dev.holdfast.spi.store.Page.Request.first(100))
                .items()
                .size();
    }

    @Test
    void anAnswerIsWrittenInPartsAndEachInstallGetsItsUpdateOnce() {
        List<SweepOutcome> parts = recordAll('b');

        assertThat(parts).extracting(part -> part.queued().size()).containsExactly(10, 10, 5);
        assertThat(pending()).isEqualTo(25);

        List<SweepOutcome> newer = recordAll('c');
        assertThat(newer).extracting(SweepOutcome::superseded).containsExactly(10, 10, 5);
        assertThat(pending()).isEqualTo(25);
        assertThat(recordAll('a')).extracting(SweepOutcome::resolved).containsExactly(10, 10, 5);
    }

    @Test
    void theUpstreamIsHeldBetweenTwoPartsAndFreeAfterTheLast() {
        SweepOutcome first = record(claim(), 'b').orElseThrow();

        assertThat(sweeps.claim("node-b", Steps.UPSTREAM, Steps.MINUTE)).isEmpty();
        assertThat(sweeps.claimDue("node-b", 10, Steps.MINUTE)).isEmpty();

        SweepOutcome second = record(first.rest().orElseThrow(), 'b').orElseThrow();
        assertThat(record(second.rest().orElseThrow(), 'b').orElseThrow().rest())
                .isEmpty();
        assertThat(sweeps.claim("node-b", Steps.UPSTREAM, Steps.MINUTE)).isPresent();
    }

    @Test
    void whoLostTheClaimBetweenTwoPartsWritesNoMore() throws Exception {
        SweepOutcome first = record(claim(), 'b').orElseThrow();
        try (Connection connection = Postgres.source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE " + schema + ".upstream SET lease_until = now() - interval '1 second'");
        }
        SweepClaim theirs = sweeps.claim("node-b", Steps.UPSTREAM, Steps.MINUTE).orElseThrow();

        assertThat(record(first.rest().orElseThrow(), 'b')).isEmpty();

        assertThat(record(theirs, 'b').orElseThrow().queued())
                .as("those of the first part are queued")
                .isEmpty();
        assertThat(pending()).isEqualTo(10);
    }
}
