package dev.holdfast.spi.container;

import dev.holdfast.spi.internal.Text;
import java.util.regex.Pattern;

/**
 * The host's name for a workload, the thing that containers belong to: 1 to 128 of letters, digits, {@code . _ : -},
 * starting with a letter or digit.
 *
 * @param value the name
 */
public record WorkloadId(String value) {

    private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");

    /** Refuses a name outside the grammar. */
    public WorkloadId {
        Text.matching(
                GRAMMAR,
                "workload",
                value,
                "use 1 to 128 letters, digits, '.', '_', ':' or '-', starting with a letter or digit");
    }

    /** Returns the workload of that name. */
    public static WorkloadId of(String value) {
        return new WorkloadId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
