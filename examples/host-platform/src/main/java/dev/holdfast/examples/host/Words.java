package dev.holdfast.examples.host;

import java.util.Locale;

/** Constants as people and machines read them. */
final class Words {

    private Words() {}

    /** Returns {@code upstream-moved} for {@code UPSTREAM_MOVED}. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the constant that {@link #of} wrote. */
    static <E extends Enum<E>> E parse(Class<E> type, String word) {
        for (E constant : type.getEnumConstants()) {
            if (of(constant).equals(word)) {
                return constant;
            }
        }
        throw ProblemException.invalid("'" + word + "' is none of the words for " + type.getSimpleName());
    }
}
