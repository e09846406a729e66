package dev.holdfast.internal;

import dev.holdfast.spi.TagPattern;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.source.Resolution;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Says which tags a choice of the highest version left out, where the newest may be one of them. */
final class UnreadTags {

    private static final Comparator<String> NEWEST =
            Comparator.comparing(TagShape::of).thenComparing(Comparator.naturalOrder());

    private UnreadTags() {}

    /** Returns what was not understood if a tag of it looks newer than {@code picked}. */
    static Optional<Resolution.Unread> newer(TrackedRef ref, String picked, List<String> unread) {
        return unread.stream()
                .filter(tag -> TagShape.of(tag).compareTo(TagShape.of(picked)) > 0)
                .max(NEWEST)
                .map(tag -> new Resolution.Unread(
                        unread.size(),
                        tag,
                        ref + " means " + picked + "; " + counted(unread.size()) + " no version, for example " + tag
                                + suggestion(ref, tag)));
    }

    /** Returns why none qualifies. */
    static String whyNone(
            TrackedRef ref, Collection<String> tags, Optional<String> highest, int versions, List<String> unread) {
        if (tags.isEmpty()) {
            return "it has no tags";
        }
        if (highest.isPresent()) {
            String rule = ref instanceof TrackedRef.SemverRange range
                    ? "none of " + versions + " versions is within " + range.range() + ", the highest is "
                    : "all of " + versions + " versions are pre-releases, the highest is ";
            return rule
                    + highest.get()
                    + newer(ref, highest.get(), unread)
                            .map(more -> "; " + counted(more.tags()) + " no version, for example " + more.example())
                            .orElse("");
        }
        Collection<String> shown = unread.isEmpty() ? tags : unread;
        String example = shown.stream().max(NEWEST).orElse("");
        String form = ref.pattern().map(pattern -> " of the form " + pattern).orElse("");
        return "none of " + tags.size() + " tags is a version" + form + ", for example " + example
                + suggestion(ref, example);
    }

    private static String counted(int tags) {
        return tags == 1 ? "1 tag is" : tags + " tags are";
    }

    /** Names the pattern with which {@code tag} would count. */
    private static String suggestion(TrackedRef ref, String tag) {
        return TagShape.pattern(tag)
                .filter(pattern -> pattern.versionIn(tag)
                        .filter(text -> TagVersion.read(text, true).isPresent())
                        .isPresent())
                .map(pattern -> "; to follow such tags write " + with(ref, pattern))
                .orElse("");
    }

    private static TrackedRef with(TrackedRef ref, TagPattern pattern) {
        return ref instanceof TrackedRef.SemverRange range
                ? new TrackedRef.SemverRange(range.range(), Optional.of(pattern))
                : new TrackedRef.LatestTag(Optional.of(pattern));
    }
}
