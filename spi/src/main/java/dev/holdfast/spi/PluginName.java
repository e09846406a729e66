package dev.holdfast.spi;

import dev.holdfast.spi.internal.Text;
import java.util.regex.Pattern;

/**
 * The name of a plugin, which is also the name of its folder on a target: 1 to 100 of letters, digits, {@code . _ -},
 * starting with a letter or digit.
 *
 * <p>So it is never a path, an option, a hidden entry or anything a shell would read twice.
 *
 * @param value the name
 */
public record PluginName(String value) {

    private static final Pattern GRAMMAR = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    /** Refuses a name outside the grammar. */
    public PluginName {
        Text.matching(
                GRAMMAR,
                "plugin name",
                value,
                "use 1 to 100 letters, digits, '.', '_' or '-', starting with a letter or digit");
    }

    /** Returns the plugin name of that text. */
    public static PluginName of(String value) {
        return new PluginName(value);
    }

    @Override
    public String toString() {
        return value;
    }
}
