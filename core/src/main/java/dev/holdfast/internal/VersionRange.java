package dev.holdfast.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;

/**
 * A range of versions as npm's package {@code semver} 7 reads it: comparators that all must hold, and alternatives
 * between {@code ||}. semver4j 6.0.0 drops comparators of some joined ranges, so it only reads and compares single
 * versions here. What npm refuses is refused, and empty alternatives too.
 */
final class VersionRange {

    private static final String NUMBER = "(?:0|[1-9][0-9]{0,8})";
    private static final String PART = "(" + NUMBER + "|[xX*])";
    private static final String PARTIAL =
            "v?" + PART + "(?:\\." + PART + "(?:\\." + PART + "(?:-([0-9A-Za-z.-]+))?(?:\\+[0-9A-Za-z.-]+)?)?)?";
    private static final Pattern HYPHEN = Pattern.compile(PARTIAL + "\\s+-\\s+" + PARTIAL);
    private static final Pattern SIMPLE = Pattern.compile("(\\^|~>?|>=|<=|>|<|=|)" + PARTIAL);
    private static final Pattern SPACED_OPERATOR = Pattern.compile("(\\^|~>?|>=|<=|>|<|=)\\s+");
    private static final int GROUPS = 4;

    private final List<List<Comparator>> alternatives;

    private VersionRange(List<List<Comparator>> alternatives) {
        this.alternatives = alternatives;
    }

    /**
     * Reads a range.
     *
     * @throws IllegalArgumentException with the part that cannot be read
     */
    static VersionRange parse(String text) {
        List<List<Comparator>> alternatives = new ArrayList<>();
        for (String alternative : text.split("\\|\\|", -1)) {
            alternatives.add(alternative(alternative.strip()));
        }
        return new VersionRange(alternatives);
    }

    /** A pre-release counts only where a comparator names a pre-release of the same version. */
    boolean holds(Semver version) {
        return alternatives.stream()
                .anyMatch(all -> all.stream().allMatch(one -> one.holds(version))
                        && (version.getPreRelease().isEmpty()
                                || all.stream().anyMatch(one -> one.namesPreReleaseOf(version))));
    }

    private static List<Comparator> alternative(String text) {
        Matcher hyphen = HYPHEN.matcher(text);
        if (hyphen.matches()) {
            return hyphen(Partial.of(hyphen, 1), Partial.of(hyphen, 1 + GROUPS));
        }
        List<Comparator> all = new ArrayList<>();
        for (String part : SPACED_OPERATOR.matcher(text).replaceAll("$1").split("\\s+", -1)) {
            Matcher simple = SIMPLE.matcher(part);
            if (!simple.matches()) {
                throw new IllegalArgumentException(part);
            }
            Partial partial = Partial.of(simple, 2);
            all.addAll(
                    switch (simple.group(1)) {
                        case "^" -> caret(partial);
                        case "~", "~>" -> tilde(partial);
                        case "", "=" -> equal(partial);
                        default -> List.of(bound(simple.group(1), partial));
                    });
        }
        return all;
    }

    private static List<Comparator> hyphen(Partial from, Partial to) {
        Comparator upper = to.isWhole() ? Comparator.of("<=", to.text()) : Comparator.below(to.next());
        return List.of(Comparator.of(">=", from.text()), to.major() == null ? Comparator.ANY : upper);
    }

    private static List<Comparator> caret(Partial partial) {
        if (partial.major() == null) {
            return List.of(Comparator.ANY);
        }
        boolean unstable = partial.major() == 0 && partial.minor() != null;
        if (!unstable) {
            return between(partial, partial.major() + 1 + ".0.0");
        }
        boolean onlyPatch = partial.isWhole() && partial.number(partial.minor()) == 0;
        return onlyPatch
                ? between(partial, "0.0." + (partial.number(partial.patch()) + 1))
                : between(partial, "0." + (partial.number(partial.minor()) + 1) + ".0");
    }

    private static List<Comparator> tilde(Partial partial) {
        if (partial.major() == null) {
            return List.of(Comparator.ANY);
        }
        return partial.minor() == null
                ? between(partial, partial.major() + 1 + ".0.0")
                : between(partial, partial.major() + "." + (partial.minor() + 1) + ".0");
    }

    private static List<Comparator> equal(Partial partial) {
        if (partial.isWhole()) {
            return List.of(Comparator.of("=", partial.text()));
        }
        return partial.major() == null ? List.of(Comparator.ANY) : between(partial, partial.next());
    }

    private static Comparator bound(String operator, Partial partial) {
        if (partial.isWhole()) {
            return Comparator.of(operator, partial.text());
        }
        if (partial.major() == null) {
            return operator.endsWith("=") ? Comparator.ANY : Comparator.below("0.0.0");
        }
        return switch (operator) {
            case ">" -> Comparator.of(">=", partial.next());
            case "<=" -> Comparator.below(partial.next());
            case "<" -> Comparator.below(partial.text());
            default -> Comparator.of(">=", partial.text());
        };
    }

    private static List<Comparator> between(Partial from, String below) {
        return List.of(Comparator.of(">=", from.text()), Comparator.below(below));
    }

    /**
     * A version of which parts may be missing or wildcards, both of which are {@code null}; what follows one is one
     * too.
     */
    private record Partial(
            @Nullable Integer major,
            @Nullable Integer minor,
            @Nullable Integer patch,
            @Nullable String preRelease) {

        static Partial of(Matcher match, int group) {
            Integer major = part(match.group(group));
            Integer minor = major == null ? null : part(match.group(group + 1));
            Integer patch = minor == null ? null : part(match.group(group + 2));
            return new Partial(major, minor, patch, patch == null ? null : match.group(group + 3));
        }

        @Nullable private static Integer part(@Nullable String text) {
            return text == null || "xX*".contains(text) ? null : Integer.valueOf(text);
        }

        boolean isWhole() {
            return patch != null;
        }

        int number(@Nullable Integer part) {
            return part == null ? 0 : part;
        }

        /** Returns the lowest version that this may stand for. */
        String text() {
            return number(major) + "." + number(minor) + "." + number(patch)
                    + (preRelease == null ? "" : "-" + preRelease);
        }

        /** Returns the version after all that this may stand for, where it is not whole. */
        String next() {
            return minor == null ? number(major) + 1 + ".0.0" : number(major) + "." + (minor + 1) + ".0";
        }
    }

    /** One bound; {@code edge} is empty where any version is within it. */
    private record Comparator(String operator, Optional<Semver> edge) {

        static final Comparator ANY = new Comparator(">=", Optional.empty());

        static Comparator of(String operator, String version) {
            Semver edge = Semver.parse(version);
            if (edge == null) {
                throw new IllegalArgumentException(version);
            }
            return new Comparator(operator, Optional.of(edge));
        }

        /** Pre-releases of {@code version} are not below it. */
        static Comparator below(String version) {
            return of("<", version + "-0");
        }

        boolean holds(Semver version) {
            return edge.isEmpty() || holds(version, edge.get());
        }

        private boolean holds(Semver version, Semver limit) {
            boolean above = version.isGreaterThan(limit);
            boolean below = version.isLowerThan(limit);
            return switch (operator) {
                case ">" -> above;
                case "<" -> below;
                case ">=" -> !below;
                case "<=" -> !above;
                default -> !above && !below;
            };
        }

        boolean namesPreReleaseOf(Semver version) {
            return edge.filter(limit -> !limit.getPreRelease().isEmpty()
                            && limit.getMajor() == version.getMajor()
                            && limit.getMinor() == version.getMinor()
                            && limit.getPatch() == version.getPatch())
                    .isPresent();
        }
    }
}
