package dev.holdfast.spi.internal;

import java.util.regex.Pattern;

/** Foreign text as messages show it. */
public final class Shown {

    private static final int SHOWN = 80;
    /** What a terminal or a log would take for more than a character: controls, direction marks, line ends. */
    private static final Pattern UNFIT_FOR_MESSAGES = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private Shown() {}

    /** Returns {@code value} fit for a message: no control characters, and not endless. */
    public static String text(String value) {
        String head = value.length() > SHOWN ? value.substring(0, SHOWN) + "..." : value;
        return UNFIT_FOR_MESSAGES.matcher(head).replaceAll("?");
    }
}
