#!/usr/bin/env bash
# How long may one command of an SSH "exec" request be?
#
# Seen with OpenSSH 9.2p1 (Debian 12: 1:9.2p1-2+deb12u*) and Dropbear 2022.83 (2022.83-1+deb12u*) as servers, Linux x86-64:
#   * OpenSSH hands the whole command to the login shell as ONE argument. Linux bounds one argument to 131,072 bytes with its
#     final zero, whatever ARG_MAX says (2 MiB here). 131,071 bytes work; one more ends with exit code 1 and
#     "Argument list too long", told by the server's own child, so a client sees an ordinary failed command.
#   * Dropbear takes 9,000 bytes; from 9,001 on the request is refused ("exec request failed on channel 0"), and the client
#     says no more than that.
# So a script that grows with the data works in tests and stops at a size that depends on the server.
# Holdfast keeps each command below 8,000 bytes and sends longer work in batches.
#
# Needs root or a user that may run sshd; downloads packages into a temporary folder; listens on loopback only.
set -euo pipefail
work=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
cd "$work"
apt-get download -q openssh-server openssh-client dropbear-bin libtommath1 libtomcrypt1 >apt.log 2>&1 ||
  { cat apt.log >&2; exit 2; }
for package in ./*.deb; do dpkg -x "$package" root; done
lib=$(dirname "$(find root -name 'libtomcrypt.so*' | head -n 1)")
echo "sshd: $(root/usr/bin/ssh -V 2>&1); dropbear: $(LD_LIBRARY_PATH=$lib root/usr/sbin/dropbear -V 2>&1)"

root/usr/bin/ssh-keygen -q -t ed25519 -N '' -f key
root/usr/bin/ssh-keygen -q -t ed25519 -N '' -f hostkey
free_port() { perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen=>1,LocalAddr=>"127.0.0.1")->sockport'; }
open_port=$(free_port)
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
"$work/root/usr/sbin/sshd" -D -f /dev/null -p "$open_port" -o ListenAddress=127.0.0.1 -o HostKey="$work/hostkey" \
  -o AuthorizedKeysFile="$work/key.pub" -o StrictModes=no -o UsePAM=no -o PidFile=none 2>sshd.log &
pids+=($!)

LD_LIBRARY_PATH=$lib root/usr/bin/dropbearkey -t ed25519 -f dropbear.key >/dev/null 2>&1
# Dropbear reads ~/.ssh/authorized_keys only; the key is added for the time of this run and taken out again.
mkdir -p -m 700 ~/.ssh
cat key.pub >>~/.ssh/authorized_keys
forget_key() { sed -i "\\#$(cut -d' ' -f2 key.pub)#d" ~/.ssh/authorized_keys; }
trap 'kill "${pids[@]}" 2>/dev/null || true; forget_key; rm -rf "$work"' EXIT
small_port=$(free_port)
LD_LIBRARY_PATH=$lib root/usr/sbin/dropbear -F -E -p "127.0.0.1:$small_port" -r dropbear.key -P none.pid 2>dropbear.log &
pids+=($!)
for port in "$open_port" "$small_port"; do
  for _ in $(seq 50); do (: </dev/tcp/127.0.0.1/"$port") 2>/dev/null && break; read -rt 0.1 <> <(:) || true; done
done

# A raw client: the OpenSSH client itself would meet the bound of one argument for its own command line.
# It reads the command from a file that it is told to run, so only what travels in the exec request is long.
npm install --silent --no-audit --no-fund --prefix "$work/js" ssh2@1.17.0 >/dev/null
cat >ask.js <<'JS'
const { Client } = require(process.argv[2] + '/js/node_modules/ssh2');
const [, , work, port, length] = process.argv;
const command = 'true #'.padEnd(Number(length), 'x');
const client = new Client();
client.on('ready', () => client.exec(command, (error, stream) => {
  if (error) { console.log('refused: ' + error.message); return client.end(); }
  let err = '';
  stream.stderr.on('data', (data) => { err += data; });
  stream.on('data', () => {}).on('close', (code) => { console.log('exit ' + code + (err ? ': ' + err.trim().split('\n').pop() : '')); client.end(); });
})).on('error', (error) => console.log('lost: ' + error.message))
  .connect({ host: '127.0.0.1', port: Number(port), username: require('os').userInfo().username,
             privateKey: require('fs').readFileSync(work + '/key') });
JS
ask() { timeout 30 node ask.js "$work" "$1" "$2"; }

failed=0
expect() { # <server> <port> <length> <pattern>
  local seen
  seen=$(ask "$2" "$3" | sed "s#$work##g")
  printf '%-8s %7d bytes: %s\n' "$1" "$3" "$seen"
  [[ $seen =~ $4 ]] || { echo "  expected $4" >&2; failed=1; }
}
echo "getconf ARG_MAX: $(getconf ARG_MAX)"
expect OpenSSH "$open_port" 131071 '^exit 0$'
expect OpenSSH "$open_port" 131072 '^exit (1|126|255): .*Argument list too long'
expect Dropbear "$small_port" 9000 '^exit 0$'
expect Dropbear "$small_port" 9001 '^(refused|lost)'
exit "$failed"
