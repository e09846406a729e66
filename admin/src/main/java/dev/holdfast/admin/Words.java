package dev.holdfast.admin;

import java.util.Locale;

/** Constants as people and machines read them. */
final class Words {

    private Words() {}

    /** Returns {@code upstream-moved} for {@code UPSTREAM_MOVED}. */
    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
