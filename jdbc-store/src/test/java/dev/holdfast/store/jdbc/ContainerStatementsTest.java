package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.holdfast.spi.container.ContainerFacts;
import dev.holdfast.spi.container.ContainerIndex;
import dev.holdfast.spi.container.ContainerIndex.RowChange;
import dev.holdfast.spi.container.ContainerKey;
import dev.holdfast.spi.container.ContainerState;
import dev.holdfast.spi.container.IndexedContainer;
import dev.holdfast.spi.container.WorkloadId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What a look costs the database, counted at the connection; that it reads once and writes once, core's tests show. */
final class ContainerStatementsTest {

    private final List<String> statements = new ArrayList<>();
    private final ContainerIndex index;

    ContainerStatementsTest() throws SQLException {
        JdbcTrackingStore store = JdbcTrackingStore.over(counting()).schema(Postgres.freshSchema());
        store.migrate();
        index = store.containers();
    }

    private DataSource counting() throws SQLException {
        DataSource source = mock(DataSource.class);
        when(source.getConnection()).thenAnswer(call -> {
            Connection real = Postgres.source().getConnection();
            Connection counted = mock(Connection.class, delegatesTo(real));
            doAnswer(prepare -> {
                        String sql = prepare.getArgument(0);
                        // What the transaction asks about itself is not the index's.
                        if (sql.contains(".container ")) {
                            statements.add(sql.replaceFirst("^SET TRANSACTION[^;]*;", "")
                                    .stripLeading()
                                    .replaceFirst("(?s)\\s.*", ""));
                        }
                        return real.prepareStatement(sql);
                    })
                    .when(counted)
                    .prepareStatement(anyString());
            return counted;
        });
        return source;
    }

    private static RowChange seen(int number, long expected, String image) {
        return new RowChange.Seen(
                new ContainerKey("node-1", WorkloadId.of("shop"), "web", Integer.toString(number)),
                expected,
                "stack",
                ContainerFacts.created("id-" + number, "web-" + number, image).state(ContainerState.RUNNING),
                false);
    }

    @Test
    void readingIsOneStatementAndWritingOneWhateverTheChangesAndNoneWithoutAny() {
        List<RowChange> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(seen(i, 0, "acme/web:1"));
        }
        statements.clear();

        List<IndexedContainer> rows = index.write(all);
        assertThat(rows).hasSize(300);
        assertThat(statements).containsExactly("WITH");

        statements.clear();
        List<RowChange> mixed = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            IndexedContainer row = rows.get(i);
            mixed.add(
                    switch (i % 3) {
                        case 0 -> new RowChange.Missing(row.key(), row.version(), Optional.empty());
                        case 1 -> new RowChange.Dropped(row.key(), row.version());
                        default -> seen(1000 + i, 0, "acme/web:2");
                    });
        }
        assertThat(index.write(mixed)).hasSize(200);
        assertThat(statements).containsExactly("WITH");

        statements.clear();
        assertThat(index.write(List.of())).isEmpty();
        assertThat(statements).isEmpty();
        assertThat(index.read("node-1").rows()).hasSize(300);
        assertThat(statements).containsExactly("SELECT");
    }
}
