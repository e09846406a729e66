package dev.holdfast.spi;

import dev.holdfast.spi.FileStep.Paths;
import dev.holdfast.spi.TargetSession.Entry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * For writers of adapters whose target has a POSIX shell: turns file work into one {@code sh} program whose text is made
 * of fixed pieces, and whose values travel as arguments, never inside the text.
 *
 * <p>Needs {@code sh}, {@code mkdir}, {@code mv}, {@code ln}, {@code rm}, {@code readlink} and {@code head}, as busybox 1.30
 * or coreutils have them. No option is used that either lacks: a rename is always {@code mv entry directory/}, which is
 * one rename(2) and never moves <em>into</em> what should be replaced.
 */
public final class PosixScript {

    private static final int STEP_FAILED = 71;
    private static final int TOO_LARGE = 72;
    private static final Pattern FAILED_STEP = Pattern.compile("(?s)(.*)holdfast-step (\\d+)\\s*$");
    private static final String PRELUDE = """
            umask 022
            bad() { echo "holdfast-step $i" >&2; exit 71; }
            gone() { [ ! -e "$1" ] && [ ! -L "$1" ]; }
            place() { mv -f "$1" "$2/" || bad; }
            clear() { rm -rf "$1" 2>/dev/null || gone "$1" || bad; }
            """;
    private static final String DESCRIBE = """
            cd "$1" 2>/dev/null || exit 0
            e() {
              if [ -L "$1" ]; then printf 'LINK\\0%s\\0%s\\0' "${1##*/}" "$(readlink "$1")"
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
     * @param root absolute path of the directory that paths are relative to; it must exist
     */
    public static PosixScript of(String root, FileScript script) {
        Writer writer = new Writer(root);
        int index = 0;
        for (FileStep step : script.steps()) {
            writer.text.append("i=").append(index++).append('\n');
            writer.step(step);
        }
        return writer.program();
    }

    /** Returns the program whose output {@link #entries} reads: what stands at {@code path}. */
    public static PosixScript stat(String root, String path) {
        return new PosixScript(DESCRIBE + "e \"$2\"\n", List.of(root, Paths.check(path)));
    }

    /** Returns the program whose output {@link #entries} reads: what stands in {@code directory}. */
    public static PosixScript list(String root, String directory) {
        return new PosixScript(
                DESCRIBE + "for f in \"$2\"/* \"$2\"/.[!.]* \"$2\"/..?*; do e \"$f\"; done\n",
                List.of(root, Paths.check(directory)));
    }

    /**
     * Returns the program that prints a file: exit 0 and {@code 1} followed by the content, exit 0 and nothing if there is
     * no such file, exit 72 if it is larger than {@code maxBytes}.
     */
    public static PosixScript read(String root, String path, int maxBytes) {
        return new PosixScript("""
                cd "$1" 2>/dev/null || exit 0
                if [ -L "$2" ] || [ ! -f "$2" ]; then exit 0; fi
                [ "$(head -c "$3" "$2" | wc -c)" -lt "$3" ] || exit 72
                printf 1 && head -c "$3" "$2"
                """, List.of(root, Paths.check(path), Long.toString(maxBytes + 1L)));
    }

    /** Returns what {@link #stat} or {@link #list} printed. */
    public static List<Entry> entries(byte[] output) {
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
     * Returns the content that {@link #read} printed.
     *
     * @throws PermanentException with {@link Reason#TOO_LARGE} if the exit code says so
     */
    public static Optional<byte[]> content(int exitCode, byte[] output) {
        if (exitCode == TOO_LARGE) {
            throw new PermanentException(Reason.TOO_LARGE, "the file on the target is larger than what is read of it");
        }
        return output.length == 0
                ? Optional.empty()
                : Optional.of(java.util.Arrays.copyOfRange(output, 1, output.length));
    }

    /**
     * Returns what the program's end says about its steps.
     *
     * @param exitCode of the shell
     * @param errors what it wrote to standard error
     * @throws TransientException if the shell was killed or could not be run: the outcome is unknown
     */
    public static ScriptResult result(int exitCode, String errors) {
        if (exitCode == 0) {
            return new ScriptResult.Completed();
        }
        Matcher matcher = FAILED_STEP.matcher(errors);
        if (exitCode != STEP_FAILED || !matcher.matches()) {
            throw new TransientException(
                    Reason.TARGET_FAILED,
                    "the script on the target ended with exit code " + exitCode + ": " + Text.shown(errors.strip()));
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
     * Returns {@link #command} as one line, for transports that carry only a line (SSH, RFC 4254 section 6.5): each word
     * in single quotes, in which a POSIX shell gives no character but the quote a meaning.
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

    /** Collects fixed pieces of text and the values they name by position. */
    private static final class Writer {

        private final StringBuilder text = new StringBuilder(PRELUDE);
        private final List<String> arguments = new ArrayList<>();

        Writer(String root) {
            text.append("i=0\ncd ").append(value(root)).append(" || bad\n");
        }

        PosixScript program() {
            return new PosixScript(text.toString(), arguments);
        }

        private String value(String value) {
            arguments.add(value);
            return "\"${" + arguments.size() + "}\"";
        }

        private void line(String... pieces) {
            text.append(String.join(" ", pieces)).append('\n');
        }

        private void step(FileStep step) {
            if (step instanceof FileStep.MakeDirectory s) {
                line("mkdir -p", value(s.path()), "|| bad");
            } else if (step instanceof FileStep.WriteFile s) {
                line("printf %s", value(s.content()), ">", value(s.path()), "|| bad");
            } else if (step instanceof FileStep.PointLink s) {
                String path = value(s.path());
                line("gone", path, "|| bad");
                line("ln -s", value(s.to()), path, "|| bad");
            } else if (step instanceof FileStep.CopyLink s) {
                copyLink(s);
            } else if (step instanceof FileStep.Rename s) {
                String from = value(s.from());
                line("gone", value(s.to()), "|| bad");
                line("place", from, value(Paths.parent(s.to())));
            } else if (step instanceof FileStep.ReplaceLink s) {
                replaceLink(s);
            } else if (step instanceof FileStep.RemoveTree s) {
                line("clear", value(s.path()));
            } else if (step instanceof FileStep.Require s) {
                require(s);
            } else if (step instanceof FileStep.RequireNoneAbove s) {
                line("for f in", value(s.directory()) + "/*; do");
                line("  [ ! -e \"$f\" ] || [ \"${f##*/}\" -le", value(Long.toString(s.number())), "] || bad");
                line("done");
            } else if (step instanceof FileStep.RemoveBelow s) {
                String child = s.child().isEmpty() ? "" : "/" + value(s.child());
                line("for f in", value(s.directory()) + "/*; do");
                line(
                        "  gone \"$f\" || [ \"${f##*/}\" -ge",
                        value(Long.toString(s.number())),
                        "] || clear \"$f\"" + child);
                line("done");
            } else {
                throw new IllegalStateException("unknown step " + step);
            }
        }

        private void copyLink(FileStep.CopyLink s) {
            String link = value(s.link());
            String via = value(s.via());
            line("if [ -L", link, "]; then");
            line("  t=$(readlink", link + ") || bad");
            line("  ln -s", value(s.prefix()) + "\"$t\"", via, "|| bad");
            line("  place", via, value(Paths.parent(s.copy())));
            line("fi");
        }

        private void replaceLink(FileStep.ReplaceLink s) {
            String from = value(s.from());
            String to = value(s.to());
            line("[ -L", from, "] || bad");
            line("[ -L", to, "] || gone", to, "|| bad");
            line("place", from, value(Paths.parent(s.to())));
        }

        private void require(FileStep.Require s) {
            String path = value(s.path());
            switch (s.expected()) {
                case FILE -> line("[ -f", path, "] && [ ! -L", path, "] || bad");
                case LINK -> line("[ -L", path, "] || bad");
                case ABSENT -> line("gone", path, "|| bad");
            }
        }
    }
}
