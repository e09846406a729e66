package dev.holdfast.internal;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Revision;
import dev.holdfast.spi.TrackedRef;
import dev.holdfast.spi.UpdatePolicy.Level;
import dev.holdfast.spi.source.Resolution;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import org.semver4j.Semver;

/**
 * Picks the highest semantic version among tags. Only tags that are versions as they stand count (a leading {@code v} is
 * allowed): {@code release-2024-01} is a name, not version 2024.
 */
public final class VersionPicker {

    private VersionPicker() {}

    /** Returns the tag that {@code ref} means among {@code tags}; {@link Resolution.Absent} if none qualifies. */
    public static Resolution pick(TrackedRef ref, Map<String, Revision> tags) {
        Optional<VersionRange> range =
                ref instanceof TrackedRef.SemverRange semver ? Optional.of(range(semver)) : Optional.empty();
        return tags.entrySet().stream()
                .map(Candidate::of)
                .flatMap(Optional::stream)
                .filter(candidate -> range.map(known -> known.holds(candidate.version()))
                        .orElseGet(() -> candidate.version().getPreRelease().isEmpty()))
                .max(Comparator.comparing(Candidate::version).thenComparing(Candidate::tag))
                .<Resolution>map(best -> Resolution.found(best.revision(), best.tag()))
                .orElseGet(Resolution::absent);
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

    /** Returns whether going from one version to another is within {@code level}; without versions only ANY is. */
    public static boolean isWithin(Level level, Optional<String> from, Optional<String> to) {
        if (level == Level.ANY) {
            return true;
        }
        Optional<Semver> before = from.map(Semver::parse);
        Optional<Semver> after = to.map(Semver::parse);
        return before.isPresent() && after.isPresent() && isWithin(level, before.get(), after.get());
    }

    private static boolean isWithin(Level level, Semver from, Semver to) {
        boolean sameMajor = from.getMajor() == to.getMajor();
        boolean sameMinor = sameMajor && from.getMinor() == to.getMinor();
        return to.isGreaterThan(from) && (level == Level.MINOR ? sameMajor : level == Level.PATCH && sameMinor);
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

    private record Candidate(String tag, Revision revision, Semver version) {
        static Optional<Candidate> of(Map.Entry<String, Revision> tag) {
            return Optional.ofNullable(Semver.parse(tag.getKey()))
                    .map(version -> new Candidate(tag.getKey(), tag.getValue(), version));
        }
    }
}
