package dev.holdfast.spi.delivery;

import dev.holdfast.spi.PermanentException;
import dev.holdfast.spi.Reason;
import dev.holdfast.spi.TransientException;
import dev.holdfast.spi.delivery.FileStep.Paths;
import dev.holdfast.spi.delivery.TargetSession.Entry;
import dev.holdfast.spi.internal.Shown;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * For writers of adapters whose target has a POSIX shell: turns file work into one {@code sh} program whose text is
 * made of fixed pieces, and whose values travel as arguments, never inside the text.
 *
 * <p>Needs {@code sh}, {@code mkdir}, {@code mv}, {@code ln}, {@code rm}, {@code ls}, {@code chmod}, {@code cat},
 * {@code readlink}, {@code head} and {@code wc}, as busybox 1.30 or coreutils have them; {@code stat} as well where a
 * reader holds something; {@code find} and {@code stat}, without which it cannot tell, for
 * {@link FileStep.SurveyFiles}. No option is used that either lacks, but for {@link FileStep.Exchange}, which needs
 * coreutils 9.5 and fails elsewhere: a rename is always {@code mv entry directory/}, which is one rename(2) and never
 * moves <em>into</em> what should be replaced.
 */
public final class PosixScript {

    private static final int STEP_FAILED = 71;
    private static final int TOO_LARGE = 72;
    private static final int DENIED = 73;
    private static final int UNUSABLE = 75;
    private static final Pattern FAILED_STEP = Pattern.compile("(?s)(.*)holdfast-step (\\d+)\\s*$");
    /** What is made between a test and the word of {@code ls} is there, and may be looked at. */
    private static final String LOOK = StepScript.COMMON + """
            known() { ! none "$1" || gone "$1" || ! none "$1" || exit 73; }
            cd "$1" 2>/dev/null || { gone "$1" && exit 0; cd "$1" 2>/dev/null || exit 73; }
            known "$2"
            """;

    private static final String DESCRIBE = LOOK + """
            e() {
              if [ -L "$1" ]; then
                if target "$1"; then printf 'LINK\\0%s\\0%s\\0' "${1##*/}" "$t"; fi
              elif [ -d "$1" ]; then printf 'DIRECTORY\\0%s\\0\\0' "${1##*/}"
              elif [ -f "$1" ]; then printf 'FILE\\0%s\\0\\0' "${1##*/}"
              elif [ -e "$1" ]; then printf 'OTHER\\0%s\\0\\0' "${1##*/}"
              fi
            }
            """;

    private final String text;
    private final List<String> arguments;

    private PosixScript(String text, List<String> arguments) {
        this.text = text;
        this.arguments = List.copyOf(arguments);
    }

    /**
     * Returns the program that performs {@code script}.
     *
     * @param root absolute path of the directory that paths are relative to; it is made if it does not exist
     */
    public static PosixScript of(String root, FileScript script) {
        StepScript steps = new StepScript(root, script);
        return new PosixScript(steps.text(), steps.arguments());
    }

    /** Returns the program whose output {@link #entries} reads: what stands at {@code path}. */
    public static PosixScript stat(String root, String path) {
        return new PosixScript(DESCRIBE + "e \"$2\"\n", List.of(root, Paths.check(path)));
    }

    /** Returns the program whose output {@link #entries} reads: what stands in {@code directory}. */
    public static PosixScript list(String root, String directory) {
        return new PosixScript(DESCRIBE + """
                        [ -d "$2" ] || exit 0
                        [ -r "$2" ] && [ -x "$2" ] || exit 73
                        for f in "$2"/* "$2"/.[!.]* "$2"/..?*; do e "$f"; done
                        """, List.of(root, Paths.check(directory)));
    }

    /** Returns the program whose output {@link #content} reads: a file, unless it is larger than {@code maxBytes}. */
    public static PosixScript read(String root, String path, int maxBytes) {
        return new PosixScript(LOOK + """
                if [ -L "$2" ] || [ ! -f "$2" ]; then exit 0; fi
                [ -r "$2" ] || exit 73
                [ "$(head -c "$3" "$2" | wc -c)" -lt "$3" ] || exit 72
                printf 1 && head -c "$3" "$2"
                """, List.of(root, Paths.check(path), Long.toString(maxBytes + 1L)));
    }

