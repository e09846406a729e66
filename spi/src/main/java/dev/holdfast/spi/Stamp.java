package dev.holdfast.spi;

import dev.holdfast.spi.internal.Text;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of one release folder: UTC time to the millisecond and a random part, such as
 * {@code 20261121T093015123Z-0k3f9x2ab1}. Sorts by time, never repeats, safe in any shell.
 *
 * @param value the name
 */
public record Stamp(String value) implements Comparable<Stamp> {

    private static final Pattern GRAMMAR = Pattern.compile("\\d{8}T\\d{9}Z-[0-9a-z]{10}");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final long RANDOM_VALUES = 3_656_158_440_062_976L; // 36^10

    /** Refuses anything but a stamp. */
    public Stamp {
        Text.matching(GRAMMAR, "stamp", value, "it is made by Holdfast and never by hand");
    }

    /**
     * Makes a stamp.
     *
     * @param at the time it begins with
     * @param random any number; at least 50 bits should be random
     */
    public static Stamp of(Instant at, long random) {
        String tail = Long.toString(Math.floorMod(random, RANDOM_VALUES), Character.MAX_RADIX);
        return new Stamp(TIME.format(at) + "-" + "0".repeat(10 - tail.length()) + tail);
    }

    /** Returns the time it begins with. */
    public Instant time() {
        return Instant.from(TIME.parse(value.substring(0, value.indexOf('-'))));
    }

    @Override
    public int compareTo(Stamp other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
