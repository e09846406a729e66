package dev.holdfast.examples.cli;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * One process at a time uses a state directory with a database in it. The kernel gives the lock back if it is killed.
 */
final class StateLock implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

    private final FileChannel channel;

    private StateLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits for the lock, half a minute at most.
     *
     * @throws TransientException if another process has it for longer
     */
    static StateLock take(Path state) {
        try {
            Files.createDirectories(state);
            FileChannel channel =
                    FileChannel.open(state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            Deadline deadline = Deadline.after(PATIENCE);
            while (!taken(channel)) {
                if (deadline.hasPassed()) {
                    channel.close();
                    throw new TransientException(
                            Reason.BUSY,
                            "another holdfast uses " + state + "; wait for it, or share a --jdbc database");
                }
                LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            }
            return new StateLock(channel);
        } catch (IOException e) {
            throw new PermanentException(
                    Reason.STORE, "cannot keep records in " + state + ": " + e + "; choose another --state", e);
        }
    }

    private static boolean taken(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new TransientException(Reason.STORE, "giving the state directory back failed: " + e, e);
        }
    }
}
