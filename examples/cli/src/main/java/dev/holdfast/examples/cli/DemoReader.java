package dev.holdfast.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A workspace that reads its plugin over and over, while others change it. It keeps the readers' contract: resolve the
 * live path once, read below it.
 */
final class DemoReader implements AutoCloseable {

    private static final long BETWEEN_READS_NANOS = 100_000;

    private final Path live;
    private final Thread thread;
    private final AtomicBoolean wanted = new AtomicBoolean(true);
    private final AtomicLong reads = new AtomicLong();
    private final AtomicLong torn = new AtomicLong();
    private final AtomicLong absent = new AtomicLong();

    private DemoReader(Path live) {
        this.live = live;
        this.thread = new Thread(this::readOverAndOver, "demo-reader");
        thread.setDaemon(true);
    }

    static DemoReader start(Path live) {
        DemoReader reader = new DemoReader(live);
        reader.thread.start();
        return reader;
    }

    long reads() {
        return reads.get();
    }

    /** Returns how often the two files were of different versions. */
    long torn() {
        return torn.get();
    }

    /** Returns how often nothing was there, or not all of it. */
    long absent() {
        return absent.get();
    }

    private void readOverAndOver() {
        while (wanted.get()) {
            readOnce();
            LockSupport.parkNanos(BETWEEN_READS_NANOS);
        }
    }

    private void readOnce() {
        reads.incrementAndGet();
        try {
            Path release = live.toRealPath();
            String greeting = Files.readString(release.resolve("greeting.txt"));
            String version = greeting.substring(greeting.lastIndexOf(' ') + 1).strip();
            if (!Files.readString(release.resolve("plugin.json")).contains('"' + version + '"')) {
                torn.incrementAndGet();
            }
        } catch (IOException e) {
            absent.incrementAndGet();
        }
    }

    /** Ends after the read that is under way. */
    @Override
    public void close() {
        wanted.set(false);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
