package dev.holdfast.benchmarks;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.source.SourceResolver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A source that costs nothing but reading the tree's files, which a plain copy does as well. Every question is answered
 * with a revision that was never there before, so every install delivers.
 */
final class TreeResolver implements SourceResolver {

    private final List<Tree> trees;
    private final Set<String> changing;
    private final boolean named;
    private final AtomicLong revisions = new AtomicLong();

    private TreeResolver(List<Tree> trees, Set<String> changing, boolean named) {
        this.trees = trees;
        this.changing = changing;
        this.named = named;
    }

    /** Each revision holds the same. */
    TreeResolver(Tree tree) {
        this(List.of(tree), Set.of(), false);
    }

    /**
     * Revisions hold the one and the other in turn.
     *
     * @param changing the paths of the files that differ
     * @param named whether the source names the content of its files, as git does
     */
    static TreeResolver between(Tree one, Tree other, Set<String> changing, boolean named) {
        return new TreeResolver(List.of(one, other), changing, named);
    }

    @Override
    public Set<String> schemes() {
        return Set.of("tree");
    }

    @Override
    public Upstream upstream(Source source) {
        return new Upstream("tree", source.location(), "local");
    }

    @Override
    public Map<TrackedRef, Resolution> resolve(Upstream upstream, Set<TrackedRef> refs, Deadline deadline) {
        Revision next = Revision.of(String.format("%040x", revisions.incrementAndGet()));
        return refs.stream().collect(Collectors.toMap(ref -> ref, ref -> Resolution.found(next)));
    }

    @Override
    public Bundle fetch(Source source, Revision revision, Deadline deadline) {
        int which = (int) (Long.parseLong(revision.value(), 16) % trees.size());
        Tree tree = trees.get(which);
        return new Bundle() {
            @Override
            public Entries open() {
                return new Pass(tree, tree.files().iterator(), path -> named(path, which));
            }

            @Override
            public void close() {}
        };
    }

    private Optional<String> named(String path, int which) {
        return named ? Optional.of("tree:" + (changing.contains(path) ? which : "") + ":" + path) : Optional.empty();
    }

    private static final class Pass implements Bundle.Entries {

        private final Tree tree;
        private final Iterator<String> files;
        private final Function<String, Optional<String>> contentIds;
        private String path = "";
        private InputStream content = InputStream.nullInputStream();

        Pass(Tree tree, Iterator<String> files, Function<String, Optional<String>> contentIds) {
            this.tree = tree;
            this.files = files;
            this.contentIds = contentIds;
        }

        @Override
        public @Nullable BundleEntry next() throws IOException {
            content.close();
            if (!files.hasNext()) {
                return null;
            }
            path = files.next();
            BundleEntry.File file = new BundleEntry.File(path, tree.fileBytes(), false);
            return contentIds.apply(path).map(file::contentId).orElse(file);
        }

        @Override
        public InputStream content() throws IOException {
            content = Files.newInputStream(tree.directory().resolve(path));
            return content;
        }

        @Override
        public void close() {
            try {
                content.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
