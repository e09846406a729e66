package dev.holdfast.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.store.AuditLog.AuditEntry;
import dev.holdfast.spi.store.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
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
        return store.audit().list(Page.Request.first(10)).items().size();
    }

    private static void append(JdbcTrackingStore store) {
        store.audit().append(AuditEntry.of("tester", "look", "ok"));
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

    @Test
    void aStartThatFailsDoesNotSpoilTheProgramsForTheNext() throws Exception {
        Path full = Files.createDirectory(directory.resolve("full"));
        Files.writeString(full.resolve("notes.txt"), "no cluster");
        assertThatThrownBy(() -> EmbeddedPostgreSql.keepIn(full)).isInstanceOf(PermanentException.class);

        try (EmbeddedPostgreSql server = EmbeddedPostgreSql.keepIn(directory.resolve("data"))) {
            assertThat(setting(server.dataSource(), "fsync")).isEqualTo("on");
        }
    }

    @Test
    void whatIsKeptIsForcedToDisk() throws Exception {
        try (EmbeddedPostgreSql kept = EmbeddedPostgreSql.keepIn(directory.resolve("data"))) {
            assertThat(setting(kept.dataSource(), "fsync")).isEqualTo("on");
            assertThat(setting(kept.dataSource(), "synchronous_commit")).isEqualTo("on");
            assertThat(setting(kept.dataSource(), "full_page_writes")).isEqualTo("on");
        }
    }

    @Test
    void programsInADirectoryThatOthersMayWriteToAreNotRun() throws Exception {
        Path work = Files.createDirectory(directory.resolve("work"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), work);
        UserPrincipal me = Files.getOwner(work);
        UserPrincipal other =
                work.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");

        EmbeddedPostgreSql.checkOwn(work, me);
        assertThatThrownBy(() -> EmbeddedPostgreSql.checkOwn(link, me)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> EmbeddedPostgreSql.checkOwn(work, other)).isInstanceOf(IOException.class);
        Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatThrownBy(() -> EmbeddedPostgreSql.checkOwn(work, me)).isInstanceOf(IOException.class);
    }

    private static String setting(DataSource source, String name) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + name)) {
            row.next();
            return row.getString(1);
        }
    }

    private static int port(String url) {
        return Integer.parseInt(url.replaceFirst(".*:(\\d+)/.*", "$1"));
    }
}
