package dev.holdfast.examples.host;

import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;

/** A bare git repository with one author, who commits to {@code main} and tags. */
final class DemoRepository {

    private static final Duration PACE = Duration.ofMinutes(77);
    private static final String MAIN = "refs/heads/main";

    private final Path directory;
    private final String author;
    private final Map<String, String> files = new TreeMap<>();
    private Instant next = Instant.EPOCH;

    private DemoRepository(Path directory, String author) {
        this.directory = directory;
        this.author = author;
    }

    static DemoRepository init(Path directory, String author) throws IOException {
        try (Repository repository = new FileRepository(directory.toFile())) {
            repository.create(true);
        }
        return new DemoRepository(directory, author);
    }

    /** Sets when the next commit is made; those after it follow hour by hour. */
    DemoRepository at(Instant time) {
        next = time;
        return this;
    }

    /** Writes these files beside those that are there, and commits; an empty one is removed. */
    DemoRepository commit(String message, Map<String, String> changed) throws IOException {
        changed.forEach((path, text) -> {
            if (text.isEmpty()) {
                files.remove(path);
            } else {
                files.put(path, text);
            }
        });
        try (Repository repository = new FileRepository(directory.toFile());
                ObjectInserter objects = repository.newObjectInserter()) {
            CommitBuilder commit = new CommitBuilder();
            commit.setTreeId(tree(objects));
            ObjectId parent = repository.resolve(MAIN);
            if (parent != null) {
                commit.setParentId(parent);
            }
            PersonIdent person = new PersonIdent(author, "author@example.com", next, ZoneOffset.UTC);
            commit.setAuthor(person);
            commit.setCommitter(person);
            commit.setMessage(message + "\n");
            ObjectId id = objects.insert(commit);
            objects.flush();
            point(repository, MAIN, id);
        }
        next = next.plus(PACE);
        return this;
    }

    /** Tags the newest commit. */
    DemoRepository tag(String name) throws IOException {
        try (Repository repository = new FileRepository(directory.toFile())) {
            point(repository, Constants.R_TAGS + name, repository.resolve(MAIN));
        }
        return this;
    }

    Source at(String ref) {
        return new Source("git+file", directory.toString(), TrackedRef.parse(ref));
    }

    private ObjectId tree(ObjectInserter objects) throws IOException {
        DirCache index = DirCache.newInCore();
        DirCacheBuilder builder = index.builder();
        for (Map.Entry<String, String> file : files.entrySet()) {
            DirCacheEntry entry = new DirCacheEntry(file.getKey());
            entry.setFileMode(FileMode.REGULAR_FILE);
            entry.setObjectId(objects.insert(Constants.OBJ_BLOB, file.getValue().getBytes(StandardCharsets.UTF_8)));
            builder.add(entry);
        }
        builder.finish();
        return index.writeTree(objects);
    }

    private void point(Repository repository, String ref, ObjectId at) throws IOException {
        RefUpdate update = repository.updateRef(ref);
        update.setNewObjectId(at);
        update.setForceUpdate(true);
        RefUpdate.Result result = update.update();
        if (result != RefUpdate.Result.NEW
                && result != RefUpdate.Result.FAST_FORWARD
                && result != RefUpdate.Result.FORCED) {
            throw new IOException("cannot point " + ref + " of " + directory + " at " + at.name() + ": " + result);
        }
    }
}
