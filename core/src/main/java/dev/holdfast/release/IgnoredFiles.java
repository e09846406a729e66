package dev.holdfast.release;

import dev.holdfast.spi.PermanentException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Files by patterns, such as those that running a plugin leaves beside what was delivered: {@code *} and {@code ?}
 * stand for letters of one segment, {@code **} for any number of segments. A pattern without a slash at its beginning
 * matches at any depth; {@code name/**} also means the directory itself.
 */
record IgnoredFiles(List<Pattern> patterns) {

    static final IgnoredFiles NONE = new IgnoredFiles(List.of());

    /** Compiles patterns, or refuses one. */
    static IgnoredFiles of(List<String> globs) {
        return new IgnoredFiles(globs.stream().map(IgnoredFiles::compiled).toList());
    }

    boolean covers(String path) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(path).matches());
    }

    private static Pattern compiled(String glob) {
        String body = glob.startsWith("/") ? glob.substring(1) : glob;
        if (body.isBlank() || body.equals("**") || body.equals("*") || body.contains("//")) {
            throw PermanentException.invalid(
                    "pattern of paths",
                    glob,
                    "write a pattern such as __pycache__/** or *.pyc, which spares something");
        }
        StringBuilder regex = new StringBuilder(glob.startsWith("/") ? "" : "(?:.*/)?");
        boolean below = body.endsWith("/**");
        String rest = below ? body.substring(0, body.length() - 3) : body;
        for (int i = 0; i < rest.length(); i++) {
            char letter = rest.charAt(i);
            if (letter == '*' && rest.startsWith("**", i)) {
                regex.append(".*");
                i++;
            } else if (letter == '*') {
                regex.append("[^/]*");
            } else if (letter == '?') {
                regex.append("[^/]");
            } else {
                regex.append(Pattern.quote(String.valueOf(letter)));
            }
        }
        return Pattern.compile(regex + (below ? "(?:/.*)?" : ""), Pattern.DOTALL);
    }
}
