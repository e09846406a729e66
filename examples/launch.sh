# Sourced by the scripts beside this: builds one of the examples if it is missing or older than its sources.
# Wants: name, the program's; example, its folder; modules, what it is made of. Leaves: $java, $target.
# Needs a JDK 17 or newer and Maven; installs nothing. MVN and JAVA_HOME choose others than those on the PATH.

root=$(dirname "$here")
target=$here/$example/target
mvn=${MVN:-mvn}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

die() {
    echo "$name: $1" >&2
    exit 1
}

stale() {
    [ -f "$target/class-path" ] || return 0
    local entries
    IFS=: read -ra entries < <(cat "$target/class-path"; echo)
    for entry in "${entries[@]}"; do
        [ -e "$entry" ] || return 0
    done
    local paths=("$root/pom.xml")
    for module in "${modules[@]}"; do
        paths+=("$root/$module/pom.xml" "$root/$module/src/main")
    done
    [ -n "$(find "${paths[@]}" -newer "$target/class-path" -print -quit)" ]
}

build() {
    command -v "$mvn" > /dev/null || die "Maven is needed to build; install it, or name it in MVN"
    echo "$name: building (the first time takes about a minute) ..." >&2
    mkdir -p "$target"
    local log=$target/build.log
    if ! (cd "$root" && "$mvn" -q -B -ntp -Dfast -DskipTests -pl "examples/$example" -am package) > "$log" 2>&1; then
        grep '^\[ERROR\]' "$log" | head -20 >&2 || true
        die "the build failed; all of its output is in $log"
    fi
    touch "$target/class-path"
}

command -v "$java" > /dev/null || die "a JDK 17 or newer is needed; install one, or set JAVA_HOME"
# One build at a time; who waited finds it done.
mkdir -p "$target"
if stale; then
    exec 9> "$target/build.lock"
    if command -v flock > /dev/null; then
        flock 9
    fi
    if stale; then
        build
    fi
    exec 9>&-
fi
