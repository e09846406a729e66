package dev.holdfast.examples.cli;

import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.store.jdbc.EmbeddedPostgreSql;
import java.io.IOException;
import java.nio.file.Path;
import javax.sql.DataSource;

/**
 * A PostgreSQL of our own, for as long as this process needs it. Its data stay in the state directory, and outlive a process
 * that is killed: the next one ends the server that was left running, and starts its own over the same data.
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
            Path data = state.resolve("postgresql");
            LeftOverServer.in(data).ifPresent(LeftOverServer::end);
            return new EmbeddedServer(lock, EmbeddedPostgreSql.keepIn(data));
        } catch (HoldfastException e) {
            lock.close();
            throw e;
        } catch (IOException e) {
            lock.close();
            throw new PermanentException(
                    Reason.STORE, "cannot read what an earlier run left in " + state + ": " + e.getMessage(), e);
        }
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
