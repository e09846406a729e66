package dev.holdfast.spi;

import dev.holdfast.spi.internal.Text;
import java.util.regex.Pattern;

/** The part of git's {@code check-ref-format} that we accept for names. */
final class RefGrammar {

    private static final Pattern FORBIDDEN = Pattern.compile("[\\x00-\\x20\\x7f~^:?*\\[\\\\]|\\.\\.|@\\{|//");
    /** Git makes no branch and no tag of such a name. */
    private static final Pattern OPTION = Pattern.compile("(?:refs/(?:heads|tags)/)?-.*", Pattern.DOTALL);

    private static final int MAX = 250;

    private RefGrammar() {}

    static void check(String what, String name) {
        boolean bad = name.isEmpty()
                || name.length() > MAX
                || name.equals("@")
                || OPTION.matcher(name).matches()
                || name.startsWith("/")
                || name.endsWith("/")
                || name.endsWith(".")
                || FORBIDDEN.matcher(name).find()
                || !Text.clean(name)
                || badSegment(name);
        if (bad) {
            throw PermanentException.invalid(
                    what,
                    name,
                    "write a name that git accepts (see git check-ref-format) of at most 250 characters, and that does not"
                            + " begin with '-'");
        }
    }

    private static boolean badSegment(String name) {
        for (String segment : name.split("/", -1)) {
            if (segment.startsWith(".") || segment.endsWith(".lock")) {
                return true;
            }
        }
        return false;
    }
}
