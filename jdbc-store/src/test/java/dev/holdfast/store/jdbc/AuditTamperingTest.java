package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.HoldfastEvent;
import dev.holdfast.audit.AuditCheckpoint;
import dev.holdfast.audit.AuditTrail;
import dev.holdfast.audit.AuditVerification;
import dev.holdfast.audit.AuditVerification.Broken;
import dev.holdfast.audit.AuditVerification.Kind;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What somebody does to a sealed audit who may write to the database. */
final class AuditTamperingTest {

    private static final String NONE = "0".repeat(64);
    private static final String BACKDATED = "INSERT INTO @.audit (id, at, actor, action, outcome)"
            + " OVERRIDING SYSTEM VALUE VALUES (%d, now(), 'mallory', 'install', 'ok')";

    private final String schema = Postgres.emptied();
    private final JdbcTrackingStore store =
            JdbcTrackingStore.over(Postgres.source()).schema(schema);
    private final List<HoldfastEvent> told = new ArrayList<>();
    private final AuditTrail trail = new AuditTrail(store.auditChain(), told::add, Clock.systemUTC());

    private void written(int entries) {
        for (int i = 0; i < entries; i++) {
            store.audit().append(AuditEntry.of("alice", "look", "no " + i));
        }
    }

    private AuditCheckpoint sealed(int entries) {
        written(entries);
        return trail.seal().orElseThrow();
    }

    private void sql(String statements) throws SQLException {
        try (Connection connection = Postgres.source().getConnection()) {
            run(connection, statements);
        }
    }

