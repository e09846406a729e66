package dev.holdfast.spi;

import dev.holdfast.spi.fleet.NamedPlan;
import dev.holdfast.spi.internal.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who decides on the updates of an install, and when; and whether what differs on its target is repaired. It binds
 * Holdfast's own decisions only; an operator may apply an update at any time.
 *
 * <p>Text form: {@code manual}, or {@code auto:patch}, {@code auto:minor}, {@code auto:any}, followed, each after a
 * semicolon, by {@code cooldown <ISO 8601 duration>}, by {@code plan <name>}, by <code>repair</code> and by any number
 * of {@link MaintenanceWindow}s: {@code auto:minor; cooldown PT24H; plan careful; repair; window sat,sun 02:00 PT3H
 * Europe/Vienna}.
 *
 * @param level how far an update may go without an operator
 * @param cooldown how long after this store first saw a revision it stays untouched; zero for not at all. What upstream
 *     says of a revision's age counts for nothing
 * @param plan the name of the rollout plan by which its updates come; empty for each install by itself. A manual policy
 *     has none
 * @param repairs whether an install that is missing, damaged or without its marker on its target is repaired by itself;
 *     by default that is only told. One that is missing is repaired at once, any other while a window is open
 * @param windows when an update may begin; empty for at any time
 */
public record UpdatePolicy(
        Level level, Duration cooldown, Optional<String> plan, boolean repairs, List<MaintenanceWindow> windows) {

    private static final Duration LONGEST_COOLDOWN = Duration.ofDays(365);
    private static final int MOST_WINDOWS = 20;
    private static final UpdatePolicy MANUAL =
            new UpdatePolicy(Level.NONE, Duration.ZERO, Optional.empty(), false, List.of());

    /** How far an update may go without an operator, by the numbers of its version. */
    public enum Level {
        /** An operator decides on each. */
        NONE,
        /** A higher version with the same major and minor number. */
        PATCH,
        /** A higher version with the same major number. */
        MINOR,
        /** Whatever upstream moved to, versions or not. */
        ANY
    }

    /** Refuses a negative or endless cooldown, more than 20 windows, and a plan that nothing would begin. */
    public UpdatePolicy {
        windows = List.copyOf(windows);
        if (cooldown.isNegative() || cooldown.compareTo(LONGEST_COOLDOWN) > 0) {
            throw PermanentException.invalid("cooldown", cooldown.toString(), "give zero to 365 days");
        }
        plan.ifPresent(NamedPlan::checkName);
        if (level == Level.NONE && plan.isPresent()) {
            throw PermanentException.invalid(
                    "policy",
                    "manual; plan " + plan.get(),
                    "begin the rollout by hand, or write auto:patch, auto:minor or auto:any");
        }
        if (windows.size() > MOST_WINDOWS) {
            throw PermanentException.invalid(
                    "windows", Integer.toString(windows.size()), "give at most " + MOST_WINDOWS);
        }
    }

    /** Returns the default: an operator decides on each update. */
    public static UpdatePolicy manual() {
        return MANUAL;
    }

    /** Returns the policy that applies updates up to {@code level} at any time, as soon as they are seen. */
    public static UpdatePolicy auto(Level level) {
        return new UpdatePolicy(level, Duration.ZERO, Optional.empty(), false, List.of());
    }

    /** Returns the same, leaving each revision untouched for a time after it was first seen. */
    public UpdatePolicy cooldown(Duration time) {
        return new UpdatePolicy(level, time, plan, repairs, windows);
    }

    /**
     * Returns the same, with updates that come as members of a rollout.
     *
     * @param name the name of the plan, see {@link dev.holdfast.spi.fleet.PlanStore}
     */
    public UpdatePolicy plan(String name) {
        return new UpdatePolicy(level, cooldown, Optional.of(name), repairs, windows);
    }

    /** Returns the same, repairing what differs on the target without an operator. */
    public UpdatePolicy repairing() {
        return new UpdatePolicy(level, cooldown, plan, true, windows);
    }

    /** Returns the same, beginning updates only while {@code window}, or another one given so, is open. */
    public UpdatePolicy within(MaintenanceWindow window) {
        return new UpdatePolicy(
                level,
                cooldown,
                plan,
                repairs,
                Stream.concat(windows.stream(), Stream.of(window)).toList());
    }

    /** Returns whether an operator decides on each update. */
    public boolean isManual() {
        return level == Level.NONE;
    }

    /**
     * Returns when an update may begin, {@code at} or later: {@code at} itself if a window is open then, or none was
     * given. Empty if no window ever opens again.
     */
    public Optional<Instant> nextOpening(Instant at) {
        return windows.isEmpty()
                ? Optional.of(at)
                : windows.stream()
                        .flatMap(window -> window.nextOpening(at).stream())
                        .min(Instant::compareTo);
    }

    /**
     * Parses the text form.
     *
     * @throws PermanentException if {@code text} is not of that form
     */
    public static UpdatePolicy parse(String text) {
        List<String> parts =
                Arrays.stream(text.split(";", -1)).map(String::strip).toList();
        UpdatePolicy policy = auto(level(parts.get(0)));
        for (String part : parts.subList(1, parts.size())) {
            policy = policy.with(part);
        }
        return policy;
    }

    private UpdatePolicy with(String part) {
        if (part.equals("repair")) {
            return repairing();
        }
        int space = part.indexOf(' ');
        String rest = part.substring(space + 1).strip();
        return switch (space < 0 ? "" : part.substring(0, space)) {
            case "plan" -> plan(rest);
            case "cooldown" -> cooldown(Text.duration(rest));
            case "window" -> within(MaintenanceWindow.parse(rest));
            default ->
                throw PermanentException.invalid(
                        "policy",
                        part,
                        "write cooldown <duration>, plan <name>, repair or window <days> <time> <duration> <zone>");
        };
    }

    private static Level level(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "manual" -> Level.NONE;
            case "auto:patch" -> Level.PATCH;
            case "auto:minor" -> Level.MINOR;
            case "auto:any" -> Level.ANY;
            default ->
                throw PermanentException.invalid("policy", word, "write manual, auto:patch, auto:minor or auto:any");
        };
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        parts.add(isManual() ? "manual" : "auto:" + level.name().toLowerCase(Locale.ROOT));
        if (!cooldown.isZero()) {
            parts.add("cooldown " + cooldown);
        }
        plan.ifPresent(name -> parts.add("plan " + name));
        if (repairs) {
            parts.add("repair");
        }
        return Stream.concat(parts.stream(), windows.stream().map(window -> "window " + window))
                .collect(Collectors.joining("; "));
    }
}
