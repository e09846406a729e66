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
 * For writers of adapters whose target has a POSIX shell: turns file work into one {@code sh} program whose text is made
 * of fixed pieces, and whose values travel as arguments, never inside the text.
 *
 * <p>Needs {@code sh}, {@code mkdir}, {@code mv}, {@code ln}, {@code rm}, {@code ls}, {@code chmod}, {@code cat},
 * {@code readlink}, {@code head} and {@code wc}, as busybox 1.30 or coreutils have them; {@code stat} as well where a reader holds something; {@code find} and {@code stat}, without
 * which it cannot tell, for {@link FileStep.SurveyFiles}. No option is used that either
 * lacks, but for {@link FileStep.Exchange}, which needs coreutils 9.5 and fails elsewhere: a rename is always {@code mv entry directory/}, which is one rename(2) and never moves <em>into</em> what should
 * be replaced.
 */
public final class PosixScript {

    private static final int STEP_FAILED = 71;
    private static final int TOO_LARGE = 72;
    private static final int DENIED = 73;
    private static final int UNUSABLE = 75;
    private static final Pattern FAILED_STEP = Pattern.compile("(?s)(.*)holdfast-step (\\d+)\\s*$");
    /**
     * {@code gone} believes a test only with the word of {@code ls}: to a test, what may not be looked at is absent too.
     * {@code target} keeps the newlines at the end of what a link points to, which {@code $(...)} would drop.
     */
    private static final String COMMON = """
            LC_ALL=C; export LC_ALL
            none() { [ ! -e "$1" ] && [ ! -L "$1" ]; }
            gone() {
              none "$1" || return 1
              said=$(ls -d "$1" 2>&1)
              case "$said" in
                *": No such file or directory" | *": Not a directory") return 0 ;;
              esac
              echo "$said" >&2
              return 1
            }
            target() { t=$(readlink "$1" && printf x) && t=${t%?x}; }
            """;
    /**
     * {@code place} looks for the directory first: {@code mv tree gone/} would rename the tree to {@code gone}. {@code move}
     * is the same for what may be a tree: where no rename can move it, {@code mv} would copy, then delete, and a copy can be
     * torn; with no byte left to write the copy fails, and the original stays. A file of a container image's layer is brought
     * into the container's own by {@code chmod} before: the rename would do that too, and writes to do so. {@code over}
     * lets a directory pass, because rename(2) itself refuses to put a link over one, and because "no link", then "not
     * absent" would refuse a link that a rival has just put there. {@code make} sets the mode of what it makes: a default
     * ACL overrules the umask, and a directory takes the set-group-id bit from its parent. {@code home} says that a link
     * leads nowhere, of which {@code mkdir} would only say that it exists.
     */
    private static final String PRELUDE = COMMON + """
            umask 022
            bad() { echo "holdfast-step $i" >&2; exit 71; }
            place() { [ -d "$2" ] && mv -f "$1" "$2/" || bad; }
            move() {
              [ ! -f "$1" ] || [ -L "$1" ] || chmod u+w "$1" 2>/dev/null
              [ -d "$2" ] && ( trap '' XFSZ; ulimit -f 0 && mv -f "$1" "$2/" ) || bad
            }
            over() { [ -L "$1" ] || [ ! -e "$1" ] || [ -d "$1" ] || bad; }
            clear() { rm -rf "$1" 2>/dev/null || rm -rf "$1" || gone "$1" || bad; }
            number() { case "$1" in '' | *[!0-9]*) return 1 ;; esac; }
            make() {
              [ -d "$1" ] && return
              case "$1" in ?*/*) make "${1%/*}" ;; esac
              said=$(mkdir "$1" 2>&1) && chmod u=rwx,go=rx,g-s "$1" || [ -d "$1" ] || { echo "$said" >&2; bad; }
            }
            home() {
              p=$1
              while none "$p"; do case "$p" in ?*/*) p=${p%/*} ;; *) break ;; esac; done
              if [ -L "$p" ] && [ ! -e "$p" ]; then
                target "$p"
                echo "$p is a link to '$t', where nothing is; make that directory or remove the link" >&2
                exit 75
              fi
              make "$1"
            }
            open() {
              if [ -d "$1" ]; then [ -r "$1" ] && [ -x "$1" ] || { echo "$1: Permission denied" >&2; bad; }
              elif none "$1"; then gone "$1" || bad
              fi
            }
            """;

