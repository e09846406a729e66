package dev.holdfast;

import dev.holdfast.internal.Durations;
import java.time.Duration;

/**
 * How long things may take and how often they happen. All above zero; the defaults suit a host with tens of workspaces.
 *
 * <p>{@link HoldfastBuilder#build()} refuses settings that contradict each other:
 *
 * <table>
 *   <caption>What must be at least as long as what</caption>
 *   <tr><th>setting</th><th>at least</th><th>because</th></tr>
 *   <tr><td>{@code lease}</td><td>{@code recover}</td><td>recovery and collection work on a target within {@code recover}
 *       under one lease; a shorter one lets the next node take them over, for ever</td></tr>
 *   <tr><td>{@code lease}</td><td>2 x {@link Probation#every()}</td><td>an update on probation extends its lease after each
 *       look, and a look and the pause after it take {@code every} each</td></tr>
 *   <tr><td>{@code sweep}</td><td>{@code resolve}</td><td>a shorter sweep leaves a slow upstream no time</td></tr>
 * </table>
 *
 * <p>The others stand by themselves. A delivery, a reload and a refresh of images extend their lease while they work,
 * so {@code operation} may be longer than {@code lease}. An upstream is due again {@code sweepEvery} after it has
 * answered, so {@code resolve} may be longer. Policies begin no operation that another holds, so {@link Automation} may
 * be hastier than any of these. Releases that an operation works on are not collected, so {@code grace} may be shorter
 * than {@code operation}.
 *
 * @param operation the longest for one install, upgrade, rollback or uninstall, fetching included; default 5 minutes
 * @param resolve the longest for asking one upstream; default 60 seconds
 * @param recover the longest for putting one broken-off operation in order, and for a reload; default 60 seconds
 * @param lease how long without a heartbeat before another node takes over an operation; default 2 minutes
 * @param sweepEvery how often each upstream is asked, at least every second; default 1 hour
 * @param grace how long releases that are no longer live stay for their readers; default 1 hour
 * @param sweep the longest for one whole sweep; what is left waits for the next one; default 10 minutes
 */
public record Timings(
        Duration operation,
        Duration resolve,
        Duration recover,
        Duration lease,
        Duration sweepEvery,
        Duration grace,
        Duration sweep) {

    /** Refuses what is not above zero, and asking upstreams more often than once a second. */
    public Timings {
        Durations.positive("operation", operation);
        Durations.positive("resolve", resolve);
        Durations.positive("recover", recover);
        Durations.positive("lease", lease);
        Durations.checkedInterval("sweepEvery", sweepEvery);
        Durations.positive("grace", grace);
        Durations.positive("sweep", sweep);
    }

    /** Returns the defaults. */
    public static Timings standard() {
        return new Timings(
                Duration.ofMinutes(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofMinutes(2),
                Duration.ofHours(1),
                Duration.ofHours(1),
                Duration.ofMinutes(10));
    }

    /** Returns the same with another longest time for one operation. */
    public Timings operation(Duration longest) {
        return new Timings(longest, resolve, recover, lease, sweepEvery, grace, sweep);
    }

    /** Returns the same with another longest time for asking one upstream. */
    public Timings resolve(Duration longest) {
        return new Timings(operation, longest, recover, lease, sweepEvery, grace, sweep);
    }

    /** Returns the same with another longest time for putting one operation in order. */
    public Timings recover(Duration longest) {
        return new Timings(operation, resolve, longest, lease, sweepEvery, grace, sweep);
    }

    /** Returns the same with another lease. */
    public Timings lease(Duration silence) {
        return new Timings(operation, resolve, recover, silence, sweepEvery, grace, sweep);
    }

    /** Returns the same with another time between two looks at one upstream. */
    public Timings sweepEvery(Duration interval) {
        return new Timings(operation, resolve, recover, lease, interval, grace, sweep);
    }

    /** Returns the same with another time for readers of releases that are no longer live. */
    public Timings grace(Duration readers) {
        return new Timings(operation, resolve, recover, lease, sweepEvery, readers, sweep);
    }

    /** Returns the same with another longest time for one whole sweep. */
    public Timings sweep(Duration longest) {
        return new Timings(operation, resolve, recover, lease, sweepEvery, grace, longest);
    }

    /** Refuses what is fine by itself and cannot work together. */
    void agree() {
        Durations.atLeast("lease", lease, "recover", recover, "recovery works under one lease");
        Durations.atLeast("sweep", sweep, "resolve", resolve, "a sweep must leave one upstream its time");
    }
}
