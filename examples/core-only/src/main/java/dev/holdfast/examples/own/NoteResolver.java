package dev.holdfast.examples.own;

import dev.holdfast.spi.Deadline;
import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The smallest source there is: {@code note://name} is one text, kept in memory. Every text it ever had is a revision,
 * so that an older one can still be fetched.
 */
public final class NoteResolver implements SourceResolver {

    private final Map<String, Revision> current = new ConcurrentHashMap<>();
    private final Map<Revision, String> texts = new ConcurrentHashMap<>();

    /** Writes a note, and returns its revision. */
    public Revision write(String name, String text) {
        Revision revision = Revision.of("sha256:" + HexFormat.of().formatHex(sha256(text)));
        texts.put(revision, text);
        current.put(name, revision);
        return revision;
    }

    @Override
    public Set<String> schemes() {
        return Set.of("note");
    }

    @Override
    public Upstream upstream(Source source) {
        return new Upstream("note", source.location(), "local");
    }

    @Override
    public Map<TrackedRef, Resolution> resolve(Upstream upstream, Set<TrackedRef> refs, Deadline deadline) {
        Revision now = current.get(upstream.key());
        if (now == null) {
            throw new PermanentException(
                    Reason.SOURCE_NOT_FOUND, "there is no note '" + upstream.key() + "'; write it first");
        }
        Map<TrackedRef, Resolution> answers = new HashMap<>();
        for (TrackedRef ref : refs) {
            boolean versions = ref instanceof TrackedRef.LatestTag || ref instanceof TrackedRef.SemverRange;
            boolean head = ref.equals(TrackedRef.ref("HEAD"));
            answers.put(
                    ref, versions ? new Resolution.Tags(Map.of()) : head ? Resolution.found(now) : Resolution.absent());
        }
        return answers;
    }

    @Override
    public Bundle fetch(Source source, Revision revision, Deadline deadline) {
        String text = texts.get(revision);
        if (text == null) {
            throw new PermanentException(
                    Reason.REVISION_NOT_FOUND, "no note was ever " + revision + "; check the revision");
        }
        return new Note(text);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private record Note(String text) implements Bundle {

        @Override
        public Entries open() {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return new Entries() {
                private boolean given;

                @Override
                public @Nullable BundleEntry next() {
                    if (given) {
                        return null;
                    }
                    given = true;
                    return new BundleEntry.File("note.txt", bytes.length, false);
                }

                @Override
                public InputStream content() {
                    return new ByteArrayInputStream(bytes);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void close() {}
    }
}
