package dev.holdfast;

import dev.holdfast.spi.PermanentException;
import java.time.Duration;

/**
 * How long things may take and how often they happen. All above zero; the defaults suit a host with tens of workspaces.
 *
 * @param operation the longest for one install, upgrade, rollback or uninstall, fetching included; default 5 minutes
 * @param resolve the longest for asking one upstream; default 60 seconds
 * @param recover the longest for putting one broken-off operation in order, and for a reload; default 60 seconds
 * @param lease after which silence others take over an operation; extended while work goes on; default 2 minutes
 * @param sweepEvery how often each upstream is asked, at least every second; default 1 hour
 * @param grace how long releases that are no longer live stay for their readers; default 1 hour
 */
public record Timings(
        Duration operation, Duration resolve, Duration recover, Duration lease, Duration sweepEvery, Duration grace) {

    /** Refuses what is not above zero, and asking upstreams more often than once a second. */
    public Timings {
        positive("operation", operation);
        positive("resolve", resolve);
        positive("recover", recover);
        positive("lease", lease);
        Interval.checked("sweepEvery", sweepEvery);
        positive("grace", grace);
    }

    /** Returns the defaults. */
    public static Timings standard() {
        return new Timings(
                Duration.ofMinutes(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofMinutes(2),
                Duration.ofHours(1),
                Duration.ofHours(1));
    }

    /** Returns the same with another longest time for one operation. */
    public Timings operation(Duration longest) {
        return new Timings(longest, resolve, recover, lease, sweepEvery, grace);
    }

    /** Returns the same with another longest time for asking one upstream. */
    public Timings resolve(Duration longest) {
        return new Timings(operation, longest, recover, lease, sweepEvery, grace);
    }

    /** Returns the same with another longest time for putting one operation in order. */
    public Timings recover(Duration longest) {
        return new Timings(operation, resolve, longest, lease, sweepEvery, grace);
    }

    /** Returns the same with another lease. */
    public Timings lease(Duration silence) {
        return new Timings(operation, resolve, recover, silence, sweepEvery, grace);
    }

    /** Returns the same with another time between two looks at one upstream. */
    public Timings sweepEvery(Duration interval) {
        return new Timings(operation, resolve, recover, lease, interval, grace);
    }

    /** Returns the same with another time for readers of releases that are no longer live. */
    public Timings grace(Duration readers) {
        return new Timings(operation, resolve, recover, lease, sweepEvery, readers);
    }

    static void positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw PermanentException.invalid("timing " + name, value.toString(), "give a positive duration");
        }
    }
}
