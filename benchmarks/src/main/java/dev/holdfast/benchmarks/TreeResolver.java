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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A source that costs nothing but reading the tree's files, which a plain copy does as well. Every question is answered
 * with a revision that was never there before, so every install delivers.
 */
final class TreeResolver implements SourceResolver {

    private final Tree tree;
    private final AtomicLong revisions = new AtomicLong();

    TreeResolver(Tree tree) {
        this.tree = tree;
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
        return new Bundle() {
            @Override
            public Entries open() {
                return new Pass(tree, tree.files().iterator());
            }

            @Override
            public void close() {}
        };
    }

    private static final class Pass implements Bundle.Entries {

        private final Tree tree;
        private final Iterator<String> files;
        private String path = "";
        private InputStream content = InputStream.nullInputStream();

        Pass(Tree tree, Iterator<String> files) {
            this.tree = tree;
            this.files = files;
        }

        @Override
        public @Nullable BundleEntry next() throws IOException {
            content.close();
            if (!files.hasNext()) {
                return null;
            }
            path = files.next();
            return new BundleEntry.File(path, tree.fileBytes(), false);
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
