package dev.holdfast.spi;

import dev.holdfast.spi.internal.Text;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The place that plugins of a workspace live in: {@code docker://ws-42/configs/plugins}, {@code dir:///srv/plugins},
 * {@code ssh://deploy@ws-42:2222/srv/plugins}.
 *
 * @param scheme lower case; it says which kind of target serves the address
 * @param authority a container, or {@code [user@]host[:port]}; empty where the scheme needs none
 * @param path absolute, normalised, not the root directory, without a trailing slash
 */
public record TargetAddress(String scheme, String authority, String path) {

    private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]{0,31}");
    private static final Pattern AUTHORITY = Pattern.compile("([A-Za-z0-9][A-Za-z0-9._@:-]{0,254})?");
    private static final Pattern TEXT = Pattern.compile("([^:/]+)://([^/]*)(/.*)", Pattern.DOTALL);
    private static final int LONGEST_PATH = 1024;

    /** Refuses parts outside the grammar. */
    public TargetAddress {
        Text.matching(
                SCHEME, "target scheme", scheme, "use a lower-case letter, then letters, digits, '+', '.' or '-'");
        Text.matching(
                AUTHORITY,
                "target authority",
                authority.replaceFirst(":[^@]*@", ":***@"),
                "write a container, or [user@]host[:port], without a password");
        int at = authority.indexOf('@');
        if (at >= 0 && authority.substring(0, at).contains(":")) {
            throw PermanentException.invalid("target", scheme + "://***@...", "an address never holds a password");
        }
        if (path.length() < 2
                || path.length() > LONGEST_PATH
                || path.charAt(0) != '/'
                || !Text.plainPath(path.substring(1))) {
            throw PermanentException.invalid(
                    "target path",
                    path,
                    "give an absolute path below the root directory, of at most 1024 characters, without '.', '..', '//' or a trailing slash");
        }
    }

    /**
     * Parses the text form; one trailing slash is ignored.
     *
     * @throws PermanentException if {@code text} is no address
     */
    public static TargetAddress parse(String text) {
        Matcher matcher = TEXT.matcher(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        if (!matcher.matches()) {
            throw PermanentException.invalid(
                    "target",
                    text.replaceFirst("//[^/@]*@", "//***@"),
                    "write scheme://place/absolute/path, such as docker://ws-42/configs/plugins or dir:///srv/plugins");
        }
        return new TargetAddress(matcher.group(1), matcher.group(2), matcher.group(3));
    }

    /** Returns the text form; {@link #parse} of it gives an equal address. */
    @Override
    public String toString() {
        return scheme + "://" + authority + path;
    }
}
