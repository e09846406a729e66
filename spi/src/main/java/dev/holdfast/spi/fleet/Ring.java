package dev.holdfast.spi.fleet;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.internal.Text;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Installs of a rollout that come together. Text form: {@code labels env=canary}, {@code 5%}, {@code count 10} or
 * {@code rest}, perhaps followed by {@code soak PT1H}.
 *
 * @param members who
 * @param soak how long after its last member ended the next ring opens; at most 90 days, default zero
 */
public record Ring(Members members, Duration soak) {

    private static final Pattern TEXT = Pattern.compile("(.+?)(?:\\s+soak\\s+(\\S+))?");
    private static final Duration LONGEST = Duration.ofDays(90);

    /** Who comes in a ring, of those that no ring before it took. */
    public sealed interface Members {

        /**
         * Those that a selector chooses.
         *
         * @param selector by the labels of install and workspace
         */
        record Labelled(LabelSelector selector) implements Members {

            @Override
            public String toString() {
                return "labels " + selector;
            }
        }

        /**
         * A share of the whole rollout, rounded down, at least one.
         *
         * @param percent from 1 to 100
         */
        record Share(int percent) implements Members {

            /** Refuses what is no share. */
            public Share {
                if (percent < 1 || percent > 100) {
                    throw PermanentException.invalid("ring", percent + "%", "give 1 to 100 %");
                }
            }

            @Override
            public String toString() {
                return percent + "%";
            }
        }

        /**
         * So many.
         *
         * @param number from 1 to 1,000,000
         */
        record Count(int number) implements Members {

            /** Refuses what is no count. */
            public Count {
                if (number < 1 || number > 1_000_000) {
                    throw PermanentException.invalid("ring", "count " + number, "give 1 to 1,000,000");
                }
            }

            @Override
            public String toString() {
                return "count " + number;
            }
        }

        /** All others. */
        record Rest() implements Members {

            @Override
            public String toString() {
                return "rest";
            }
        }
    }

    /** Refuses a soak that is negative or endless. */
    public Ring {
        if (soak.isNegative() || soak.compareTo(LONGEST) > 0) {
            throw PermanentException.invalid("soak", soak.toString(), "give zero to 90 days");
        }
    }

    /**
     * Parses the text form.
     *
     * @throws PermanentException if {@code text} is not of that form
     */
    public static Ring parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw bad(text);
        }
        Duration soak = matcher.group(2) == null ? Duration.ZERO : Text.duration(matcher.group(2));
        return new Ring(members(matcher.group(1)), soak);
    }

    private static Members members(String text) {
        if (text.equals("rest")) {
            return new Members.Rest();
        }
        if (text.startsWith("labels ")) {
            return new Members.Labelled(
                    LabelSelector.parse(text.substring("labels ".length()).strip()));
        }
        if (text.matches("\\d{1,3}%")) {
            return new Members.Share(Integer.parseInt(text.substring(0, text.length() - 1)));
        }
        if (text.matches("count \\d{1,7}")) {
            return new Members.Count(Integer.parseInt(text.substring("count ".length())));
        }
        throw bad(text);
    }

    private static PermanentException bad(String text) {
        return PermanentException.invalid(
                "ring", text, "write labels <selector>, <n>%, count <n> or rest, and perhaps soak <duration>");
    }

    @Override
    public String toString() {
        return members + (soak.isZero() ? "" : " soak " + soak);
    }
}
