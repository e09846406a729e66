package dev.holdfast.spi.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@link FileStep.SurveyFiles} for a shell. One {@code stat} tells of many files; {@code %a}, {@code %s} and the others
 * are the same in coreutils, busybox and toybox. The name comes last: it may hold anything but NUL.
 */
final class SurveyScript {

    /**
     * Prints the lines, then NUL, and whether they are all; {@code find} follows no link below the directory itself.
     */
    static final String FUNCTIONS = """
            survey() {
              if none "$1"; then gone "$1" || bad; printf '\\0all\\0'; return; fi
              if [ -d "$1" ] && ( cd "$1" && find . -type f -exec stat -c '%s %Y %a %u %g %h %n' {} + ) 2>/dev/null
              then printf '\\0all\\0'; else printf '\\0unknown\\0'; fi
            }
            """;

    private static final Pattern LINE =
            Pattern.compile("(\\d{1,18}) (-?\\d{1,18}) ([0-7]{1,4}) (\\d{1,18}) (\\d{1,18}) (\\d{1,18}) \\./(.+)");

    private SurveyScript() {}

    /** Returns what was found; empty if the target could not tell all of it. */
    static ScriptResult.Answer.Files answer(String lines, String whole) {
        if (!whole.equals("all")) {
            return new ScriptResult.Answer.Files(Optional.empty());
        }
        List<FileFacts> files = new ArrayList<>();
        for (String line : lines.split("\n", -1)) {
            Matcher found = LINE.matcher(line);
            if (found.matches()) {
                files.add(new FileFacts(
                        found.group(7),
                        Long.parseLong(found.group(1)),
                        Long.parseLong(found.group(2)),
                        Integer.parseInt(found.group(3), 8),
                        Long.parseLong(found.group(4)),
                        Long.parseLong(found.group(5)),
                        Long.parseLong(found.group(6))));
            }
        }
        return new ScriptResult.Answer.Files(Optional.of(files));
    }
}
