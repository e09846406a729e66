package dev.holdfast.resolver.jgit;

import dev.holdfast.spi.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what with one cached repository, in this JVM and in other processes that share the cache: any number use
 * it, one at a time fetches into it, and only who has it alone may delete it.
 */
final class RepositoryLocks {

    /**
     * File locks belong to the JVM and not to who took them, so what guards them is one per file and JVM as well, for
     * as long as anybody has it: a cache that turns over for a year does not leave its locks behind.
     */
    private static final Map<Path, Known> ALL = new HashMap<>();

    /** Those that nobody has any more: to be found without a look at all others. */
    private static final ReferenceQueue<RepositoryLocks> GONE = new ReferenceQueue<>();

    private static final Duration POLL = Duration.ofMillis(10);

    private final Path useFile;
    private final Path fetchFile;
    private final ReentrantLock fetching = new ReentrantLock();
    private int users;
    private @Nullable FileChannel shared;

    private RepositoryLocks(Path base) {
        this.useFile = base.resolveSibling(base.getFileName() + ".use");
        this.fetchFile = base.resolveSibling(base.getFileName() + ".fetch");
    }

    /** Returns the locks whose files begin with {@code base}; its directory exists. */
    static RepositoryLocks of(Path base) throws IOException {
        Path parent = base.toAbsolutePath().getParent();
        Path real = parent == null ? base : parent.toRealPath().resolve(base.getFileName());
        synchronized (ALL) {
            for (Reference<?> gone = GONE.poll(); gone != null; gone = GONE.poll()) {
                ALL.remove(((Known) gone).base, gone);
            }
            Known known = ALL.get(real);
            RepositoryLocks locks = known == null ? null : known.get();
            if (locks == null) {
                locks = new RepositoryLocks(real);
                ALL.put(real, new Known(real, locks));
            }
            return locks;
        }
    }

    /** Locks as long as anybody has them. */
    private static final class Known extends WeakReference<RepositoryLocks> {

        private final Path base;

        Known(Path base, RepositoryLocks locks) {
            super(locks, GONE);
            this.base = base;
        }
    }

    /** Work on files. */
    interface Work {
        void run() throws IOException;
    }

    /**
     * Counts one more user; while there is one, nobody deletes. {@code alone} runs first if there is no other anywhere.
     */
    synchronized void use(Deadline deadline, Work alone) throws IOException {
        if (users == 0) {
            ifUnused(alone);
            FileChannel channel = open(useFile);
            try {
                lock(channel, deadline, own(), 1, true);
            } catch (IOException | RuntimeException | Error e) {
                channel.close();
                throw e;
            }
            shared = channel;
        }
        users++;
    }

    synchronized void release() {
        users--;
        if (users == 0 && shared != null) {
            close(shared);
            shared = null;
        }
    }

    /** Runs {@code work} if nobody uses the repository, in this or another process; returns whether it did. */
    synchronized boolean ifUnused(Work work) throws IOException {
        if (users > 0) {
            return false;
        }
        try (FileChannel channel = open(useFile)) {
            if (!tryLock(channel, 0, Long.MAX_VALUE, false)) {
                return false;
            }
            work.run();
            return true;
        }
    }

    /** Runs {@code work} while nobody else fetches, in this or another process. */
    void whileFetching(Deadline deadline, Work work) throws IOException {
        String what = "waiting for another fetch of the same repository";
        try {
            if (!fetching.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                throw deadline.timeout(what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while " + what);
        }
        try (FileChannel channel = open(fetchFile)) {
            lock(channel, deadline, 0, Long.MAX_VALUE, false);
            work.run();
        } finally {
            fetching.unlock();
        }
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Polls: a file lock has nobody who tells when it is free, and waiting in the kernel knows no deadline. */
    private static void lock(FileChannel channel, Deadline deadline, long from, long length, boolean sharing)
            throws IOException {
        String what = "waiting for another process, or another application of this one, that holds the cache";
        while (!tryLock(channel, from, length, sharing)) {
            deadline.check(what);
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("interrupted while " + what);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static boolean tryLock(FileChannel channel, long from, long length, boolean sharing) throws IOException {
        try {
            return channel.tryLock(from, length, sharing) != null;
        } catch (OverlappingFileLockException e) {
            // Held in this JVM by code that another class loader has loaded.
            return false;
        }
    }

    /** One JVM never holds a byte twice, not even to share it: users that class loaders part each take another one. */
    private static long own() {
        return ThreadLocalRandom.current().nextLong(Long.MAX_VALUE - 1);
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // the lock ends with the descriptor, which is gone either way
        }
    }
}
