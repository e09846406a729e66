package dev.holdfast.examples.cli;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.store.jdbc.EmbeddedPostgreSql;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * A PostgreSQL of our own, for as long as this process needs it. Its data stay in the state directory, and outlive a
 * process that is killed: the next one ends the server that was left running, and starts its own over the same data.
 */
final class EmbeddedServer implements AutoCloseable {

    private final StateLock lock;
    private final EmbeddedPostgreSql server;

    private EmbeddedServer(StateLock lock, EmbeddedPostgreSql server) {
        this.lock = lock;
        this.server = server;
    }

    static EmbeddedServer start(Path state) {
        // Two processes that shared a server would have it stopped under one by the end of the other.
        StateLock lock = StateLock.take(state);
        try {
            return new EmbeddedServer(lock, server(state));
        } catch (HoldfastException e) {
            lock.close();
            throw e;
        } catch (IOException e) {
            lock.close();
            throw new PermanentException(
                    Reason.STORE, "cannot read what an earlier run left in " + state + ": " + e.getMessage(), e);
        }
    }

    /**
     * Root's server runs as nobody where root may not make user namespaces, as in most containers. Nobody cannot come
     * into a state directory below a closed one, such as {@code /root}: then the data are in {@code /var/tmp}.
     */
    private static EmbeddedPostgreSql server(Path state) throws IOException {
        UUID name = UUID.nameUUIDFromBytes(state.toString().getBytes(StandardCharsets.UTF_8));
        Path open = Path.of("/var/tmp/holdfast-" + name);
        if (Files.exists(open.resolve("PG_VERSION"))) {
            return over(open);
        }
        try {
            return over(state.resolve("postgresql"));
        } catch (PermanentException e) {
            if (!isRoots() || openToAll(state)) {
                throw e;
            }
            return over(open);
        }
    }

    private static EmbeddedPostgreSql over(Path data) throws IOException {
        LeftOverServer.in(data).ifPresent(LeftOverServer::end);
        return EmbeddedPostgreSql.keepIn(data);
    }

    private static boolean isRoots() throws IOException {
        Path self = Path.of("/proc/self");
        return Files.exists(self) && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
    }

    private static boolean openToAll(Path state) throws IOException {
        for (Path at = state; at != null; at = at.getParent()) {
            if (!Files.getPosixFilePermissions(at).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }

    DataSource dataSource() {
        return server.dataSource();
    }

    @Override
    public void close() {
        try {
            server.close();
        } finally {
            lock.close();
        }
    }
}
