package dev.holdfast.examples.cli;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own, for as long as this process needs it. Its data stay in the state directory, and outlive a process
 * that is killed: the next one ends the server that was left running, and starts its own over the same data.
 *
 * <p>It listens on the loopback interface, and lets everybody of this machine in: good for trying out, not for secrets.
 */
final class EmbeddedServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
    private static final Duration LONGEST_START = Duration.ofSeconds(60);

    private final StateLock lock;
    private final EmbeddedPostgres server;

    private EmbeddedServer(StateLock lock, EmbeddedPostgres server) {
        this.lock = lock;
        this.server = server;
    }

    static EmbeddedServer start(Path state, Console console) {
        StateLock lock = StateLock.take(state);
        try {
            return new EmbeddedServer(lock, server(state, console));
        } catch (IOException | IllegalStateException e) {
            lock.close();
            throw new PermanentException(
                    Reason.STORE,
                    "cannot start the embedded PostgreSQL in " + state + ": " + firstLine(e)
                            + "; name another one with --jdbc, or another directory with --state",
                    e);
        }
    }

    DataSource dataSource() {
        return server.getPostgresDatabase();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("the embedded PostgreSQL did not stop; the next run ends it", e);
        } finally {
            lock.close();
        }
    }

    private static EmbeddedPostgres server(Path state, Console console) throws IOException {
        if (!UnprivilegedTools.needed()) {
            return over(Files.createDirectories(state.resolve("postgresql")), programs(state, console));
        }
        UnprivilegedTools tools = UnprivilegedTools.shared();
        Path data = tools.data(state);
        if (tools.inPlace()) {
            return over(data, tools.programs());
        }
        try {
            // Unpacks the programs, and then refuses to run them as root.
            return over(data, tools.programs());
        } catch (IllegalStateException refused) {
            tools.put();
            return over(data, tools.programs());
        }
    }

    private static EmbeddedPostgres over(Path data, Path programs) throws IOException {
        LeftOverServer.in(data).ifPresent(LeftOverServer::end);
        return builder(data, programs).start();
    }

    private static EmbeddedPostgres.Builder builder(Path data, Path programs) {
        return EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(programs.toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                // The environment may name a locale that is not installed.
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("encoding", "UTF8")
                // Records outlive the process, so they must outlive a loss of power as well.
                .setServerConfig("fsync", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "30")
                .setPGStartupWait(LONGEST_START);
    }

    /** The programs are unpacked once for each user, and kept where nobody else changes them. */
    private static Path programs(Path state, Console console) throws IOException {
        Path cache = console.variable("XDG_CACHE_HOME")
                .map(Path::of)
                .or(() -> console.variable("HOME").map(home -> Path.of(home, ".cache")))
                .orElse(state);
        Path ours = Files.createDirectories(cache.resolve("holdfast"));
        Files.setPosixFilePermissions(ours, PosixFilePermissions.fromString("rwx------"));
        return Files.createDirectories(ours.resolve("postgresql"));
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
