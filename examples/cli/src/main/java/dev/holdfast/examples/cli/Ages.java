package dev.holdfast.examples.cli;

import java.time.Duration;
import java.time.Instant;

/** Says how long ago something was, or how soon it will be, in one short word. */
record Ages(Instant now) {

    String ago(Instant then) {
        Duration age = Duration.between(then, now);
        return age.toSeconds() < 1 ? "now" : length(age) + " ago";
    }

    String in(Instant then) {
        Duration wait = Duration.between(now, then);
        return wait.toSeconds() < 1 ? "now" : "in " + length(wait);
    }

    private static String length(Duration duration) {
        if (duration.toMinutes() < 1) {
            return duration.toSeconds() + "s";
        }
        if (duration.toHours() < 1) {
            return duration.toMinutes() + "m";
        }
        return duration.toDays() < 2 ? duration.toHours() + "h" : duration.toDays() + "d";
    }
}
