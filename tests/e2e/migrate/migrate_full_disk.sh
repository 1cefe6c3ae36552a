#!/usr/bin/env bash
# A full disk: in `migrate up`, where the table space or the log of the server has no room left, and in the trial,
# where the SQL needs more than its fence gives it. The cause is named, what was committed stays, and after making room
# the same command completes with every row there exactly once.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_begin
says() { grep -qF -- "$1" "$folder/out" || fail "the output does not say '$1'"; }
rows() { sql "SELECT count(*) FROM $1" "$2" 2>/dev/null || echo none; }

# $2 rows of about 1 kB, which are not compressed.
fill() { printf "INSERT INTO %s SELECT i, repeat(md5(i::text), 32) FROM generate_series(1, %s) i;\n" "$1" "$2"; }
echo 'CREATE TABLE first (id int);' >db/migrations/001_first.sql
echo 'DROP TABLE first;' >db/migrations/001_first_rollback.sql
{
  echo 'INSERT INTO first VALUES (1); CREATE TABLE big (id int, body text);'
  fill big 20000
} >db/migrations/002_big.sql
echo 'DROP TABLE big; DELETE FROM first;' >db/migrations/002_big_rollback.sql
{
  echo '-- kairon: no-transaction'
  echo '-- kairon: not-idempotent it counts its runs'
  echo 'CREATE TABLE steps (id int, body text);'
  echo "INSERT INTO steps VALUES (0, 'before');"
  fill steps 20000
  echo "INSERT INTO steps VALUES (-1, 'after');"
} >db/migrations/003_steps.sql
echo 'DROP TABLE steps;' >db/migrations/003_steps_rollback.sql

# The trial's disk: what the SQL writes beyond its bound ends the server, not the machine.
{
  echo 'CREATE TABLE huge (id int, body text);'
  for _ in {1..40}; do fill huge 100000; done
} >db/migrations/004_huge.sql
echo 'DROP TABLE huge;' >db/migrations/004_huge_rollback.sql
ends_with 3 "$kairon" migrate test
says 'MiB of disk'
rm db/migrations/004_*
ends_with 0 "$kairon" migrate test
says 'db/migrations/003_steps.sql: passed'
ok 'the trial'

[ "$(id -u)" = 0 ] || { echo 'skipped: only root mounts a small disk' && exit 77; }
mkdir "$folder/small"
mount -t tmpfs -o size=20m,mode=777 tmpfs "$folder/small" 2>/dev/null || { echo 'skipped: no tmpfs can be mounted here' && exit 77; }
"${as[@]}" mkdir -m 700 "$folder/small/space"
sql "CREATE TABLESPACE small LOCATION '$folder/small/space'"
sql 'CREATE DATABASE target TABLESPACE small'
target="host=$folder/pg user=postgres dbname=target"
up() { ends_with "$1" "$kairon" migrate up --database "$target"; }
state() { # EXPECTED
  local got
  got=$("$kairon" migrate status --database "$target" --format json | jq -r '.migrations | map(.version + "=" + .state) | join(" ")') || true
  [ "$got" = "$1" ] || { echo "$got" >"$folder/out" && fail "status is not: $1"; }
}

up 1
says 'No space left on device'
says '002_big.sql'
state '001_first=applied 002_big=pending 003_steps=pending'
[ "$(rows first "$target") $(rows big "$target")" = '0 none' ] || fail 'a part of 002 stays'
mount -o remount,size=45m "$folder/small"
up 1
says '003_steps.sql'
state '001_first=applied 002_big=applied 003_steps=pending'
[ "$(rows big "$target") $(rows steps "$target")" = '20000 1' ] || fail "002 or a part of 003 is lost: $(rows steps "$target")"
mount -o remount,size=200m "$folder/small"
up 0
state '001_first=applied 002_big=applied 003_steps=applied'
[ "$(rows first "$target") $(rows big "$target") $(rows steps "$target")" = '1 20000 20002' ] || fail 'a row is lost or there twice'
ok 'a full table space'

# No room for the log: the server ends itself, and recovers when there is room again.
sql 'DROP DATABASE target'
sql 'DROP TABLESPACE small'
rm -rf "$folder/small/space"
mkdir -m 777 "$folder/log"
"${as[@]}" "$bin/initdb" -D "$folder/log/data" -X "$folder/small/wal" -U postgres -A trust --no-sync >/dev/null
server() { "${as[@]}" "$bin/pg_ctl" -D "$folder/log/data" -w -l "$folder/log/log" -o "-c listen_addresses= -c unix_socket_permissions=0777 -k $folder/pg -c port=5433 -c max_wal_size=1GB" "$@" >/dev/null 2>&1; }
server start || fail 'the small server does not start'
target="host=$folder/pg port=5433 user=postgres dbname=postgres"
used=$(df -m --output=used "$folder/small" | tail -1 | tr -d ' ')
mount -o remount,size=$((used + 8))m "$folder/small" # not enough for the next segment of 16 MB
got=0
"$kairon" migrate up --database "$target" >"$folder/out" 2>&1 || got=$?
case $got in 1 | 3) ;; *) fail "up on a full log ended with $got" ;; esac
grep -q 'No space left on device' "$folder/log/log" || fail 'the log of the server was not full'
mount -o remount,size=400m "$folder/small"
server stop -m immediate || true
rm -f "$folder/log/data/postmaster.pid"
server start || fail 'the server does not recover'
applied=$(sql "SELECT string_agg(version, ' ' ORDER BY version) FROM schema_migrations" "$target")
[ "$applied" = 001_first ] || [ "$applied" = '001_first 002_big' ] || fail "applied: $applied"
up 0
state '001_first=applied 002_big=applied 003_steps=applied'
[ "$(rows first "$target") $(rows big "$target") $(rows steps "$target")" = '1 20000 20002' ] || fail 'a row is lost or there twice'
server stop -m immediate
ok 'a full log'
