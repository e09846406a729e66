package dev.holdfast.examples.e2e;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.Source;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.Upstream;
import dev.holdfast.spi.delivery.Bundle;
import dev.holdfast.spi.delivery.BundleEntry;
import dev.holdfast.spi.source.Resolution;
import dev.holdfast.spi.source.SourceResolver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Delivers whatever a test says, as an adapter with a defect or somebody's archive format might. */
final class LyingResolver implements SourceResolver {

    static final Source SOURCE = Source.parse("lying://bundle");

    private Supplier<Stream<Piece>> bundle = Stream::empty;

    /** One entry and the content it comes with, whatever the entry says. */
    record Piece(BundleEntry entry, Supplier<InputStream> content) {

        static Piece of(BundleEntry entry) {
            return new Piece(entry, InputStream::nullInputStream);
        }

        static Piece file(String path, String text) {
            return file(path, text.getBytes(StandardCharsets.UTF_8).length, text);
        }

        static Piece file(String path, long size, String text) {
            return new Piece(
                    new BundleEntry.File(path, size, false),
                    () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        }

        static Piece directory(String path) {
            return of(new BundleEntry.Directory(path));
        }

        static Piece link(String path, String target) {
            return of(new BundleEntry.Link(path, target));
        }

        static Piece special(String path, String kind) {
            return of(new BundleEntry.Special(path, kind));
        }
    }

    void deliver(Supplier<Stream<Piece>> pieces) {
        this.bundle = pieces;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("lying");
    }

    @Override
    public Upstream upstream(Source source) {
        return new Upstream("lying", "lying://bundle", "lying");
    }

    @Override
    public Map<TrackedRef, Resolution> resolve(Upstream upstream, Set<TrackedRef> refs, Deadline deadline) {
        Resolution found = Resolution.found(Revision.of("a".repeat(40)));
        return refs.stream().collect(Collectors.toMap(Function.identity(), ref -> found));
    }

    @Override
    public Bundle fetch(Source source, Revision revision, Deadline deadline) {
        return new Lies(bundle);
    }

    private record Lies(Supplier<Stream<Piece>> pieces) implements Bundle {

        @Override
        public Entries open() {
            return new Pass(pieces.get().iterator());
        }

        @Override
        public void close() {
            // nothing is held
        }
    }

    private static final class Pass implements Bundle.Entries {

        private final Iterator<Piece> pieces;
        private Supplier<InputStream> content = InputStream::nullInputStream;

        Pass(Iterator<Piece> pieces) {
            this.pieces = pieces;
        }

        @Override
        public @Nullable BundleEntry next() {
            if (!pieces.hasNext()) {
                return null;
            }
            Piece piece = pieces.next();
            content = piece.content();
            return piece.entry();
        }

        @Override
        public InputStream content() {
            return content.get();
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
