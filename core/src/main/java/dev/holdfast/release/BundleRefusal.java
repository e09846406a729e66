package dev.holdfast.release;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import java.util.regex.Pattern;

/** What is said of a bundle that breaks a rule. */
final class BundleRefusal {

    private static final Pattern UNFIT_FOR_MESSAGES = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private BundleRefusal() {}

    static PermanentException of(String path, String why) {
        return new PermanentException(
                Reason.BUNDLE_REFUSED, "the bundle is refused: '" + shown(path) + "' " + why + "; mend the source");
    }

    static String shown(String text) {
        String head = text.length() > 120 ? text.substring(0, 120) + "..." : text;
        StringBuilder shown = new StringBuilder();
        head.codePoints()
                .forEach(letter ->
                        shown.append(isUnfit(letter) ? "\\u{%x}".formatted(letter) : Character.toString(letter)));
        return shown.toString();
    }

    /** Names that differ in letters which nobody sees would look the same. */
    private static boolean isUnfit(int letter) {
        return FoldedName.isIgnorable(letter)
                || UNFIT_FOR_MESSAGES.matcher(Character.toString(letter)).matches();
    }
}
