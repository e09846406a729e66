package dev.holdfast.release;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.delivery.FileStep;
import dev.holdfast.spi.delivery.TargetSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a host lets readers hold the releases that they use, so that no collection takes one from under them.
 *
 * @param lease how long a hold stands that its reader does not renew, by the clock of the target; 3 minutes to 1 hour,
 *     default 5 minutes. Readers renew each minute
 * @param directoryMode four octal digits for the directory of holds, which a delivery then makes, such as {@code 1777}
 *     where each reader is a user of its own; by default a reader makes it, which can be done by whoever may write to
 *     the place
 */
public record ReaderHolds(Duration lease, Optional<String> directoryMode) {

    private static final Duration SHORTEST = Duration.ofMinutes(3);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Pattern MODE = Pattern.compile("[01]7[0-7]{2}");

    /** Refuses what is out of bounds, and a mode that keeps Holdfast itself out. */
    public ReaderHolds {
        if (lease.compareTo(SHORTEST) < 0 || lease.compareTo(LONGEST) > 0) {
            throw PermanentException.invalid("lease of reader holds", lease.toString(), "give 3 minutes to 1 hour");
        }
        directoryMode.filter(mode -> !MODE.matcher(mode).matches()).ifPresent(mode -> {
            throw PermanentException.invalid(
                    "mode of the directory of holds", mode, "write four octal digits such as 1777 or 0770");
        });
    }

    /** Returns the defaults. */
    public static ReaderHolds standard() {
        return new ReaderHolds(Duration.ofMinutes(5), Optional.empty());
    }

    /** Returns the same with another lease. */
    public ReaderHolds lease(Duration silence) {
        return new ReaderHolds(silence, directoryMode);
    }

    /** Returns the same with a directory of holds that each delivery makes and gives this mode. */
    public ReaderHolds directoryMode(String octal) {
        return new ReaderHolds(lease, Optional.of(octal));
    }

    /** Lets readers in that may not make the directory themselves. */
    void open(TargetSession session, Layout layout) {
        directoryMode.ifPresent(mode -> FencedScript.perform(
                session,
                layout,
                List.of(new FileStep.MakeDirectory(layout.holds()), new FileStep.SetMode(layout.holds(), mode))));
    }

    int seconds() {
        return Math.toIntExact(lease.plusMillis(999).toSeconds());
    }
}
