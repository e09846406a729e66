package dev.holdfast.spi.source;

import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import java.util.Map;
import java.util.Optional;

/** What a resolver answers for one {@link TrackedRef}. */
public sealed interface Resolution {

    /**
     * The ref stands at this revision.
     *
     * @param revision where it stands; annotated tags are peeled to the commit
     * @param version the name of the release, where the ref has one: a tag's short name
     */
    record Found(Revision revision, Optional<String> version) implements Resolution {}

    /**
     * All tags of the upstream, for {@link TrackedRef.LatestTag} and {@link TrackedRef.SemverRange}: Holdfast picks the
     * version, so that all resolvers agree on what "latest" means.
     *
     * @param revisions short tag name to peeled revision
     */
    record Tags(Map<String, Revision> revisions) implements Resolution {
        /** Copies the map. */
        public Tags {
            revisions = Map.copyOf(revisions);
        }
    }

    /** The upstream was asked and has no such ref. */
    record Absent() implements Resolution {}

    /** Returns that the ref stands at {@code revision}. */
    static Resolution found(Revision revision) {
        return new Found(revision, Optional.empty());
    }

    /** Returns that the tag {@code version} stands at {@code revision}. */
    static Resolution found(Revision revision, String version) {
        return new Found(revision, Optional.of(version));
    }

    /** Returns that there is no such ref. */
    static Resolution absent() {
        return new Absent();
    }
}
