package dev.holdfast.store.jdbc;

import dev.holdfast.spi.PermanentException;
import java.time.Duration;

/** Bounds of arguments. */
final class Checks {

    private Checks() {}

    static void bounded(String what, int value, int most) {
        if (value < 1 || value > most) {
            throw PermanentException.invalid(what, Integer.toString(value), "give a number from 1 to " + most);
        }
    }

    static void positive(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw PermanentException.invalid(what, value.toString(), "give a duration above zero");
        }
    }
}
