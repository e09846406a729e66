package dev.holdfast.spi;

import dev.holdfast.spi.internal.Text;
import java.util.regex.Pattern;

/**
 * The part of a source that answers "what is that ref now?": normally one repository, shared by many installs. Each
 * upstream is asked once in a sweep, whatever the number of installs that follow it.
 *
 * @param scheme the scheme whose resolver made it
 * @param key the resolver's own name for it, 1 to 500 printable characters; equal keys mean the same answers
 * @param host the server that is asked, to bound the requests it gets at one time; {@code local} where there is none
 */
public record Upstream(String scheme, String key, String host) {

    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]{1,500}");

    /** Refuses keys and hosts that are empty, too long or not printable. */
    public Upstream {
        Text.matching(PRINTABLE, "upstream scheme", scheme, "use printable characters");
        Text.matching(PRINTABLE, "upstream key", key, "use 1 to 500 printable ASCII characters");
        Text.matching(PRINTABLE, "upstream host", host, "use 1 to 500 printable ASCII characters");
    }

    @Override
    public String toString() {
        return key;
    }
}
