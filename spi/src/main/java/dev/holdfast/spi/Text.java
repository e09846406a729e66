package dev.holdfast.spi;

import java.util.regex.Pattern;

/** Checks on text that comes from outside. */
final class Text {

    private static final int SHOWN = 80;

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
        return head.replaceAll("\\p{Cntrl}", "?");
    }

    /** Returns whether {@code path} has only plain segments: none empty, {@code .} or {@code ..}, no control characters. */
    static boolean plainPath(String path) {
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return false;
            }
        }
        return path.chars().noneMatch(c -> c < 0x20 || c == 0x7f || c == '\\');
    }
}
