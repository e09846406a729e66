package dev.holdfast.spi.fleet;

import dev.holdfast.spi.internal.Text;
import java.util.regex.Pattern;

/**
 * A plan and its name.
 *
 * @param name lower-case letters, digits and dashes, at most 63, beginning with a letter or digit
 * @param plan the plan
 */
public record NamedPlan(String name, RolloutPlan plan) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** Checks the name. */
    public NamedPlan {
        checkName(name);
    }

    /**
     * Returns the name of a plan.
     *
     * @throws dev.holdfast.spi.PermanentException if it is none
     */
    public static String checkName(String name) {
        return Text.matching(NAME, "plan name", name, "use lower-case letters, digits and '-', at most 63");
    }
}
