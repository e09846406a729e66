package dev.holdfast.spi;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Checks on text that comes from outside. */
final class Text {

    private static final int SHOWN = 80;
    /** What a terminal or a log would take for more than a character: controls, direction marks, line ends. */
    private static final Pattern UNFIT_FOR_MESSAGES = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private Text() {}

    /** Returns {@code value} if it matches, or refuses it. */
    static String matching(Pattern pattern, String what, String value, String rule) {
        if (!pattern.matcher(value).matches()) {
            throw PermanentException.invalid(what, value, rule);
        }
        return value;
    }

    /** Returns {@code value} fit for a message: no control characters, and not endless. */
    static String shown(String value) {
        String head = value.length() > SHOWN ? value.substring(0, SHOWN) + "..." : value;
        return UNFIT_FOR_MESSAGES.matcher(head).replaceAll("?");
    }

    /** Returns whether {@code path} has only plain segments: none empty, {@code .} or {@code ..}, no control characters. */
    static boolean plainPath(String path) {
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return false;
            }
        }
        return clean(path) && path.indexOf('\\') < 0;
    }

    /** Returns whether {@code text} has no control characters and no broken Unicode. */
    static boolean clean(String text) {
        return text.chars().noneMatch(Character::isISOControl)
                && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
