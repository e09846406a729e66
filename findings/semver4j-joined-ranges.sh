#!/usr/bin/env bash
# Does semver4j keep every comparator of a range, as npm's package semver does?
#
# Seen with org.semver4j:semver4j:6.0.0 and npm semver 7.6.3, whose syntax semver4j documents as its own.
# '^1 >=1.4.3' keeps its second half alone: 3.1.0 satisfies it, which npm's package denies. '>=1.4.3 ^1' does the
# same in the other order, and '~1.4 >=1.4.3' lets 2.5.0 in. Each half by itself is read as npm reads it; nothing is logged.
# So Holdfast reads ranges itself, and has semver4j read and compare single versions only: see VersionRange in core.
#
# Needs a JDK, Maven, node and npm.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mvn -B -q dependency:copy -Dartifact=org.semver4j:semver4j:6.0.0 -DoutputDirectory="$work"
npm install --silent --no-save --prefix "$work" semver@7.6.3
cat >Ask.java <<'JAVA'
import org.semver4j.Semver;

class Ask {
    public static void main(String... args) {
        System.out.println(new Semver(args[0]).satisfies(args[1]));
    }
}
JAVA
changed=
ask() { # <version> <range> <semver4j's answer> <npm's answer>
  local here there
  here=$(java -cp semver4j-6.0.0.jar Ask.java "$1" "$2")
  there=$(node -p "require('semver').satisfies('$1', '$2')")
  echo "$1 in '$2': semver4j says $here, npm says $there"
  [[ $here == "$3" && $there == "$4" ]] || changed=yes
}
ask 3.1.0 '^1' false false
ask 3.1.0 '^1 >=1.4.3' true false
ask 3.1.0 '>=1.4.3 ^1' true false
ask 2.5.0 '~1.4 >=1.4.3' true false
[ -z "$changed" ] || { echo 'this has changed' >&2; exit 1; }
