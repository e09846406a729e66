package dev.holdfast.spi.internal;

import dev.holdfast.spi.PermanentException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.regex.Pattern;

/** Checks on text that comes from outside. */
public final class Text {

    private static final char LAST_ASCII = 0x7f;

    private Text() {}

    /** Returns {@code value} if it matches, or refuses it. */
    public static String matching(Pattern pattern, String what, String value, String rule) {
        if (!pattern.matcher(value).matches()) {
            throw PermanentException.invalid(what, value, rule);
        }
        return value;
    }

    /**
     * Returns whether {@code path} has only plain segments: none empty, {@code .} or {@code ..}, no control characters.
     */
    public static boolean plainPath(String path) {
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return false;
            }
        }
        return clean(path) && path.indexOf('\\') < 0;
    }

    /** Returns whether {@code text} has no control characters and no broken Unicode. */
    public static boolean clean(String text) {
        for (int i = 0; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (Character.isISOControl(letter)) {
                return false;
            }
            if (letter > LAST_ASCII) {
                return text.chars().noneMatch(Character::isISOControl)
                        && StandardCharsets.UTF_8.newEncoder().canEncode(text);
            }
        }
        return true;
    }

    /**
     * Parses an ISO 8601 duration.
     *
     * @throws PermanentException if it is none
     */
    public static Duration duration(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw PermanentException.invalid("duration", text, "write an ISO 8601 duration such as PT24H");
        }
    }
}
