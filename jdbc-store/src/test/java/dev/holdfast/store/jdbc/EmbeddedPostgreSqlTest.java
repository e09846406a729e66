package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.AuditLog.AuditEntry;
import dev.holdfast.spi.Page;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedPostgreSqlTest {

    @TempDir
    private Path directory;

    private JdbcTrackingStore store(EmbeddedPostgreSql server) {
        JdbcTrackingStore store = JdbcTrackingStore.over(server.dataSource());
        store.migrate();
        return store;
    }

    private static long entries(JdbcTrackingStore store) {
        return store.audit()
                .list(Optional.empty(), Page.Request.first(10))
                .items()
                .size();
    }

    private static void append(JdbcTrackingStore store) {
        store.audit()
                .append(new AuditEntry(
                        0,
                        Instant.EPOCH,
                        "tester",
                        "look",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        "ok"));
    }

    @Test
    void whatIsKeptInADirectoryIsThereAfterARestart() {
        Path data = directory.resolve("data");
        try (EmbeddedPostgreSql server = EmbeddedPostgreSql.keepIn(data)) {
            append(store(server));
        }

        try (EmbeddedPostgreSql server = EmbeddedPostgreSql.keepIn(data)) {
            assertThat(entries(store(server))).isEqualTo(1);
        }
    }

    @Test
    void aServerThatRunsOnTheSameDataIsSharedAndStaysWithWhoStartedIt() {
        Path data = directory.resolve("data");
        try (EmbeddedPostgreSql first = EmbeddedPostgreSql.keepIn(data)) {
            try (EmbeddedPostgreSql second = EmbeddedPostgreSql.keepIn(data)) {
                assertThat(second.url()).contains(Integer.toString(port(first.url())));
                append(store(second));
            }

            assertThat(entries(store(first))).isEqualTo(1);
        }
    }

    private static int port(String url) {
        return Integer.parseInt(url.replaceFirst(".*:(\\d+)/.*", "$1"));
    }
}
