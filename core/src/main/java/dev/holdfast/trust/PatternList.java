package dev.holdfast.trust;

import java.util.regex.Pattern;

/**
 * Patterns with commas between them, as OpenSSH reads them: {@code *} and {@code ?} stand for letters, {@code !}
 * forbids.
 */
record PatternList(String text) {

    /** Returns whether one pattern takes {@code value} and none forbids it. */
    boolean takes(String value) {
        boolean taken = false;
        for (String part : text.split(",", -1)) {
            boolean forbids = part.startsWith("!");
            if (matches(forbids ? part.substring(1) : part, value)) {
                if (forbids) {
                    return false;
                }
                taken = true;
            }
        }
        return taken;
    }

    static boolean matches(String pattern, String value) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString().replaceAll("(\\.\\*)+", ".*"), Pattern.DOTALL)
                .matcher(value)
                .matches();
    }
}
