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
     * @param unread the tags that are no versions, where the newest tag by its shape may be one of them. Holdfast fills
     *     it in when it picks a version; resolvers leave it empty
     */
    record Found(Revision revision, Optional<String> version, Optional<Unread> unread) implements Resolution {

        /** Where all was understood. */
        public Found(Revision revision, Optional<String> version) {
            this(revision, version, Optional.empty());
        }
    }

    /**
     * Tags that a choice of the highest version left out because it could not read them.
     *
     * @param tags how many
     * @param example the one that looks newest, such as {@code widget-v2.5.1}
     * @param text what to do about it, for people
     */
    record Unread(int tags, String example, String text) {}

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

    /**
     * The upstream was asked and has no such ref.
     *
     * @param why for people, such as {@code none of 24 tags is a version}; empty where there is nothing to add
     */
    record Absent(String why) implements Resolution {}

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
        return new Absent("");
    }
}
