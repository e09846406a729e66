package dev.holdfast.resolver.jgit;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a crash leaves in a cache: what was being thrown away, and what was being made. Only the second may be
 * somebody's work of this moment, so it has to be an hour older than the newest thing beside it, by the file system's
 * clock.
 */
final class Leavings {

    static final String TRASH = "trash-";
    static final String FRESH = "new-";

    private static final Logger LOG = LoggerFactory.getLogger(Leavings.class);
    private static final Duration ABANDONED = Duration.ofHours(1);

    private final List<Path> trash = new ArrayList<>();
    private final List<Path> fresh = new ArrayList<>();
    private FileTime newest = FileTime.fromMillis(0);

    void see(Path child) {
        String name = String.valueOf(child.getFileName());
        if (name.startsWith(TRASH)) {
            trash.add(child);
        } else if (name.startsWith(FRESH)) {
            fresh.add(child);
        }
        FileTime modified = Trees.modified(child);
        newest = modified.compareTo(newest) > 0 ? modified : newest;
    }

    void delete() {
        FileTime oldest = FileTime.from(newest.toInstant().minus(ABANDONED));
        fresh.stream()
                .filter(path -> Trees.modified(path).compareTo(oldest) < 0)
                .forEach(trash::add);
        for (Path path : trash) {
            try {
                Trees.delete(path);
            } catch (IOException e) {
                LOG.debug("Cannot delete {}, which another process may be deleting", path, e);
            }
        }
    }
}
