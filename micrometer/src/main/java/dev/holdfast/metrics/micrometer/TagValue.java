package dev.holdfast.metrics.micrometer;

import java.util.Locale;

/** Values of tags as meters show them. */
final class TagValue {

    private TagValue() {}

    /** Constants read as words do everywhere else in a monitoring system. */
    static String of(Object value) {
        return value.toString().toLowerCase(Locale.ROOT);
    }
}
