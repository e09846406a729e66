package dev.holdfast;

import dev.holdfast.internal.Durations;
import dev.holdfast.spi.PermanentException;
import java.time.Duration;

/**
 * How fast policies apply updates. Each update may reload a workspace.
 *
 * @param settle how long after the start of a node it leaves the workspaces alone; default 1 minute
 * @param every how often it looks for updates that may begin, at least 1 second; default 1 minute
 * @param mostPerPass how many updates one look begins at most; the rest waits for the next one; default 10
 */
public record Automation(Duration settle, Duration every, int mostPerPass) {

    /** Refuses what is out of bounds. */
    public Automation {
        Durations.checkedInterval("automation.every", every);
        if (settle.isNegative() || mostPerPass < 1) {
            throw PermanentException.invalid(
                    "automation", "settle " + settle + ", most " + mostPerPass, "give zero or more, and at least 1");
        }
    }

    /** Returns the default. */
    public static Automation standard() {
        return new Automation(Duration.ofMinutes(1), Duration.ofMinutes(1), 10);
    }

    /** Returns the same with another time to settle. */
    public Automation settle(Duration time) {
        return new Automation(time, every, mostPerPass);
    }

    /** Returns the same with another time between two looks. */
    public Automation every(Duration interval) {
        return new Automation(settle, interval, mostPerPass);
    }

    /** Returns the same with another number of updates for one look. */
    public Automation mostPerPass(int count) {
        return new Automation(settle, every, count);
    }
}
