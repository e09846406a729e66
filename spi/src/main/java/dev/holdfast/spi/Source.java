package dev.holdfast.spi;

import dev.holdfast.spi.internal.Text;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a plugin comes from; it moves.
 *
 * <p>Text form {@code scheme://location[#ref]}: {@code github://acme/greeter#tag:v1.0.0},
 * {@code gitea://git.example.com/acme/tools/greeter#ref:main}, {@code git+https://host/x.git//sub#semver:^1.2},
 * {@code local://greeter}. A bare name such as {@code greeter} means {@code local://greeter}. Without a ref the source
 * means its default line: {@code ref:HEAD}.
 *
 * <p>The location is opaque here: which part is a host, a repository or a subdirectory is the resolver's to say. It
 * never holds credentials: a password is refused, and a user name is accepted for ssh schemes only.
 *
 * @param scheme lower case: a letter, then letters, digits, {@code + . -}; it chooses the resolver
 * @param location plain path segments, with at most one empty segment ({@code //}) that starts a subdirectory; only
 *     schemes that end in {@code file} may begin it with {@code /}, as in {@code git+file:///srv/x.git}
 * @param ref what to resolve in the source
 */
public record Source(String scheme, String location, TrackedRef ref) {

    private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]{0,31}");
    private static final Pattern LOCATION = Pattern.compile("[^\\p{Cntrl}\\s#?\\\\\"'`$;&|<>(){}]{1,500}");
    private static final Pattern TEXT = Pattern.compile("([^:/#]+)://([^#]*)(?:#(.*))?", Pattern.DOTALL);
    private static final Pattern SUBDIRECTORY = Pattern.compile("(?<=[^/])//(?=[^/])");
    private static final Pattern USER = Pattern.compile("^((?:[a-z0-9+.-]+://)?)[^/@]*@");
    private static final TrackedRef HEAD = TrackedRef.ref("HEAD");

    /** Refuses a scheme or location outside the grammar. */
    public Source {
        Text.matching(
                SCHEME, "source scheme", scheme, "use a lower-case letter, then letters, digits, '+', '.' or '-'");
        Text.matching(
                LOCATION,
                "source location",
                hidden(location),
                "use plain path segments without spaces, quotes or shell signs");
        checkSegments(scheme, location);
        checkUserInfo(scheme, location);
    }

    /**
     * Parses the text form.
     *
     * @throws PermanentException if {@code text} is not a source, or carries a password
     */
    public static Source parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            int hash = text.indexOf('#');
            String name = hash < 0 ? text : text.substring(0, hash);
            if (name.contains(":") || name.contains("/")) {
                throw PermanentException.invalid(
                        "source",
                        hidden(text),
                        "write scheme://location#ref, such as github://acme/greeter#tag:v1.0.0");
            }
            PluginName.of(name);
            return new Source("local", name, hash < 0 ? HEAD : TrackedRef.parse(text.substring(hash + 1)));
        }
        String ref = matcher.group(3);
        return new Source(matcher.group(1), matcher.group(2), ref == null ? HEAD : TrackedRef.parse(ref));
    }

    /** Returns the same place at another ref. */
    public Source at(TrackedRef other) {
        return new Source(scheme, location, other);
    }

    /** Returns the text form without the ref: the same for all refs of one place. */
    public String base() {
        return scheme + "://" + location;
    }

    /**
     * Returns the name a plugin gets when the host does not choose one: the last path segment, without {@code .git}.
     *
     * @throws PermanentException if that segment is no plugin name
     */
    public PluginName defaultName() {
        String last = location.substring(location.lastIndexOf('/') + 1);
        String name = last.endsWith(".git") ? last.substring(0, last.length() - ".git".length()) : last;
        try {
            return PluginName.of(name);
        } catch (PermanentException e) {
            throw PermanentException.invalid(
                    "plugin name, the last segment of source " + this + ",",
                    name,
                    "name the plugin in the request: .as(...)");
        }
    }

    /** Returns the text form; {@link #parse} of it gives an equal source. */
    @Override
    public String toString() {
        return base() + "#" + ref;
    }

    private static void checkSegments(String scheme, String location) {
        boolean rooted = scheme.endsWith("file") && location.startsWith("/");
        String path = rooted ? location.substring(1) : location;
        String once = path.contains("//") ? SUBDIRECTORY.matcher(path).replaceFirst("/") : path;
        if (!Text.plainPath(once)) {
            throw PermanentException.invalid(
                    "source location",
                    hidden(location),
                    "no segment may be empty, '.' or '..'; '//' may stand once, before a subdirectory");
        }
        for (String segment : once.split("/", -1)) {
            if (segment.startsWith("-")) {
                throw PermanentException.invalid("source location", hidden(location), "no segment may start with '-'");
            }
        }
    }

    private static void checkUserInfo(String scheme, String location) {
        String authority = location.substring(0, location.indexOf('/') < 0 ? location.length() : location.indexOf('/'));
        int at = authority.lastIndexOf('@');
        if (at < 0) {
            return;
        }
        if (!scheme.endsWith("ssh") || authority.substring(0, at).contains(":")) {
            throw PermanentException.invalid(
                    "source",
                    hidden(location),
                    "credentials never stand in a source; give them to the resolver's credentials provider");
        }
    }

    /** Hides whatever may be a secret: all before an '@' in the first segment. */
    private static String hidden(String text) {
        return text.indexOf('@') < 0 ? text : USER.matcher(text).replaceFirst("$1***@");
    }
}
