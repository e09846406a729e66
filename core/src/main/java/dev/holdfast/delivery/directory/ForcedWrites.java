package dev.holdfast.delivery.directory;

import dev.holdfast.internal.Workers;
import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Forces many written files to the disk, four at a time: a file system writes its journal once for all who wait at that
 * moment, so one after another takes several times as long.
 */
final class ForcedWrites {

    private static final int AT_ONE_TIME = 4;

    private ForcedWrites() {}

    /**
     * Returns when the content of every file is on the disk. A new channel forces what another has written, and hears
     * of a write that failed meanwhile.
     */
    static void force(List<Path> files, Deadline deadline) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONE_TIME, Workers.daemons("holdfast-force-"));
        try {
            AtomicInteger next = new AtomicInteger();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < Math.min(AT_ONE_TIME, files.size()); i++) {
                running.add(threads.submit(() -> {
                    for (int file = next.getAndIncrement(); file < files.size(); file = next.getAndIncrement()) {
                        deadline.check("forcing " + files.get(file));
                        force(files.get(file));
                    }
                    return true;
                }));
            }
            for (Future<?> one : running) {
                await(one, deadline);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void await(Future<?> forcing, Deadline deadline) throws IOException {
        try {
            forcing.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw deadline.timeout("forcing an upload to the disk");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientException(Reason.TIMEOUT, "forcing an upload to the disk was interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failed) {
                throw failed;
            }
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
    }
}
