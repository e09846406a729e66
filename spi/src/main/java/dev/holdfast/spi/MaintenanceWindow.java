package dev.holdfast.spi;

import dev.holdfast.spi.internal.Text;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A time of the week at which updates may begin.
 *
 * <p>It opens once on each of its days at a local time and stays open for a length of elapsed time. Where daylight
 * saving skips the local time it opens when the clocks have gone forward, and where the local time comes twice it opens
 * at the first: always once, always for the whole length.
 *
 * <p>Text form: {@code <days> <time> <length> <zone>} such as {@code sat,sun 02:00 PT3H Europe/Vienna}, with
 * {@code daily} for all days.
 *
 * @param days on which days it opens; at least one
 * @param opens at which local time
 * @param length for how long, from one minute to 24 hours
 * @param zone whose local time; an IANA zone such as {@code Europe/Vienna}, or {@code UTC}
 */
public record MaintenanceWindow(Set<DayOfWeek> days, LocalTime opens, Duration length, ZoneId zone) {

    private static final int DAYS_AHEAD = 8;

    /** Refuses no days, and a length out of bounds. */
    public MaintenanceWindow {
        if (days.isEmpty()) {
            throw PermanentException.invalid("window", "", "name at least one day");
        }
        if (length.compareTo(Duration.ofMinutes(1)) < 0 || length.compareTo(Duration.ofDays(1)) > 0) {
            throw PermanentException.invalid("window length", length.toString(), "give one minute to 24 hours");
        }
        days = Set.copyOf(days);
        opens = opens.truncatedTo(ChronoUnit.MINUTES);
    }

    /** Returns the window of these days. */
    public static MaintenanceWindow on(Set<DayOfWeek> days, LocalTime opens, Duration length, ZoneId zone) {
        return new MaintenanceWindow(days, opens, length, zone);
    }

    /** Returns the window of every day. */
    public static MaintenanceWindow daily(LocalTime opens, Duration length, ZoneId zone) {
        return new MaintenanceWindow(EnumSet.allOf(DayOfWeek.class), opens, length, zone);
    }

    /** Returns whether it is open. The moment it closes does not belong to it. */
    public boolean isOpen(Instant at) {
        return nextOpening(at).equals(Optional.of(at));
    }

    /** Returns {@code at} if it is open then, otherwise when it opens next; empty at the end of representable time. */
    public Optional<Instant> nextOpening(Instant at) {
        try {
            LocalDate today = at.atZone(zone).toLocalDate();
            return Stream.iterate(today.minusDays(2), day -> day.plusDays(1))
                    .limit(2L + DAYS_AHEAD)
                    .filter(day -> days.contains(day.getDayOfWeek()))
                    .map(day -> day.atTime(opens).atZone(zone).toInstant())
                    .filter(opening -> opening.plus(length).isAfter(at))
                    .map(opening -> opening.isAfter(at) ? opening : at)
                    .min(Instant::compareTo);
        } catch (DateTimeException outOfRange) {
            return Optional.empty();
        }
    }

    /**
     * Parses the text form.
     *
     * @throws PermanentException if {@code text} is not of that form
     */
    public static MaintenanceWindow parse(String text) {
        String[] parts = text.strip().split("\\s+", -1);
        if (parts.length != 4) {
            throw PermanentException.invalid("window", text, "write <days> <time> <length> <zone>");
        }
        try {
            return new MaintenanceWindow(
                    days(parts[0]), LocalTime.parse(parts[1]), Text.duration(parts[2]), ZoneId.of(parts[3]));
        } catch (DateTimeException e) {
            throw PermanentException.invalid(
                    "window", text, "write a time such as 02:00 and an IANA zone such as Europe/Vienna");
        }
    }

    private static Set<DayOfWeek> days(String text) {
        if (text.equalsIgnoreCase("daily")) {
            return EnumSet.allOf(DayOfWeek.class);
        }
        return Arrays.stream(text.split(",", -1)).map(MaintenanceWindow::day).collect(Collectors.toSet());
    }

    private static DayOfWeek day(String text) {
        return Arrays.stream(DayOfWeek.values())
                .filter(day -> shortName(day).equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> PermanentException.invalid(
                        "day", text, "write mon, tue, wed, thu, fri, sat, sun, or daily for all of them"));
    }

    private static String shortName(DayOfWeek day) {
        return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        String which = days.size() == DayOfWeek.values().length
                ? "daily"
                : days.stream().sorted().map(MaintenanceWindow::shortName).collect(Collectors.joining(","));
        return which + " " + opens + " " + length + " " + zone;
    }
}
