package dev.holdfast.resolver.jgit;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How many bytes each repository of a cache holds; one is measured again when somebody has used it. */
final class CacheSizes {

    private final Map<Path, Measured> known = new ConcurrentHashMap<>();

    /** A size, and when the repository was last used then. */
    private record Measured(FileTime used, long bytes) {}

    /** Measures one repository, whatever is known of it. */
    void measure(Path repository) throws IOException {
        FileTime used = Trees.modified(repository);
        known.put(repository, new Measured(used, Trees.size(repository)));
    }

    /** Measures those of {@code all} that were used since they were measured, and forgets all others; stops when interrupted. */
    void measureUsed(Collection<Path> all) throws IOException {
        known.keySet().retainAll(all);
        for (Path repository : all) {
            Measured before = known.get(repository);
            if (Thread.currentThread().isInterrupted()) {
                return;
            }
            if (before == null || !before.used().equals(Trees.modified(repository))) {
                measure(repository);
            }
        }
    }

    void forget(Path repository) {
        known.remove(repository);
    }

    long of(Path repository) {
        Measured measured = known.get(repository);
        return measured == null ? 0 : measured.bytes();
    }

    long total() {
        return known.values().stream().mapToLong(Measured::bytes).sum();
    }
}
