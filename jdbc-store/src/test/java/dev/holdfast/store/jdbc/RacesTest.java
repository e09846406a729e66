package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.Operation.Kind;
import dev.holdfast.spi.TargetAddress;
import dev.holdfast.spi.Update;
import dev.holdfast.spi.UpdateStatus;
import dev.holdfast.spi.WorkspaceId;
import dev.holdfast.spi.store.OperationJournal.Closing;
import dev.holdfast.spi.store.OperationJournal.NewOperation;
import dev.holdfast.spi.store.OperationJournal.Opening;
import dev.holdfast.spi.store.Page;
import dev.holdfast.spi.store.SweepStore.SweepClaim;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Two transactions of which one is held in the middle, by writing its statements down here. */
final class RacesTest {

    private final String schema = Postgres.freshSchema();
    private final JdbcTrackingStore store =
            JdbcTrackingStore.over(Postgres.source()).schema(schema);
    private final Steps steps = new Steps(store);

    RacesTest() {
        store.migrate();
    }

    @Test
    void anInstallThatComesWhileTheLastOtherFollowerLeavesIsStillLookedAt() throws Exception {
        steps.install("ws-1", Steps.revision('a'));

        whileHeld("""
                UPDATE @.upstream SET due_at = due_at;
                INSERT INTO @.install SELECT 'ws-2', plugin, address || '2', source, track, follows, upstream_id, stamp,
                  revision, version, digest, installed_at, updated_at FROM @.install
                """, () -> steps.uninstall("ws-1"));

        assertThat(store.sweeps().claimDue("node-a", 10, Steps.MINUTE))
                .singleElement()
                .extracting(SweepClaim::tracked)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .hasSize(1);
    }

    @Test
    void anInstallThatComesWhileTheLastWorkspaceIsForgottenIsStillLookedAt() throws Exception {
        steps.install("ws-1", Steps.revision('a'));

        whileHeld("""
                UPDATE @.upstream SET due_at = due_at;
                INSERT INTO @.install SELECT 'ws-2', plugin, address || '2', source, track, follows, upstream_id, stamp,
                  revision, version, digest, installed_at, updated_at FROM @.install
                """, () -> store.installs().forget(WorkspaceId.of("ws-1"), "tester"));

        assertThat(store.upstreams().list(Page.Request.first(10)).items())
                .singleElement()
                .satisfies(status -> assertThat(status.installs()).isEqualTo(1));
    }

    @Test
    void aRetryThatLosesToANewEntryLeavesItsOwnFailed() throws Exception {
        steps.install("ws-1", Steps.revision('a'));
        Update update = steps.sweep(Steps.revision('b')).queued().get(0);
        store.journal().close(applying(update), Closing.failed("broken"));

        whileHeld(
                """
                INSERT INTO @.update_entry (kind, workspace, plugin, from_revision, to_revision, why, status, actor,
                  seen_at, created_at, changed_at)
                SELECT kind, workspace, plugin, from_revision, repeat('c', 40), why, 'PENDING', actor, now(), now(), now()
                FROM @.update_entry
                """,
                () -> assertThat(store.updates().retry(update.id(), "tester"))
                        .hasValueSatisfying(now -> assertThat(now.status()).isEqualTo(UpdateStatus.FAILED)));
    }

    @Test
    void aSweepAndAForgettingThatMeetBothEnd() throws Exception {
        for (int round = 0; round < 20; round++) {
            String workspace = "ws-" + round;
            steps.install("stays", Steps.revision('a'));
            steps.install(workspace, Steps.revision('a'));
            steps.sweep(Steps.revision('b'));

            CompletableFuture<Void> sweep = CompletableFuture.runAsync(() -> steps.sweep(Steps.revision('c')));
            store.installs().forget(WorkspaceId.of(workspace), "tester");
            sweep.get(30, TimeUnit.SECONDS);

            assertThat(store.installs().find(Steps.greeterOf(workspace))).isEmpty();
        }
    }

    private dev.holdfast.spi.Operation applying(Update update) {
        NewOperation wanted = NewOperation.of(
                        Kind.UPGRADE, Steps.greeterOf("ws-1"), TargetAddress.parse("dir:///srv/ws-1"), "tester")
                .heldBy("node-a", Steps.MINUTE)
                .applying(update.id());
        return ((Opening.Opened) store.journal().open(wanted)).operation();
    }

    /** Does {@code statements} in a transaction, lets {@code work} run into it, and only then commits. */
    private void whileHeld(String statements, Runnable work) throws Exception {
        try (Connection connection = Postgres.source().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(statements.replace("@", schema));
            CompletableFuture<Void> running = CompletableFuture.runAsync(work);
            awaitALock(running);
            connection.commit();
            running.get(30, TimeUnit.SECONDS);
        }
    }

    /** Returns when somebody waits for a row of ours, or has not had to. */
    private void awaitALock(CompletableFuture<Void> running) throws SQLException {
        try (Connection connection = Postgres.source().getConnection();
                Statement statement = connection.createStatement()) {
            while (!running.isDone()) {
                try (ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_stat_activity"
                        + " WHERE wait_event_type = 'Lock' AND query LIKE '%" + schema + "%'")) {
                    if (row.next() && row.getInt(1) > 0) {
                        return;
                    }
                }
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
        }
    }
}
