package dev.holdfast.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedServerIT {

    @TempDir
    private Path directory;

    @Test
    void recordsOutliveTheServer() throws SQLException {
        try (EmbeddedServer server = start()) {
            run(server, "CREATE TABLE kept (word text)");
            run(server, "INSERT INTO kept VALUES ('barnacle')");
        }

        try (EmbeddedServer server = start()) {
            assertThat(ask(server, "SELECT word FROM kept")).isEqualTo("barnacle");
        }
    }

    @Test
    void aServerThatWasLeftRunningIsEndedAndItsRecordsAreThere() throws Exception {
        Process killed = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StartsAServer.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(killed.inputReader().readLine()).isEqualTo("up");
        killed.destroyForcibly().waitFor();
        assertThat(LeftOverServer.in(directory.resolve("postgresql"))).isPresent();

        try (EmbeddedServer server = start()) {
            assertThat(ask(server, "SELECT word FROM kept")).isEqualTo("barnacle");
        }
        assertThat(LeftOverServer.in(directory.resolve("postgresql"))).isEmpty();
    }

    /** Is killed after it has said that it is up. */
    static final class StartsAServer {

        public static void main(String[] args) throws Exception {
            EmbeddedServer server = EmbeddedServer.start(Path.of(args[0]));
            run(server, "CREATE TABLE kept AS SELECT 'barnacle' AS word");
            System.out.println("up");
            System.in.read();
        }
    }

    private EmbeddedServer start() {
        return EmbeddedServer.start(directory.toAbsolutePath());
    }

    private static void run(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = server.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = server.dataSource().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
