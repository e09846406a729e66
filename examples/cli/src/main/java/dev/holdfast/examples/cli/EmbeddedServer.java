package dev.holdfast.examples.cli;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
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
            Path data = Files.createDirectories(state.resolve("postgresql"));
            LeftOverServer.in(data).ifPresent(LeftOverServer::end);
            return new EmbeddedServer(lock, server(data, binaries(state, console)));
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

    private static EmbeddedPostgres server(Path data, Path binaries) throws IOException {
        if (!UnprivilegedTools.needed() || LinuxUtils.isUnshareAvailable()) {
            return builder(data, binaries).start();
        }
        UnprivilegedTools tools = new UnprivilegedTools(binaries);
        tools.own(data);
        if (tools.inPlace()) {
            return builder(data, binaries).start();
        }
        try {
            // Unpacks the programs, and then refuses to run them as root.
            return builder(data, binaries).start();
        } catch (IllegalStateException refused) {
            tools.put();
            return builder(data, binaries).start();
        }
    }

    private static EmbeddedPostgres.Builder builder(Path data, Path binaries) {
        return EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(binaries.toFile())
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

    /** The programs are unpacked once for each user, and kept. */
    private static Path binaries(Path state, Console console) throws IOException {
        Optional<Path> cache = console.variable("XDG_CACHE_HOME")
                .map(Path::of)
                .or(() -> console.variable("HOME").map(home -> Path.of(home, ".cache")));
        boolean shared = UnprivilegedTools.needed() && !LinuxUtils.isUnshareAvailable();
        Path directory = shared ? Path.of("/var/tmp") : cache.orElse(state);
        return Files.createDirectories(directory.resolve("holdfast-postgresql"));
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
