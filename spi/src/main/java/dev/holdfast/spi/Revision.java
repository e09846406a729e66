package dev.holdfast.spi;

import dev.holdfast.spi.internal.Text;
import java.util.regex.Pattern;

/**
 * What a ref resolved to; it never moves: a full commit id (40 or 64 hex digits) or a digest ({@code sha256:} and 64
 * hex digits, as in the OCI image specification). Always lower case, never abbreviated.
 *
 * @param value the full id
 */
public record Revision(String value) {

    private static final Pattern GRAMMAR = Pattern.compile("[0-9a-f]{40}|(sha256:)?[0-9a-f]{64}");
    private static final int SHORT = 12;

    /** Refuses anything but a full id. */
    public Revision {
        Text.matching(
                GRAMMAR,
                "revision",
                value,
                "give the full id: 40 or 64 lower-case hex digits, or sha256:<64 hex digits>");
    }

    /** Returns the revision of that full id. */
    public static Revision of(String value) {
        return new Revision(value);
    }

    /** Returns the first twelve hex digits, for people; never accepted as input. */
    public String abbreviated() {
        String hex = value.substring(value.indexOf(':') + 1);
        return hex.substring(0, SHORT);
    }

    @Override
    public String toString() {
        return value;
    }
}
