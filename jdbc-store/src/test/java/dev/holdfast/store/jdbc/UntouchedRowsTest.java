package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.store.SweepStore.SweepOutcome;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A sweep that finds nothing new costs one row, whatever the number of installs. */
final class UntouchedRowsTest {

    private final String schema = Postgres.freshSchema();
    private final JdbcTrackingStore store =
            JdbcTrackingStore.over(Postgres.source()).schema(schema);
    private final Steps steps = new Steps(store);

    UntouchedRowsTest() {
        store.migrate();
    }

    @Test
    void nothingIsWrittenToInstallsOrUpdatesWhenNothingMoved() throws SQLException {
        for (int i = 0; i < 5; i++) {
            steps.install("ws-" + i, Steps.revision('a'));
        }
        steps.sweep(Steps.revision('b'));
        List<String> before = versions();

        SweepOutcome again = steps.sweep(Steps.revision('b'));

        assertThat(again).isEqualTo(new SweepOutcome(List.of(), 0, 0, 0));
        assertThat(versions()).isEqualTo(before).hasSize(10);
    }

    /** A row that was written has another place, and one that was locked another xmax. */
    private List<String> versions() throws SQLException {
        List<String> versions = new ArrayList<>();
        try (Connection connection = Postgres.source().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT ctid, xmin, xmax FROM @.install UNION ALL SELECT ctid, xmin, xmax FROM @.update_entry"
                                .replace("@", schema))) {
            while (rows.next()) {
                versions.add(rows.getString(1) + " " + rows.getString(2) + " " + rows.getString(3));
            }
        }
        return versions;
    }
}
