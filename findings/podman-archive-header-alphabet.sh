#!/usr/bin/env bash
# In which alphabet of Base64 does an engine tell what stands at a path of a container?
#
# GET and HEAD /containers/{id}/archive answer with X-Docker-Container-Path-Stat: JSON in Base64. Seen with Podman 4.3.1 (Debian
# 12: 4.3.1+ds1-8+deb12u1*), Linux x86-64, through its Docker-compatible API (v1.41):
#   * The header is in the URL-safe alphabet ("-" and "_"). Docker 20.10.24 uses the standard one ("+" and "/").
#   * The two differ only where six bits are 62 or 63, so most paths read well and a few do not: a file called ~~~~~~~~ here.
# A client that decodes as Docker's documentation shows it fails on such a path, or, where its decoder skips what it does not
# know, reads another text. Holdfast reads both alphabets.
#
# Needs root; downloads packages into a temporary folder; starts no container and no network.
set -euo pipefail
work=$(mktemp -d)
service=
trap 'kill "$service" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get download -q podman conmon runc libgpgme11 libassuan0 libgpg-error0 libsubid4 libseccomp2 libdevmapper1.02.1 \
  golang-github-containers-common golang-github-containers-image busybox-static >apt.log 2>&1 || { cat apt.log >&2; exit 2; }
for package in ./*.deb; do dpkg -x "$package" root; done
lib=$(find "$work/root" -name '*.so*' -printf '%h\n' | sort -u | paste -sd:)
cat >containers.conf <<CONF
[engine]
conmon_path=["$work/root/usr/bin/conmon"]
runtime="runc"
cgroup_manager="cgroupfs"
events_logger="file"
[engine.runtimes]
runc=["$work/root/usr/sbin/runc"]
CONF
echo '{"default":[{"type":"insecureAcceptAnything"}]}' >policy.json
podman() {
  exec env LD_LIBRARY_PATH="$lib" CONTAINERS_CONF="$work/containers.conf" HOME="$work" XDG_RUNTIME_DIR="$work" PODMAN_IGNORE_CGROUPSV1_WARNING=1 \
    "$work/root/usr/bin/podman" --root "$work/store" --runroot "$work/run" --tmpdir "$work/tmp" --storage-driver vfs "$@"
}
(podman --version)

mkdir -p image/srv
printf 'hello' >'image/srv/~~~~~~~~'
printf 'hello' >image/srv/plain
tar -C image -cf image.tar .
(podman import -q image.tar localhost/files:1 >/dev/null)
id=$(podman create --network none localhost/files:1 /none)
podman system service --time=0 "unix://$work/socket" >service.log 2>&1 &
service=$!
for _ in $(seq 100); do [ -S socket ] && break; read -rt 0.1 <> <(:) || true; done

header() {
  curl -sS --head --unix-socket socket "http://localhost/v1.41/containers/$id/archive?path=$1" |
    tr -d '\r' | sed -n 's/^X-Docker-Container-Path-Stat: //Ip'
}
plain=$(header /srv/plain)
other=$(header /srv/~~~~~~~~)
echo "plain:    $plain"
echo "~~~~~~~~: $other"
[ -n "$plain" ] && [ -n "$other" ] || { cat service.log >&2; exit 2; }
if [[ $other == *[-_]* && $other != *[+/]* ]]; then
  echo "as seen: the header of /srv/~~~~~~~~ is in the URL-safe alphabet"
  tr -- '-_' '+/' <<<"$other" | base64 -d
  echo
else
  echo "CHANGED: the header of /srv/~~~~~~~~ is not in the URL-safe alphabet any more"
  exit 1
fi
