package dev.holdfast.spi.delivery;

import dev.holdfast.spi.delivery.FileStep.Paths;
import java.util.ArrayList;
import java.util.List;

/** The {@link PosixScript} of a {@link FileScript}: fixed pieces of text, and the values they name by position. */
final class StepScript {

    /**
     * {@code gone} believes a test only with the word of {@code ls}: to a test, what may not be looked at is absent
     * too. What a step is about to make needs no such word: where its path may not be looked at, making it fails as
     * well. {@code target} keeps the newlines at the end of what a link points to, which {@code $(...)} would drop.
     */
    static final String COMMON = """
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
     * {@code place} looks for the directory first: {@code mv tree gone/} would rename the tree to {@code gone}.
     * {@code move} is the same for what may be a tree: where no rename can move it, {@code mv} would copy, then delete,
     * and a copy can be torn; with no byte left to write the copy fails, and the original stays. A file of a container
     * image's layer is brought into the container's own by {@code chmod} before: the rename would do that too, and
     * writes to do so. {@code over} lets a directory pass, because rename(2) itself refuses to put a link over one, and
     * because "no link", then "not absent" would refuse a link that a rival has just put there. {@code make} starts two
     * programs for all levels that are missing, and sets the mode of what it makes: a default ACL overrules the umask,
     * and a directory takes the set-group-id bit from its parent. Where a rival makes one of the levels meanwhile,
     * {@code mkdir} fails and has made the others. {@code home} says that a link leads nowhere, of which {@code mkdir}
     * would only say that it exists.
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
              p=$1 d=$1; shift
              while [ ! -d "$d" ]; do
                set -- "$d" "$@"
                case "$d" in ?*/*) d=${d%/*} ;; *) break ;; esac
              done
              [ $# = 0 ] && return
              if said=$(mkdir "$@" 2>&1); then chmod u=rwx,go=rx,g-s "$@"
              else for d; do [ ! -d "$d" ] || chmod u=rwx,go=rx,g-s "$d"; done
              fi
              [ -d "$p" ] || { echo "$said" >&2; bad; }
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

    private final StringBuilder text;
    private final List<String> arguments = new ArrayList<>();

    /** @param root as {@link PosixScript#of} says */
    StepScript(String root, FileScript script) {
        boolean holds = script.steps().stream().anyMatch(FileStep.RequireUnheld.class::isInstance);
        text = new StringBuilder(PRELUDE)
                .append(holds ? HoldScript.FUNCTIONS : "")
                .append(AnswerScript.functions(script));
        String at = value(root);
        line("i=0");
        line("home", at);
        line("cd", at, "|| bad");
        int index = 0;
        for (FileStep step : script.steps()) {
            text.append("i=").append(index++).append('\n');
            step(step);
        }
    }

    String text() {
        return text.toString();
    }

    List<String> arguments() {
        return arguments;
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
            writeFile(s);
        } else if (step instanceof FileStep.PointLink s) {
            String path = value(s.path());
            line("none", path, "|| bad");
            line("ln -s --", value(s.to()), path, "|| bad");
        } else if (step instanceof FileStep.CopyLink s) {
            copyLink(s);
        } else if (step instanceof FileStep.Rename s) {
            String from = value(s.from());
            line("none", value(s.to()), "|| bad");
            line("move", from, value(Paths.parent(s.to())));
        } else if (step instanceof FileStep.Exchange s) {
            line("mv --exchange --no-copy -T", value(s.one()), value(s.other()), "|| bad");
        } else if (step instanceof FileStep.ReplaceLink s) {
            replaceLink(s);
        } else if (step instanceof FileStep.RemoveTree s) {
            line("clear", value(s.path()));
        } else if (step instanceof FileStep.Require s) {
            require(s);
        } else if (step instanceof FileStep.RequireLink s) {
            String path = value(s.path());
            line("[ -L", path, "] && target", path, "&& [ \"$t\" =", value(s.to()), "] || bad");
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

    private void writeFile(FileStep.WriteFile s) {
        String path = value(s.path());
        line("none", path, "|| { [ -f", path, "] && [ ! -L", path, "]; } || bad");
        // Only cat says why a write fails: the printf of some shells says "I/O error", or nothing.
        String write = s.content().isEmpty() ? "true" : "printf %s " + value(s.content()) + " | cat";
        line(write, ">", path, "&& chmod 644", path, "|| bad");
    }

    private void copyLink(FileStep.CopyLink s) {
        String link = value(s.link());
        String via = value(s.via());
        line("if [ -L", link, "]; then");
        line("  target", link, "|| bad");
        line("  case \"$t\" in /*) echo", link, "is an absolute link >&2; bad ;; esac");
        line("  none", via, "|| bad");
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
