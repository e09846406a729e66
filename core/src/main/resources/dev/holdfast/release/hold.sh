# Holds a release that Holdfast has delivered, so that no collection takes it from under its reader.
# POSIX sh; needs mkdir, readlink, touch, date, ls, wc and rm. The protocol: docs/contract.md of Holdfast.
#
#   . ./hold.sh
#   holdfast_hold /configs/plugins greeter session-42 $$ || exit
#   read below "$HOLDFAST_RELEASE", and each minute:
#   holdfast_refresh || take another hold, and read below that
#   holdfast_end

# holdfast_hold ROOT PLUGIN HOLDER [PID]
# Sets HOLDFAST_RELEASE and HOLDFAST_HOLD. With PID the hold ends at once when that process is gone; without, only by
# itself and by its age. Returns 1 if there is no complete plugin of that name, 2 if the hold cannot be written.
holdfast_hold() {
  HOLDFAST_RELEASE='' HOLDFAST_HOLD=''
  case "$3" in
    [!A-Za-z0-9]* | *[!A-Za-z0-9._-]* | '')
      echo "holdfast: '$3' is no name of a holder; use letters, digits, '.', '_' and '-'" >&2
      return 2
      ;;
  esac
  holdfast_try=0
  while [ "$holdfast_try" -lt 100 ]; do
    holdfast_try=$((holdfast_try + 1))
    holdfast_live=$(readlink "$1/$2") || return 1
    holdfast_stamp=${holdfast_live#".releases/$2/"}
    case "$holdfast_stamp" in '' | */* | "$holdfast_live") return 1 ;; esac
    holdfast_write "$1/.holds/$2" "$holdfast_stamp.$3.${4:-$$}" "${4:-}" || return 2
    # First the hold, then the look for the marker: a collection does it the other way round.
    if [ -f "$1/.releases/$2/$holdfast_stamp/.complete" ]; then
      HOLDFAST_RELEASE=$1/.releases/$2/$holdfast_stamp
      return 0
    fi
    holdfast_end
    [ "$(readlink "$1/$2")" != "$holdfast_live" ] || return 1
  done
  return 1
}

# Renews the hold; call it each minute. Returns 1 if it has ended: the release may go at any moment.
holdfast_refresh() {
  [ -n "$HOLDFAST_HOLD" ] && touch -c "$HOLDFAST_HOLD" && [ -f "$HOLDFAST_HOLD" ]
}

# Ends the hold. May be called twice.
holdfast_end() {
  [ -z "$HOLDFAST_HOLD" ] || rm -f "$HOLDFAST_HOLD"
  HOLDFAST_HOLD=''
}

# Makes a file that is nobody else's: directory, begin of its name, process or nothing.
holdfast_write() {
  mkdir -p "$1" || return
  holdfast_count=$(ls -A "$1" | wc -l) || return
  if [ "$holdfast_count" -ge 4096 ]; then
    holdfast_prune "$1"
    holdfast_count=$(ls -A "$1" | wc -l) || return
    [ "$holdfast_count" -lt 4096 ] || { echo "holdfast: $1 has 4096 holds, the most there may be" >&2; return 1; }
  fi
  holdfast_text=$(
    echo "holdfast-hold 1"
    echo "since $(date -u +%Y-%m-%dT%H:%M:%SZ)"
    [ -z "$3" ] || holdfast_process "$3"
  )
  holdfast_number=1
  until (set -C && printf '%s\n' "$holdfast_text" >"$1/$2.$holdfast_number") 2>/dev/null; do
    [ -e "$1/$2.$holdfast_number" ] || { echo "holdfast: no hold can be written in $1" >&2; return 1; }
    holdfast_number=$((holdfast_number + 1))
  done
  HOLDFAST_HOLD=$1/$2.$holdfast_number
}

# The line that names a process, where the system tells enough of it.
holdfast_process() {
  (
    stat=$(cat "/proc/$1/stat") && boot=$(cat /proc/sys/kernel/random/boot_id) &&
      space=$(readlink /proc/self/ns/pid) || exit 0
    pid=$1
    set -- ${stat##*) }
    echo "process $pid ${20} $boot $space$(readlink /proc/self/ns/time)"
  ) 2>/dev/null
}

# Removes what has ended a day ago; renamed first, so that whoever renews it meanwhile is seen.
holdfast_prune() {
  for holdfast_old in "$1"/*; do
    [ -n "$(find "$holdfast_old" -prune -mtime +0)" ] || continue
    holdfast_ended=$1/.ended.${holdfast_old##*/}
    mv -f "$holdfast_old" "$holdfast_ended" || continue
    if [ -n "$(find "$holdfast_ended" -prune -mtime +0)" ]; then
      rm -f "$holdfast_ended"
    else
      mv -f "$holdfast_ended" "$holdfast_old"
    fi
  done
} 2>/dev/null
