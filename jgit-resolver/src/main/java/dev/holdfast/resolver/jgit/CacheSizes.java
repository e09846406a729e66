package dev.holdfast.resolver.jgit;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How many bytes each repository of a cache holds; one is measured again when somebody has used it. */
final class CacheSizes {

    private final Map<Path, Measured> known = new HashMap<>();
    /** Of all that is known: each fetch asks for it. */
    private long total;

    /** A size, and when the repository was last used then. */
    private record Measured(FileTime used, long bytes) {}

    /** Measures one repository, whatever is known of it. */
    void measure(Path repository) throws IOException {
        FileTime used = Trees.modified(repository);
        long bytes = Trees.size(repository);
        synchronized (this) {
            total += bytes - bytes(known.put(repository, new Measured(used, bytes)));
        }
    }

    /**
     * Measures those of {@code all} that were used since they were measured, and forgets all others; stops when
     * interrupted.
     */
    void measureUsed(Set<Path> all) throws IOException {
        retain(all);
        for (Path repository : all) {
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            Measured before = known(repository);
            if (before == null || !before.used().equals(Trees.modified(repository))) {
                measure(repository);
            }
        }
    }

    private synchronized void retain(Set<Path> all) {
        known.keySet().retainAll(all);
        total = known.values().stream().mapToLong(Measured::bytes).sum();
    }

    private synchronized @Nullable Measured known(Path repository) {
        return known.get(repository);
    }

    synchronized void forget(Path repository) {
        total -= bytes(known.remove(repository));
    }

    long of(Path repository) {
        return bytes(known(repository));
    }

    synchronized long total() {
        return total;
    }

    private static long bytes(@Nullable Measured measured) {
        return measured == null ? 0 : measured.bytes();
    }
}
