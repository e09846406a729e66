#!/usr/bin/env bash
# Can root of a container remove what "docker cp" has put into it?
#
# Seen with Docker 20.10.24 (Debian 12: docker.io 20.10.24+dfsg1-1+deb12u1*) and --userns-remap, Linux x86-64. A directory of the
# machine that belongs to its root, mode 0755, is mounted into a container, whose root is another user of the machine:
#   * "docker exec" as root of the container cannot write to that directory.
#   * "docker cp" into it succeeds all the same, for the engine unpacks as root of the machine. The file belongs to the container's root.
#   * "docker exec" as root of the container cannot remove that file again, since the directory is not its own.
# Whoever uploads first and finds out afterwards leaves files that nobody in the container can remove. Holdfast lets root make the
# directory first, and a refusal of that is the refusal of the upload.
#
# Needs root; downloads packages into a temporary folder. The engine has a network, mounts and processes of its own.
set -euo pipefail
if [ "${1:-}" != --inside ]; then
  work=$(mktemp -d)
  trap 'find /sys/fs/cgroup -depth -type d -path "*/finding-cp*" -exec rmdir {} + 2>/dev/null || true; rm -rf "$work"' EXIT
  chmod 755 "$work"
  (
    cd "$work"
    apt-get download -q docker.io containerd runc tini libdevmapper1.02.1 busybox-static >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
    for package in ./*.deb; do dpkg -x "$package" root; done
  )
  unshare --net --mount --propagation private --pid --fork --kill-child --mount-proc "$(readlink -f "$0")" --inside "$work"
  exit
fi

work=$2
cd "$work"
ip link set lo up
echo 'nobody:500000:65536' >subid
for file in /etc/subuid /etc/subgid; do
  [ -e "$file" ] || touch "$file"
  mount --bind subid "$file"
done
export PATH=$work/root/usr/sbin:$work/root/usr/bin:$PATH DOCKER_HOST=unix://$work/sock HOME=$work
LD_LIBRARY_PATH=$(find "$work/root" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH
echo '{}' >daemon.json
dockerd --config-file "$work/daemon.json" --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/pid" --host "$DOCKER_HOST" --bridge=none \
  --iptables=false --userns-remap=nobody:nogroup --cgroup-parent /finding-cp >engine.log 2>&1 &
for _ in $(seq 300); do
  if docker version >/dev/null 2>&1; then break; fi
  read -rt 0.1 <> <(:) || true
done
docker version --format '{{.Server.Version}}' || { tail -n 20 engine.log >&2; exit 2; }

mkdir -p image/bin shared
cp root/bin/busybox image/bin/
for program in sh sleep rm touch; do ln -s busybox "image/bin/$program"; done
tar -C image -c . | docker import - finding:1 >/dev/null
docker run -d --network none --name finding -v "$work/shared:/shared" finding:1 /bin/sleep 600 >/dev/null
echo content >file

told=0
docker exec -u 0 finding /bin/touch /shared/other 2>&1 && told=1
docker cp file finding:/shared/file && echo "docker cp: done, $(stat -c 'the file belongs to user %u' shared/file)" || told=1
docker exec -u 0 finding /bin/rm /shared/file 2>&1 && told=1
docker rm -f finding >/dev/null
[ -e shared/file ] || told=1
if [ "$told" = 0 ]; then
  echo 'as seen: docker cp puts a file where root of the container can neither write nor remove it'
else
  echo 'CHANGED: root of the container can write there, or docker cp cannot' >&2
  exit 1
fi