    /**
     * Returns what {@link #stat} or {@link #list} printed.
     *
     * @param exitCode of the shell
     * @throws PermanentException with {@link Reason#TARGET_READ_ONLY} if the exit code says that permission is missing
     * @throws TransientException with {@link Reason#TARGET_FAILED} if it says anything else but success
     */
    public static List<Entry> entries(int exitCode, byte[] output) {
        checkLook(exitCode);
        String[] fields = new String(output, StandardCharsets.UTF_8).split("\0", -1);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i + 2 < fields.length; i += 3) {
            Entry.Kind kind = Entry.Kind.valueOf(fields[i]);
            entries.add(new Entry(
                    fields[i + 1], kind, kind == Entry.Kind.LINK ? Optional.of(fields[i + 2]) : Optional.empty()));
        }
        return entries;
    }

    /**
     * Returns the content that {@link #read} printed; empty if there is no such file.
     *
     * @param exitCode of the shell
     * @throws PermanentException with {@link Reason#TOO_LARGE} or {@link Reason#TARGET_READ_ONLY} if the exit code says
     *     so
     * @throws TransientException with {@link Reason#TARGET_FAILED} if it says anything else but success
     */
    public static Optional<byte[]> content(int exitCode, byte[] output) {
        if (exitCode == TOO_LARGE) {
            throw new PermanentException(Reason.TOO_LARGE, "the file on the target is larger than what is read of it");
        }
        checkLook(exitCode);
        return output.length == 0 ? Optional.empty() : Optional.of(Arrays.copyOfRange(output, 1, output.length));
    }

    private static void checkLook(int exitCode) {
        if (exitCode == DENIED) {
            throw new PermanentException(
                    Reason.TARGET_READ_ONLY,
                    "the target may not be looked at with these permissions; use an account that owns it");
        }
        if (exitCode != 0) {
            throw new TransientException(
                    Reason.TARGET_FAILED, "looking at the target ended with exit code " + exitCode + "; try again");
        }
    }

    /**
     * Returns what the program's end says about its steps.
     *
     * @param exitCode of the shell
     * @param output what it wrote to standard output: what its steps asked
     * @param errors what it wrote to standard error
     * @throws TransientException if the shell was killed or could not be run: the outcome is unknown
     * @throws PermanentException with {@link Reason#TARGET_UNUSABLE} if the directory is a link that leads nowhere
     */
    public static ScriptResult result(int exitCode, byte[] output, String errors) {
        if (exitCode == 0) {
            return new ScriptResult.Completed(AnswerScript.answers(output));
        }
        if (exitCode == UNUSABLE) {
            throw new PermanentException(Reason.TARGET_UNUSABLE, Shown.text(errors.strip()));
        }
        Matcher matcher = FAILED_STEP.matcher(errors);
        if (exitCode != STEP_FAILED || !matcher.matches()) {
            throw new TransientException(
                    Reason.TARGET_FAILED,
                    "the script on the target ended with exit code " + exitCode + ": " + Shown.text(errors.strip()));
        }
        String message = matcher.group(1).strip();
        return new ScriptResult.Failed(Integer.parseInt(matcher.group(2)), reason(message), message);
    }

    /** Returns which {@link Reason} a message of the target's system means. */
    public static Reason reason(String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        if (lower.contains("no space left") || lower.contains("quota exceeded")) {
            return Reason.NO_SPACE;
        }
        if (lower.contains("read-only") || lower.contains("permission denied") || lower.contains("not permitted")) {
            return Reason.TARGET_READ_ONLY;
        }
        return Reason.TARGET_FAILED;
    }

    /** Returns the program's text: it holds no value. */
    public String text() {
        return text;
    }

    /** Returns the program's arguments, {@code $1} first. */
    public List<String> arguments() {
        return arguments;
    }

    /** Returns the words to execute where arguments travel one by one: {@code sh -c text holdfast arguments...}. */
    public List<String> command() {
        List<String> words = new ArrayList<>(List.of("sh", "-c", text, "holdfast"));
        words.addAll(arguments);
        return words;
    }

    /**
     * Returns {@link #command} as one line, for transports that carry only a line (SSH, RFC 4254 section 6.5): each
     * word in single quotes, in which a POSIX shell gives no character but the quote a meaning.
     */
    public String commandLine() {
        return quoted(command());
    }

    /** Returns words as one line that a POSIX shell splits into exactly these words. */
    public static String quoted(List<String> words) {
        StringBuilder line = new StringBuilder();
        for (String word : words) {
            line.append(line.isEmpty() ? "" : " ")
                    .append('\'')
                    .append(word.replace("'", "'\\''"))
                    .append('\'');
        }
        return line.toString();
    }

    @Override
    public String toString() {
        return text + "# " + arguments;
    }
}
