package dev.holdfast.internal;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.HoldfastException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.Bundle;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets deliveries of one revision that overlap read its source once. Whoever comes while another delivers the same
 * revision reads all of it into memory, if it is small; those who come later find it there, and the last one to leave
 * drops it. A delivery that is alone streams, and keeps nothing. Safe for use by several threads.
 */
final class SharedBundles {

    /** What one revision may hold in memory. A larger one is read by each delivery. */
    private static final long MOST_BYTES = 8 * 1024 * 1024;

    /** What all of them may hold together. */
    private static final long MOST_BYTES_IN_ALL = 32 * 1024 * 1024;

    private final Map<Key, Shared> shared = new ConcurrentHashMap<>();
    private final AtomicLong held = new AtomicLong();

    private record Key(Source source, Revision revision) {}

    /** Returns what {@code fetch} returns, or the same from memory; counted until it is closed. */
    Bundle get(Source source, Revision revision, Deadline deadline, Supplier<Bundle> fetch) {
        Key key = new Key(source, revision);
        Shared entered = shared.compute(key, (same, there) -> (there == null ? new Shared() : there).enter());
        try {
            Optional<KeptBundle.Content> kept = entered.isAlone() ? Optional.empty() : entered.content(deadline, fetch);
            return new Counted(kept.<Bundle>map(KeptBundle::new).orElseGet(fetch), () -> leave(key));
        } catch (RuntimeException | Error e) {
            leave(key);
            throw e;
        }
    }

    private void leave(Key key) {
        shared.computeIfPresent(key, (same, there) -> there.leave() ? null : there);
    }

    /** A revision that is being delivered; who enters and leaves does so under the lock of the map. */
    private final class Shared {

        private final ReentrantLock reading = new ReentrantLock();
        private Optional<KeptBundle.Content> content = Optional.empty();
        private boolean tooLarge;
        private final AtomicInteger users = new AtomicInteger();

        Shared enter() {
            users.incrementAndGet();
            return this;
        }

        /** Returns whether nobody is left. */
        boolean leave() {
            boolean last = users.decrementAndGet() == 0;
            if (last) {
                content.ifPresent(known -> held.addAndGet(-known.bytes()));
            }
            return last;
        }

        boolean isAlone() {
            return users.get() == 1;
        }

        /** Returns empty if it is not to be kept, or cannot be read: then the delivery itself says why. */
        Optional<KeptBundle.Content> content(Deadline deadline, Supplier<Bundle> fetch) {
            try {
                if (!reading.tryLock(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                    return Optional.empty();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TransientException(Reason.TIMEOUT, "waiting for another reader was interrupted", e);
            }
            try {
                if (content.isEmpty() && !tooLarge) {
                    content = read(fetch);
                    tooLarge = content.isEmpty();
                }
                return content;
            } finally {
                reading.unlock();
            }
        }

        /**
         * As much as may be read is counted before, so that many readings at one time keep the bound as well. Where
         * there is no room the source is not asked.
         */
        private Optional<KeptBundle.Content> read(Supplier<Bundle> fetch) {
            long counted = MOST_BYTES;
            boolean isRoom = held.addAndGet(counted) <= MOST_BYTES_IN_ALL;
            try {
                Optional<KeptBundle.Content> read = isRoom ? readAll(fetch.get()) : Optional.empty();
                counted -= read.map(KeptBundle.Content::bytes).orElse(0L);
                return read;
            } finally {
                held.addAndGet(-counted);
            }
        }

        private static Optional<KeptBundle.Content> readAll(Bundle source) {
            try (source) {
                return KeptBundle.read(source, MOST_BYTES);
            } catch (IOException | HoldfastException e) {
                return Optional.empty();
            }
        }
    }

    /** A bundle whose end is noted, once. */
    private static final class Counted implements Bundle {

        private final Bundle bundle;
        private Optional<Runnable> atEnd;

        Counted(Bundle bundle, Runnable atEnd) {
            this.bundle = bundle;
            this.atEnd = Optional.of(atEnd);
        }

        @Override
        public Entries open() {
            return bundle.open();
        }

        /** {@inheritDoc} What is thrown at the end of a bundle is its source's affair: nobody counts it twice. */
        @Override
        public void close() {
            atEnd.ifPresent(Runnable::run);
            atEnd = Optional.empty();
            bundle.close();
        }
    }
}
