package dev.holdfast.spi;

import dev.holdfast.spi.internal.Text;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What an install follows in its source.
 *
 * <p>Text form: {@code none}, {@code tag:<name>}, {@code tag:latest}, {@code tag:latest(<pattern>)},
 * {@code semver:<range>}, {@code semver:<range>(<pattern>)}, {@code ref:<branch or refs/...>}, {@code sha:<full id>}.
 * Bare words such as {@code main} or {@code v1} are refused: they do not say whether they move.
 */
public sealed interface TrackedRef {

    /** Returns which tags are versions, where a pattern says so; empty for a ref that chooses among no tags. */
    default Optional<TagPattern> pattern() {
        return Optional.empty();
    }

    /** Follows nothing: never drifts. */
    record None() implements TrackedRef {
        @Override
        public String toString() {
            return "none";
        }
    }

    /**
     * One tag, expected to stay where it is; a move is an alarm, not an update.
     *
     * @param name the tag's short name
     */
    record Tag(String name) implements TrackedRef {
        /** Refuses a name that git would refuse. */
        public Tag {
            RefGrammar.check("tag", name);
        }

        @Override
        public String toString() {
            return "tag:" + name;
        }
    }

    /**
     * The tag with the highest version; pre-releases do not count.
     *
     * @param pattern which tags are versions; without one those that are semantic versions as they stand, where a
     *     leading {@code v} is allowed
     */
    record LatestTag(Optional<TagPattern> pattern) implements TrackedRef {

        /** The highest semantic version. */
        public LatestTag() {
            this(Optional.empty());
        }

        @Override
        public String toString() {
            return "tag:latest" + inBrackets(pattern);
        }
    }

    /**
     * The tag with the highest version within a range.
     *
     * @param range such as {@code ^1.2}, {@code ~1.4.0}, {@code >=1.0 <3.0}; a pre-release only when the range names
     *     one. It holds a version by its first three numbers
     * @param pattern which tags are versions, as for {@link LatestTag}
     */
    record SemverRange(String range, Optional<TagPattern> pattern) implements TrackedRef {

        private static final Pattern GRAMMAR = Pattern.compile("[0-9A-Za-z.^~<>=|*+ -]{1,100}");

        /** Within a range, among the tags that are semantic versions as they stand. */
        public SemverRange(String range) {
            this(range, Optional.empty());
        }

        /** Refuses text that cannot be a range. */
        public SemverRange {
            Text.matching(GRAMMAR, "semver range", range, "write a range such as ^1.2, ~1.4.0 or '>=1.0 <3.0'");
            if (range.isBlank()) {
                throw PermanentException.invalid("semver range", range, "write a range such as ^1.2");
            }
        }

        @Override
        public String toString() {
            return "semver:" + range + inBrackets(pattern);
        }
    }

    /**
     * A branch, {@code HEAD}, or any full ref name.
     *
     * @param name a branch's short name, {@code HEAD}, or a name that starts with {@code refs/}
     */
    record Ref(String name) implements TrackedRef {
        /** Refuses a name that git would refuse. */
        public Ref {
            RefGrammar.check("ref", name);
        }

        @Override
        public String toString() {
            return "ref:" + name;
        }
    }

    /**
     * Exactly one revision: never drifts.
     *
     * @param revision the revision
     */
    record Sha(Revision revision) implements TrackedRef {
        @Override
        public String toString() {
            return "sha:" + revision.value();
        }
    }

    /** Returns what follows nothing. */
    static TrackedRef none() {
        return new None();
    }

    /** Returns what follows one tag; {@code latest} and {@code latest(<pattern>)} stand for the highest version. */
    static TrackedRef tag(String name) {
        String patterned = "latest(";
        if (name.startsWith(patterned) && name.endsWith(")")) {
            return latestTag(name.substring(patterned.length(), name.length() - 1));
        }
        return name.equals("latest") ? new LatestTag() : new Tag(name);
    }

    /** Returns what follows the highest version among the tags. */
    static TrackedRef latestTag() {
        return new LatestTag();
    }

    /**
     * Returns what follows the highest version among the tags of one form.
     *
     * @param pattern such as {@code greeter--v*}, see {@link TagPattern}
     */
    static TrackedRef latestTag(String pattern) {
        return new LatestTag(Optional.of(new TagPattern(pattern)));
    }

    /** Returns what follows the highest version within a range, which may name its tags: {@code ^1.2(greeter--v*)}. */
    static TrackedRef semver(String range) {
        int bracket = range.endsWith(")") ? range.indexOf('(') : -1;
        return bracket < 0
                ? new SemverRange(range)
                : semver(range.substring(0, bracket), range.substring(bracket + 1, range.length() - 1));
    }

    /** Returns what follows the highest version within a range, among the tags of one form. */
    static TrackedRef semver(String range, String pattern) {
        return new SemverRange(range, Optional.of(new TagPattern(pattern)));
    }

    private static String inBrackets(Optional<TagPattern> pattern) {
        return pattern.map(known -> "(" + known + ")").orElse("");
    }

    /** Returns what follows a branch, {@code HEAD} or a full ref name. */
    static TrackedRef ref(String name) {
        return new Ref(name);
    }

    /** Returns what is pinned to one revision, given in full. */
    static TrackedRef sha(String revision) {
        return new Sha(Revision.of(revision));
    }

    /**
     * Parses the text form.
     *
     * @throws PermanentException if {@code text} is none of the forms
     */
    static TrackedRef parse(String text) {
        int colon = text.indexOf(':');
        String kind = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + 1);
        if (colon < 0 && (kind.isEmpty() || kind.equals("none"))) {
            return none();
        }
        return switch (colon < 0 ? "" : kind.toLowerCase(Locale.ROOT)) {
            case "tag" -> tag(value);
            case "semver" -> semver(value);
            case "ref" -> ref(value);
            case "sha" -> sha(value);
            default ->
                throw PermanentException.invalid(
                        "tracked ref",
                        text,
                        "write none, tag:<name>, tag:latest, tag:latest(<pattern>), semver:<range>, ref:<branch or refs/...> or sha:<full id>");
        };
    }
}
