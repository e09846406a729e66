package dev.holdfast.examples.cli;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.TagBuilder;
import org.eclipse.jgit.lib.TreeFormatter;

/** The author's side of the demo: a bare git repository with releases. */
final class DemoUpstream implements AutoCloseable {

    private static final PersonIdent AUTHOR = new PersonIdent("Ada Author", "ada@example.com");

    private final Path directory;
    private final Repository repository;

    private DemoUpstream(Path directory, Repository repository) {
        this.directory = directory;
        this.repository = repository;
    }

    static DemoUpstream init(Path directory) throws IOException {
        Repository repository = new FileRepository(directory.toFile());
        repository.create(true);
        return new DemoUpstream(directory, repository);
    }

    /** Commits a version, and tags it. */
    Revision release(String version, boolean annotated) throws IOException {
        try (ObjectInserter objects = repository.newObjectInserter()) {
            TreeFormatter tree = new TreeFormatter();
            tree.append("greeting.txt", FileMode.REGULAR_FILE, text(objects, "Hello from " + version));
            tree.append(
                    "plugin.json",
                    FileMode.REGULAR_FILE,
                    text(objects, "{\"name\": \"greeter\", \"version\": \"" + version + "\"}"));
            ObjectId commit = commit(objects, objects.insert(tree), version);
            ObjectId tagged = annotated ? tag(objects, commit, version) : commit;
            objects.flush();
            point("refs/heads/main", commit);
            point(Constants.R_TAGS + version, tagged);
            return Revision.of(commit.name());
        }
    }

    Source at(String tag) {
        return new Source("git+file", directory.toString(), TrackedRef.tag(tag));
    }

    @Override
    public void close() {
        repository.close();
    }

    private static ObjectId text(ObjectInserter objects, String line) throws IOException {
        return objects.insert(Constants.OBJ_BLOB, (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private ObjectId commit(ObjectInserter objects, ObjectId tree, String version) throws IOException {
        CommitBuilder commit = new CommitBuilder();
        commit.setTreeId(tree);
        ObjectId parent = repository.resolve("refs/heads/main");
        if (parent != null) {
            commit.setParentId(parent);
        }
        commit.setAuthor(AUTHOR);
        commit.setCommitter(AUTHOR);
        commit.setMessage("Release " + version + "\n");
        return objects.insert(commit);
    }

    private static ObjectId tag(ObjectInserter objects, ObjectId commit, String version) throws IOException {
        TagBuilder tag = new TagBuilder();
        tag.setTag(version);
        tag.setObjectId(commit, Constants.OBJ_COMMIT);
        tag.setTagger(AUTHOR);
        tag.setMessage("greeter " + version + "\n");
        return objects.insert(tag);
    }

    private void point(String ref, ObjectId at) throws IOException {
        RefUpdate update = repository.updateRef(ref);
        update.setNewObjectId(at);
        RefUpdate.Result result = update.update();
        if (result != RefUpdate.Result.NEW && result != RefUpdate.Result.FAST_FORWARD) {
            throw new IOException("cannot point " + ref + " of " + directory + " at " + at.name() + ": " + result);
        }
    }
}
