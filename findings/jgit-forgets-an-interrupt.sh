#!/usr/bin/env bash
# Does a thread that was interrupted still know it after JGit has read the git configuration?
#
# Seen with org.eclipse.jgit:org.eclipse.jgit:7.8.1.202611041320-r and git 2.39.5. Not after the first reading in a JVM's life. JGit then
# runs git to learn where the machine's own file is, and waits for it in a loop that takes an interrupt and goes on. Nothing is thrown,
# and the flag is not set again. Later readings, where no program runs, keep it; so does the first one with GIT_CONFIG_NOSYSTEM=1.
# A caller that was told to stop does not hear of it, and the next thing that could wait does so: at a shutdown, for as long as it takes.
# Holdfast keeps the flag over the reading that is its own (LocalSettings), ends what runs over SSH and git:// by a thread that it waits
# for, and bounds all else by the deadline of each call. JGitResolver.isolateJvm() has JGit run no program.
#
# Needs a JDK, Maven and git.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME=$work
unset GIT_CONFIG_NOSYSTEM
mvn -B -q dependency:copy -Dartifact=org.eclipse.jgit:org.eclipse.jgit:7.8.1.202611041320-r -DoutputDirectory="$work"
mvn -B -q dependency:copy -Dartifact=org.slf4j:slf4j-api:2.0.20 -DoutputDirectory="$work"
cat >Flag.java <<'JAVA'
import org.eclipse.jgit.util.SystemReader;

class Flag {
    public static void main(String... args) throws Exception {
        for (String time : new String[] {"first", "second"}) {
            Thread.currentThread().interrupt();
            SystemReader.getInstance().getUserConfig();
            System.out.println(time + ": " + (Thread.interrupted() ? "still interrupted" : "no longer interrupted"));
        }
    }
}
JAVA
run() { java -Duser.home="$work" -cp "$(printf '%s:' *.jar)" Flag.java 2>/dev/null; }
run | tee ran
echo "with GIT_CONFIG_NOSYSTEM=1:"
GIT_CONFIG_NOSYSTEM=1 run | tee without
[ "$(cat ran)" = $'first: no longer interrupted\nsecond: still interrupted' ] &&
  [ "$(cat without)" = $'first: still interrupted\nsecond: still interrupted' ] ||
  { echo 'JGit behaves otherwise now' >&2; exit 1; }
