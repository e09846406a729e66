package dev.holdfast.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;

/**
 * A version as a tag names it, see {@link dev.holdfast.spi.TagPattern}.
 *
 * @param numbers one to six
 * @param preRelease what stands behind {@code -}, or nothing
 * @param build what stands behind {@code +}, or nothing
 */
record TagVersion(List<Long> numbers, String preRelease, String build) implements Comparable<TagVersion> {

    private static final String WORDS = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
    private static final String REST = "(?:-(" + WORDS + "))?(?:\\+(" + WORDS + "))?";
    private static final String NUMBER = "(?:0|[1-9][0-9]{0,17})";
    private static final Pattern SEMANTIC = Pattern.compile("v?(" + NUMBER + "(?:\\." + NUMBER + "){2})" + REST);
    private static final Pattern ANY = Pattern.compile("v?([0-9]{1,18}(?:\\.[0-9]{1,18}){0,5})" + REST);
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    /** Reads a version: any form if it was named by a pattern, a semantic version otherwise. */
    static Optional<TagVersion> read(String text, boolean named) {
        Matcher matcher = (named ? ANY : SEMANTIC).matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        List<Long> numbers = new ArrayList<>();
        for (String number : matcher.group(1).split("\\.", -1)) {
            numbers.add(Long.valueOf(number));
        }
        return Optional.of(new TagVersion(numbers, orNothing(matcher.group(2)), orNothing(matcher.group(3))));
    }

    private static String orNothing(@Nullable String text) {
        return text == null ? "" : text;
    }

    boolean isPreRelease() {
        return !preRelease.isEmpty();
    }

    /** Returns a number, counted from the left from 0; 0 where there is none. */
    long number(int index) {
        return index < numbers.size() ? numbers.get(index) : 0;
    }

    /** A range is about three numbers; a version with larger ones than it can hold is within none. */
    boolean isWithin(VersionRange range) {
        if (number(0) > Integer.MAX_VALUE || number(1) > Integer.MAX_VALUE || number(2) > Integer.MAX_VALUE) {
            return false;
        }
        Semver version =
                Semver.parse(number(0) + "." + number(1) + "." + number(2) + (isPreRelease() ? "-" + preRelease : ""));
        return version != null && range.holds(version);
    }

    @Override
    public int compareTo(TagVersion other) {
        for (int i = 0; i < Math.max(numbers.size(), other.numbers.size()); i++) {
            int order = Long.compare(number(i), other.number(i));
            if (order != 0) {
                return order;
            }
        }
        if (isPreRelease() != other.isPreRelease()) {
            return isPreRelease() ? -1 : 1;
        }
        int order = compareWords(preRelease, other.preRelease);
        return order != 0 ? order : compareWords(build, other.build);
    }

    private static int compareWords(String one, String other) {
        String[] left = one.split("\\.", -1);
        String[] right = other.split("\\.", -1);
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            int order = compareWord(left[i], right[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length, right.length);
    }

    private static int compareWord(String one, String other) {
        boolean number = DIGITS.matcher(one).matches();
        if (number && DIGITS.matcher(other).matches()) {
            return Long.compare(Long.parseLong(one), Long.parseLong(other));
        }
        return number == DIGITS.matcher(other).matches() ? one.compareTo(other) : number ? -1 : 1;
    }
}