    /** What is made between a test and the word of {@code ls} is there, and may be looked at. */
    private static final String LOOK = COMMON + """
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
        boolean holds = script.steps().stream().anyMatch(FileStep.RequireUnheld.class::isInstance);
        String functions = PRELUDE + (holds ? HoldScript.FUNCTIONS : "") + AnswerScript.functions(script);
        Writer writer = new Writer(functions, root);
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
     * @throws PermanentException with {@link Reason#TOO_LARGE} or {@link Reason#TARGET_READ_ONLY} if the exit code says so
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

        private final StringBuilder text;
        private final List<String> arguments = new ArrayList<>();

        Writer(String functions, String root) {
            text = new StringBuilder(functions);
            String at = value(root);
            line("i=0");
            line("home", at);
            line("cd", at, "|| bad");
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
                line("make", value(s.path()));
            } else if (step instanceof FileStep.WriteFile s) {
                String path = value(s.path());
                line("gone", path, "|| { [ -f", path, "] && [ ! -L", path, "]; } || bad");
                // Only cat says why a write fails: the printf of some shells says "I/O error", or nothing.
                line("printf %s", value(s.content()), "| cat >", path, "&& chmod 644", path, "|| bad");
            } else if (step instanceof FileStep.PointLink s) {
                String path = value(s.path());
                line("gone", path, "|| bad");
                line("ln -s --", value(s.to()), path, "|| bad");
            } else if (step instanceof FileStep.CopyLink s) {
                copyLink(s);
            } else if (step instanceof FileStep.Rename s) {
                String from = value(s.from());
                line("gone", value(s.to()), "|| bad");
                line("move", from, value(Paths.parent(s.to())));
            } else if (step instanceof FileStep.Exchange s) {
                line("mv --exchange --no-copy -T", value(s.one()), value(s.other()), "|| bad");
            } else if (step instanceof FileStep.ReplaceLink s) {
                replaceLink(s);
            } else if (step instanceof FileStep.RemoveTree s) {
                line("clear", value(s.path()));
            } else if (step instanceof FileStep.Require s) {
                require(s);
            } else if (step instanceof FileStep.RequireNoneAbove s) {
                requireNoneAbove(s);
            } else if (step instanceof FileStep.RemoveBelow s) {
                removeBelow(s);
            } else if (step instanceof FileStep.SetMode s) {
                String path = value(s.path());
                line("[ -d", path, "] && [ ! -L", path, "] && chmod", value(s.mode()), path, "|| bad");
            } else if (step instanceof FileStep.SurveyFiles s) {
                line("survey", value(s.directory()));
            } else if (step instanceof FileStep.ReadLink s) {
                line("link", value(s.path()));
            } else if (step instanceof FileStep.ReadText s) {
                line("text", value(s.path()), number(s.maxBytes() + 1L));
            } else if (step instanceof FileStep.RequireUnheld s) {
                line("unheld", value(s.directory()), value(s.prefix()), number(s.seconds()), value(s.clock()));
            } else {
                throw new IllegalStateException("unknown step " + step);
            }
        }

        private void copyLink(FileStep.CopyLink s) {
            String link = value(s.link());
            String via = value(s.via());
            line("if [ -L", link, "]; then");
            line("  target", link, "|| bad");
            line("  case \"$t\" in /*) echo", link, "is an absolute link >&2; bad ;; esac");
            line("  gone", via, "|| bad");
            line("  ln -s --", value(s.prefix()) + "\"$t\"", via, "|| bad");
            line("  over", value(s.copy()));
            line("  place", via, value(Paths.parent(s.copy())));
            line("fi");
        }

        private void replaceLink(FileStep.ReplaceLink s) {
            String from = value(s.from());
            line("[ -L", from, "] || bad");
            line("over", value(s.to()));
            line("place", from, value(Paths.parent(s.to())));
        }

        private void requireNoneAbove(FileStep.RequireNoneAbove s) {
            String directory = value(s.directory());
            line("open", directory);
            line("for f in", directory + "/*; do");
            line("  ! number \"${f##*/}\" || [ \"${f##*/}\" -le", number(s.number()), "] || bad");
            line("done");
        }

        private void removeBelow(FileStep.RemoveBelow s) {
            String directory = value(s.directory());
            String child = s.child().isEmpty() ? "" : "/" + value(s.child());
            line("open", directory);
            line("for f in", directory + "/*; do");
            line("  if number \"${f##*/}\" && [ \"${f##*/}\" -lt", number(s.number()), "] 2>/dev/null");
            line("  then clear \"$f\"" + child + "; fi");
            line("done");
        }

        private String number(long number) {
            return value(Long.toString(number));
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
