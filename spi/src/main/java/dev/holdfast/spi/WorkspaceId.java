package dev.holdfast.spi;

import dev.holdfast.spi.internal.Text;
import java.util.regex.Pattern;

/**
 * The host's name for a workspace: 1 to 128 of letters, digits, {@code . _ : -}, starting with a letter or digit.
 *
 * @param value the name
 */
public record WorkspaceId(String value) {

    private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");

    /** Refuses a name outside the grammar. */
    public WorkspaceId {
        Text.matching(
                GRAMMAR,
                "workspace",
                value,
                "use 1 to 128 letters, digits, '.', '_', ':' or '-', starting with a letter or digit");
    }

    /** Returns the workspace of that name. */
    public static WorkspaceId of(String value) {
        return new WorkspaceId(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