    private void run(Connection connection, String statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(statements.replace("@.", schema + "."));
        }
    }

    private static void assertBroken(AuditVerification found, Kind kind, long number) {
        assertThat(found.broken())
                .hasValueSatisfying(
                        broken -> assertThat(broken).returns(kind, Broken::kind).returns(number, Broken::number));
        assertThat(found.verified()).isEqualTo(number - 1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UPDATE @.audit SET actor = 'bob' WHERE id = 3                                        | CHANGED      | 3
            UPDATE @.audit SET action = 'dismiss' WHERE id = 3                                   | CHANGED      | 3
            UPDATE @.audit SET outcome = '' WHERE id = 3                                         | CHANGED      | 3
            UPDATE @.audit SET at = at + interval '1 microsecond' WHERE id = 3                   | CHANGED      | 3
            UPDATE @.audit SET at = 'infinity' WHERE id = 3                                      | CHANGED      | 3
            UPDATE @.audit SET workspace = '' WHERE id = 3                                       | CHANGED      | 3
            UPDATE @.audit SET plugin = 'x', workspace = 'x' WHERE id = 3                        | CHANGED      | 3
            UPDATE @.audit SET image = 'not an image!' WHERE id = 3                              | CHANGED      | 3
            UPDATE @.audit SET site = 'x' WHERE id = 3                                           | CHANGED      | 3
            UPDATE @.audit SET from_revision = 'x' WHERE id = 3                                  | CHANGED      | 3
            UPDATE @.audit SET to_revision = 'x' WHERE id = 3                                    | CHANGED      | 3
            UPDATE @.audit SET actor = 'alicel', action = 'ook' WHERE id = 3                     | CHANGED      | 3
            UPDATE @.audit a SET outcome = b.outcome FROM @.audit b WHERE a.id + b.id = 5        | CHANGED      | 1
            UPDATE @.audit_seal SET hash = sha256('x') WHERE number = 3                          | CHANGED      | 3
            UPDATE @.audit_seal SET entry = 6 - entry                                            | INSERTED     | 1
            UPDATE @.audit_seal SET entry = 1 WHERE number = 3                                   | REORDERED    | 3
            DELETE FROM @.audit WHERE id = 1                                                     | DELETED      | 1
            DELETE FROM @.audit WHERE id = 3                                                     | DELETED      | 3
            DELETE FROM @.audit WHERE id = 5                                                     | DELETED      | 5
            DELETE FROM @.audit                                                                  | DELETED      | 1
            DELETE FROM @.audit_seal WHERE number = 3                                            | SEAL_MISSING | 3
            DELETE FROM @.audit WHERE id = 3; DELETE FROM @.audit_seal WHERE number = 3          | SEAL_MISSING | 3
            DELETE FROM @.audit WHERE id > 3; DELETE FROM @.audit_seal WHERE number > 3          | CUT          | 4
            DELETE FROM @.audit_chain                                                            | CUT          | 1
            """)
    void whatWasChangedIsNamed(String statements, Kind kind, long number) throws SQLException {
        sealed(5);

        sql(statements);

        assertBroken(trail.verify(), kind, number);
        assertThat(trail.found()).isPresent();
    }

    @Test
    void anEntryThatIsPutInBetweenIsNamed() throws SQLException {
        sealed(2);
        sql("SELECT nextval('@.audit_id_seq')");
        sealed(2);

        sql(BACKDATED.formatted(3));

        assertBroken(trail.verify(), Kind.INSERTED, 3);
        assertThat(trail.seal()).isEmpty();
    }

    @Test
    void anEntryThatIsPutInBeforeTheFirstIsNamed() throws SQLException {
        sealed(2);

        sql(BACKDATED.formatted(-1));

        assertBroken(trail.verify(), Kind.INSERTED, 1);
    }

    @Test
    void anEndThatWasTakenOffWithItsRecordIsNamedByACheckpoint() throws SQLException {
        AuditCheckpoint known = sealed(5);

        sql("""
                DELETE FROM @.audit WHERE id > 3;
                DELETE FROM @.audit_seal WHERE number > 3;
                UPDATE @.audit_chain SET number = 3, entry = 3,
                  hash = (SELECT encode(s.hash, 'hex') FROM @.audit_seal s WHERE s.number = 3)
                """);

        assertBroken(trail.verify(AuditCheckpoint.parse(known.toString())), Kind.CUT, 4);
        assertThat(trail.verify().isIntact()).isTrue();
    }

    @Test
    void aChainThatWasMadeAnewIsNamedByACheckpoint() throws SQLException {
        AuditCheckpoint known = sealed(5);

        sql("UPDATE @.audit SET actor = 'bob' WHERE id = 2; DELETE FROM @.audit_seal;"
                + " UPDATE @.audit_chain SET number = 0, entry = 0, hash = '" + NONE + "', settling = 0");
        trail.seal();

        assertThat(trail.verify().isIntact()).isTrue();
        assertThat(trail.verify(known).broken()).map(Broken::kind).contains(Kind.REPLACED);
    }

    @Test
    void aPrunedPartThatWasNoneIsNamedByACheckpointOfThatPart() throws SQLException {
        AuditCheckpoint known = sealed(5);

        sql("""
                DELETE FROM @.audit WHERE id <= 3;
                DELETE FROM @.audit_seal WHERE number <= 3;
                UPDATE @.audit_chain SET kept_number = 3, kept_entry = 3
                """);

        assertThat(trail.verify(known).broken()).map(Broken::number).contains(4L);
    }

    @Test
    void aFindingIsToldOnce() throws SQLException {
        sealed(2);
        told.clear();
        sql("UPDATE @.audit SET actor = 'bob' WHERE id = 2");

        trail.verify();
        trail.verify();

        assertThat(told).singleElement().isInstanceOf(HoldfastEvent.AuditBroken.class);
    }

    @Test
    void anEntryOfAWriterThatCommitsLateIsSealedInItsPlace() throws SQLException {
        try (Connection late = Postgres.source().getConnection()) {
            late.setAutoCommit(false);
            run(late, "INSERT INTO @.audit (at, actor, action, outcome) VALUES (now(), 'late', 'look', '')");
            written(2);
            assertThat(trail.seal()).isEmpty();
            assertThat(trail.seal()).isEmpty();
            late.commit();
        }

        assertThat(trail.seal()).map(AuditCheckpoint::number).contains(3L);
        assertThat(trail.verify().verified()).isEqualTo(3);
    }

    @Test
    void writersThatComeLaterDoNotKeepEntriesFromBeingSealed() throws SQLException {
        try (Connection first = Postgres.source().getConnection();
                Connection second = Postgres.source().getConnection()) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            run(first, "INSERT INTO @.audit (at, actor, action, outcome) VALUES (now(), 'first', 'look', '')");
            written(1);
            assertThat(trail.seal()).isEmpty();
            run(second, "INSERT INTO @.audit (at, actor, action, outcome) VALUES (now(), 'second', 'look', '')");
            first.commit();

            assertThat(trail.seal()).map(AuditCheckpoint::number).contains(2L);
            second.rollback();
        }
    }

    @Test
    void aWriterThatRollsBackLeavesNoGap() throws SQLException {
        try (Connection late = Postgres.source().getConnection()) {
            late.setAutoCommit(false);
            run(late, "INSERT INTO @.audit (at, actor, action, outcome) VALUES (now(), 'late', 'look', '')");
            written(1);
            assertThat(trail.seal()).isEmpty();
            late.rollback();
        }

        assertThat(trail.seal()).map(AuditCheckpoint::number).contains(1L);
        assertThat(trail.verify().isIntact()).isTrue();
    }
}
