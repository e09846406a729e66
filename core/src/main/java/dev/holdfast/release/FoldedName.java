package dev.holdfast.release;

import java.text.Normalizer;
import java.util.Locale;

/**
 * What file systems that do not tell case apart make of a name: canonical decomposition, full case folding, without the
 * letters that Unicode lets everybody ignore, composed again. ext4 with {@code casefold}, APFS and HFS+ do that. No
 * file system folds compatibility forms: {@code x²} and {@code x2} are two names everywhere.
 */
final class FoldedName {

    /** The one letter that folds to itself and whose capital is that of another. */
    private static final int DOTLESS_I = 0x131;
    /** Default_Ignorable_Code_Point of Unicode: first and last of each range. */
    private static final int[] IGNORABLE = {
        0xAD, 0xAD, 0x34F, 0x34F, 0x61C, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180F, 0x200B, 0x200F, 0x202A,
        0x202E, 0x2060, 0x206F, 0x3164, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFEFF, 0xFFA0, 0xFFA0, 0xFFF0, 0xFFF8, 0x1BCA0,
        0x1BCA3, 0x1D173, 0x1D17A, 0xE0000, 0xE0FFF
    };

    private FoldedName() {}

    /** Returns the form that is equal for two names which such a file system takes for one. */
    static String of(String name) {
        if (name.chars().allMatch(c -> c < 0x80)) {
            return name.toLowerCase(Locale.ROOT);
        }
        StringBuilder folded = new StringBuilder(name.length());
        Normalizer.normalize(name, Normalizer.Form.NFD)
                .codePoints()
                .filter(letter -> !isIgnorable(letter))
                .forEach(letter -> folded.append(folded(letter)));
        String decomposed = Normalizer.normalize(folded, Normalizer.Form.NFD);
        return Normalizer.normalize(decomposed, Normalizer.Form.NFC);
    }

    /** Returns whether nobody sees the letter, and such a file system leaves it out. */
    static boolean isIgnorable(int letter) {
        for (int i = 0; i < IGNORABLE.length; i += 2) {
            if (letter >= IGNORABLE[i] && letter <= IGNORABLE[i + 1]) {
                return true;
            }
        }
        return false;
    }

    /**
     * Letter by letter, as what a letter becomes must not hang on its neighbours: Java has a rule for sigma at the end.
     */
    private static String folded(int letter) {
        String one = Character.toString(letter);
        return letter == DOTLESS_I
                ? one
                : one.toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
    }
}
