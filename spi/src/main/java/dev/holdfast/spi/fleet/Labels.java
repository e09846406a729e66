package dev.holdfast.spi.fleet;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.internal.Text;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a host calls a workspace or an install, as {@code key=value}. The grammar is that of Kubernetes: keys and values
 * have at most 63 letters, digits, {@code - _ .} and begin and end with a letter or digit; a key may have a prefix such
 * as {@code example.com/} of at most 253 characters; a value may be empty.
 *
 * @param values by key, sorted; at most 64 for a workspace or an install, so that both together have at most 128
 */
public record Labels(Map<String, String> values) {

    private static final int MOST = 64;
    private static final int MOST_TOGETHER = 2 * MOST;
    private static final String NAME = "[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";
    private static final Pattern KEY = Pattern.compile("([a-z0-9][a-z0-9.-]{0,251}/)?" + NAME);
    private static final Pattern VALUE = Pattern.compile("(" + NAME + ")?");
    private static final Labels NONE = new Labels(Map.of());

    /** Checks and copies them. */
    public Labels {
        checkCount(values.size(), MOST_TOGETHER);
        values.forEach((key, value) -> {
            checkKey(key);
            checkValue(value);
        });
        values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    /** Returns no labels. */
    public static Labels none() {
        return NONE;
    }

    /** Returns one label. */
    public static Labels of(String key, String value) {
        return new Labels(Map.of(key, value));
    }

    /** Returns these with one more, or another value of one. */
    public Labels with(String key, String value) {
        return over(this, of(key, value));
    }

    /**
     * Returns the labels that an install has by its own and by its workspace: of two with the same key its own counts.
     */
    public static Labels over(Labels workspace, Labels own) {
        Map<String, String> both = new TreeMap<>(workspace.values);
        both.putAll(own.values);
        return new Labels(both);
    }

    /**
     * Checks that a workspace, or an install, may have these for its own; for writers of stores.
     *
     * @throws PermanentException if they are too many
     */
    public void checkOwn() {
        checkCount(values.size(), MOST);
    }

    private static void checkCount(int count, int most) {
        if (count > most) {
            throw PermanentException.invalid("labels", count + " labels", "give at most " + most);
        }
    }

    static void checkKey(String key) {
        Text.matching(
                KEY,
                "label key",
                key,
                "use at most 63 letters, digits, '-', '_' and '.', such as env or team.example/tier");
    }

    static void checkValue(String value) {
        Text.matching(VALUE, "label value", value, "use at most 63 letters, digits, '-', '_' and '.'");
    }

    /** Returns the labels for people: {@code none} where there are none. */
    public String text() {
        return values.isEmpty() ? "none" : toString();
    }

    /** Returns them as {@code env=prod,tier=gold}. */
    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
    }
}
