package dev.holdfast.spi.fleet;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.internal.Text;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When a rollout halts by itself. Text form: {@code 3} (so many failed), {@code 20% of 5} (so large a share failed of
 * at least so many that ended), either with {@code within PT6H}.
 *
 * @param failures how many failures halt it; 0 if a share does
 * @param percent which share of failures halts it, from 1 to 100; 0 if a count does
 * @param sample how many must have ended before a share counts, from 1. When a ring is over, all that ended in it
 *     counts, however few they are: else a ring smaller than the sample could never halt
 * @param window what ended longer ago does not count; at most 365 days
 */
public record HaltRule(int failures, int percent, int sample, Duration window) {

    /** The longest window, and the default. */
    public static final Duration LONGEST = Duration.ofDays(365);

    private static final Pattern TEXT = Pattern.compile("(\\d{1,6})(?:% of (\\d{1,6}))?(?: within (\\S+))?");
    private static final int ALL = 100;
    /** As many digits as the text form has. */
    private static final int MOST = 999_999;

    /** Refuses what never halts, or always. */
    public HaltRule {
        boolean counts = failures > 0 && failures <= MOST && percent == 0;
        boolean shares = failures == 0 && percent > 0 && percent <= ALL && sample > 0 && sample <= MOST;
        if ((!counts && !shares) || window.isNegative() || window.isZero() || window.compareTo(LONGEST) > 0) {
            throw PermanentException.invalid(
                    "halt rule",
                    failures + " failures, " + percent + "% of " + sample + " within " + window,
                    "give a count from 1, or 1 to 100 % of at least 1, numbers to " + MOST
                            + ", within at most 365 days");
        }
    }

    /** Returns the rule that halts at so many failures. */
    public static HaltRule count(int failures) {
        return new HaltRule(failures, 0, 0, LONGEST);
    }

    /** Returns the rule that halts when so large a share failed of at least {@code sample} that ended. */
    public static HaltRule share(int percent, int sample) {
        return new HaltRule(0, percent, sample, LONGEST);
    }

    /** Returns the same, counting only what ended within that time. */
    public HaltRule within(Duration time) {
        return new HaltRule(failures, percent, sample, time);
    }

    /**
     * Parses the text form.
     *
     * @throws PermanentException if {@code text} is not of that form
     */
    public static HaltRule parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            throw PermanentException.invalid("halt rule", text, "write 3, or 20% of 5, and perhaps within PT6H");
        }
        int number = Integer.parseInt(matcher.group(1));
        HaltRule rule = matcher.group(2) == null ? count(number) : share(number, Integer.parseInt(matcher.group(2)));
        return matcher.group(3) == null ? rule : rule.within(Text.duration(matcher.group(3)));
    }

    /**
     * Returns whether it halts.
     *
     * @param ended how many ended in its window
     * @param failed how many of these failed
     * @param isRingOver whether these are all that a ring had, so that no sample is waited for
     */
    public boolean isMet(long ended, long failed, boolean isRingOver) {
        if (failures > 0) {
            return failed >= failures;
        }
        return failed > 0 && (isRingOver || ended >= sample) && failed * ALL >= ended * percent;
    }

    @Override
    public String toString() {
        return (failures > 0 ? Integer.toString(failures) : percent + "% of " + sample)
                + (window.equals(LONGEST) ? "" : " within " + window);
    }
}
