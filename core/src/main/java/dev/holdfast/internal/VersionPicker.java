package dev.holdfast.internal;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TagPattern;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.UpdatePolicy.Level;
import dev.holdfast.spi.source.Resolution;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Picks the highest version among tags: those of the form that the ref names, or else those that are semantic versions
 * as they stand, where a leading {@code v} is allowed. {@code release-2024-01} is a name, not version 2024.
 */
public final class VersionPicker {

    private VersionPicker() {}

    /**
     * Returns the tag that {@code ref} means among {@code tags}, and what could not be read where that may be newer;
     * {@link Resolution.Absent} with the reason if none qualifies.
     */
    public static Resolution pick(TrackedRef ref, Map<String, Revision> tags) {
        Optional<TagPattern> pattern = ref.pattern();
        List<Candidate> versions = new ArrayList<>();
        List<String> unread = new ArrayList<>();
        tags.forEach((tag, revision) -> text(pattern, tag)
                .ifPresent(text -> TagVersion.read(text, pattern.isPresent())
                        .ifPresentOrElse(
                                version -> versions.add(new Candidate(tag, revision, version)),
                                () -> unread.add(tag))));
        Optional<VersionRange> range =
                ref instanceof TrackedRef.SemverRange semver ? Optional.of(range(semver)) : Optional.empty();
        return versions.stream()
                .filter(candidate -> range.map(known -> candidate.version().isWithin(known))
                        .orElseGet(() -> !candidate.version().isPreRelease()))
                .max(Candidate.ORDER)
                .<Resolution>map(best -> new Resolution.Found(
                        best.revision(), Optional.of(best.tag()), UnreadTags.newer(ref, best.tag(), unread)))
                .orElseGet(() -> new Resolution.Absent(UnreadTags.whyNone(
                        ref,
                        tags.keySet(),
                        versions.stream().max(Candidate.ORDER).map(Candidate::tag),
                        versions.size(),
                        unread)));
    }

    private static Optional<String> text(Optional<TagPattern> pattern, String tag) {
        return pattern.isPresent() ? pattern.get().versionIn(tag) : Optional.of(tag);
    }

    /**
     * Refuses a range that cannot be read.
     *
     * @throws PermanentException if {@code ref} holds one
     */
    public static void check(TrackedRef ref) {
        if (ref instanceof TrackedRef.SemverRange semver) {
            range(semver);
        }
    }

    /**
     * Returns whether going from one version to another is within {@code level}; without versions only ANY is.
     *
     * @param ref what is followed: its pattern says where in a tag the version stands
     */
    public static boolean isWithin(Level level, TrackedRef ref, Optional<String> from, Optional<String> to) {
        if (level == Level.ANY) {
            return true;
        }
        Optional<TagVersion> before = from.flatMap(tag -> version(ref, tag));
        Optional<TagVersion> after = to.flatMap(tag -> version(ref, tag));
        return before.isPresent() && after.isPresent() && isWithin(level, before.get(), after.get());
    }

    /** Returns whether both are versions, and the second is the lower one. */
    public static boolean isLower(TrackedRef ref, Optional<String> from, Optional<String> to) {
        Optional<TagVersion> before = from.flatMap(tag -> version(ref, tag));
        Optional<TagVersion> after = to.flatMap(tag -> version(ref, tag));
        return before.isPresent() && after.isPresent() && after.get().compareTo(before.get()) < 0;
    }

    private static boolean isWithin(Level level, TagVersion from, TagVersion to) {
        boolean sameMajor = from.number(0) == to.number(0);
        boolean sameMinor = sameMajor && from.number(1) == to.number(1);
        return to.compareTo(from) > 0 && (level == Level.MINOR ? sameMajor : level == Level.PATCH && sameMinor);
    }

    /** What was installed by another ref may be a version as it stands. */
    private static Optional<TagVersion> version(TrackedRef ref, String tag) {
        return ref.pattern()
                .flatMap(pattern -> pattern.versionIn(tag))
                .flatMap(text -> TagVersion.read(text, true))
                .or(() -> TagVersion.read(tag, false));
    }

    private static VersionRange range(TrackedRef.SemverRange semver) {
        try {
            return VersionRange.parse(semver.range());
        } catch (IllegalArgumentException e) {
            throw PermanentException.invalid(
                    "semver range",
                    semver.range(),
                    "'" + e.getMessage()
                            + "' in it is no comparator; write a range as npm does, such as ^1.2, ~1.4.0 or"
                            + " '>=1.0 <3.0'");
        }
    }

    private record Candidate(String tag, Revision revision, TagVersion version) {

        static final Comparator<Candidate> ORDER =
                Comparator.comparing(Candidate::version).thenComparing(Candidate::tag);
    }
}
