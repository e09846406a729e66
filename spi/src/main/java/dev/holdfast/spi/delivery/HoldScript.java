package dev.holdfast.spi.delivery;

/** The part of a {@link PosixScript} that looks for holds; only a {@link FileStep.RequireUnheld} brings it in. */
final class HoldScript {

    /**
     * {@code dead} runs in a shell of its own, and says yes only where this process could see the holder's if it were
     * there. {@code unheld} takes directory, prefix, seconds and clock.
     */
    static final String FUNCTIONS = """
            here() {
              echo "$(cat /proc/sys/kernel/random/boot_id) $(readlink /proc/self/ns/pid)$(readlink /proc/self/ns/time)"
            } 2>/dev/null
            dead() {
              head -c 1024 "$1" 2>/dev/null | (
                while read -r word pid start where; do
                  [ "$word" = process ] || continue
                  number "$pid" && [ "$where" = "$(here)" ] || exit 1
                  case "$(cat /proc/self/mounts 2>/dev/null)" in '' | *hidepid=*) exit 1 ;; esac
                  gone "/proc/$pid" 2>/dev/null && exit 0
                  now=$(cat "/proc/$pid/stat" 2>/dev/null) || exit 1
                  set -- ${now##*) }
                  case "$1" in Z | X) exit 0 ;; esac
                  [ "${20}" != "$start" ]
                  exit
                done
                exit 1
              )
            }
            stands() {
              age=$(stat -c %Y "$1" 2>&1) && number "${age#-}" || { gone "$1" && return 1; echo "$age" >&2; bad; }
              age=$((now - age))
              [ "$age" -le "$2" ] && ! dead "$1"
            }
            unheld() {
              if none "$1"; then gone "$1" || bad; return; fi
              open "$1"
              held=0
              for f in "$1/$2"* "$1/.ended.$2"*; do
                n=${f##*/} n=${n#.ended.}
                case "$n" in [!A-Za-z0-9]* | *[!A-Za-z0-9._-]*) continue ;; esac
                [ -f "$f" ] && [ ! -L "$f" ] || continue
                now=$(stat -c %Y "$4") || bad
                if ! stands "$f" "$3"; then
                  [ "$f" = "$1/.ended.$n" ] || mv -f "$f" "$1/.ended.$n" || { gone "$f" && continue; bad; }
                  f=$1/.ended.$n
                  stands "$f" "$3" || { rm -f "$f" || bad; continue; }
                fi
                [ "$f" = "$1/$n" ] || mv -f "$f" "$1/$n" || bad
                echo "held $n $age" >&2
                held=$((held + 1))
                [ "$held" -lt 50 ] || break
              done
              [ "$held" = 0 ] || bad
            }
            """;

    private HoldScript() {}
}
