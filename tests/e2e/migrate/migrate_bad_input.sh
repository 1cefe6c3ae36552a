#!/usr/bin/env bash
# Bad input for `migrate test` and `migrate up`: a clear error that names the place; the trial's server and
# folder are gone; the real database is untouched, or exactly at a recorded step.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_begin
mkdir -m 777 "$folder/tmp"
# The full disk: a small tmpfs for one tablespace, where we may mount one.
mounted=
if [ "$(id -u)" = 0 ] && mkdir "$folder/small" && mount -t tmpfs -o size=8m,mode=0777 tmpfs "$folder/small" 2>/dev/null; then
  mounted=$folder/small
  "${as[@]}" mkdir -m 700 "$folder/small/space"
fi
export TMPDIR=$folder/tmp
echo 'CREATE TABLE IF NOT EXISTS kept (id int);' >db/migrations/001_kept.sql
echo 'DROP TABLE kept;' >db/migrations/001_kept_rollback.sql
commit base
"$kairon" migrate up --database "$url" >/dev/null 2>&1
sql 'INSERT INTO kept VALUES (1), (2)'
problem() { printf 'FAILED: %s\n' "$*" && failed=1; }

# The state of the real database that no refused migration may change.
fingerprint() {
  sql "SELECT count(*) FROM kept"
  sql "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'kairon%'"
  sql "SELECT string_agg(version, ',' ORDER BY version) FROM schema_migrations"
}
# A server or folder of ours: the folder's name holds the process id of the command that made it.
left_behind() {
  compgen -G "/dev/shm/kairon-pg-$1-*" || compgen -G "$folder/tmp/kairon-*" || pgrep -f "kairon-pg-$1-" || return 1
}
run() { # EXIT PATTERN COMMAND...
  local want=$1 pattern=$2 status=0 pid
  shift 2
  "$kairon" "$@" >"$folder/out" 2>&1 &
  pid=$!
  wait "$pid" || status=$?
  [ "$status" = "$want" ] || problem "$name: kairon $1 $2: exit $status instead of $want: $(head -c 2000 "$folder/out")"
  grep -qF -- "$pattern" "$folder/out" || problem "$name: kairon $1 $2: no '$pattern' in: $(head -c 2000 "$folder/out")"
  ! left_behind "$pid" || problem "$name: kairon $1 $2 left something behind"
}
# NAME, then EXIT PATTERN of the trial, EXIT PATTERN of up; 002_x.sql is read from stdin.
# No statement ends by the clock unless that is what it is about.
limit=60s
bad() {
  name=$1
  cat >db/migrations/002_x.sql
  [ -e db/migrations/002_x_rollback.sql ] || echo 'DROP TABLE x;' >db/migrations/002_x_rollback.sql
  run "$2" "$3" migrate test --statement-timeout "$limit"
  local before
  before=$(fingerprint)
  run "$4" "$5" migrate up --database "$url" --statement-timeout "$limit"
  if [ "$4" != 0 ]; then
    [ "$(fingerprint)" = "$before" ] || problem "$name: the real database was touched: $(fingerprint)"
  else
    run 0 'undone' migrate down --database "$url"
    [ "$(fingerprint)" = "$before" ] || problem "$name: up and down changed the database: $(fingerprint)"
  fi
  rm -f db/migrations/002_x.sql db/migrations/002_x_rollback.sql
}

bad 'psql command' 1 '002_x.sql:2:1: error[trial/forward]: \copy is a command of psql' 1 '002_x.sql:2: \copy is a command of psql' <<<$'CREATE TABLE x ();\n\\copy x from stdin'
bad 'broken SQL' 1 '002_x.sql:2:8: error[trial/forward]: syntax error' 1 '002_x.sql:2:8: syntax error' <<<$'CREATE TABLE x ();\nCREATE TABEL y ();'
bad 'no bytes' 1 'holds no statement' 1 'holds no statement' </dev/null
bad 'a comment alone' 1 'holds no statement' 1 'holds no statement' <<<'-- later'
bad 'BOM and CRLF' 0 '+ table public.x' 0 'applied db/migrations/002_x.sql' < <(printf '\xef\xbb\xbf-- Migration: x\r\nCREATE TABLE IF NOT EXISTS x (\r\n  id int\r\n);\r\n')
bad 'an error behind BOM and CRLF has its place' 1 '002_x.sql:3:7: error[trial/forward]: column "nothing"' 1 '002_x.sql:3:7: column "nothing"' < <(printf '\xef\xbb\xbf-- x\r\nSELECT\r\n      nothing;\r\n')
bad 'bytes that are not UTF-8' 1 '002_x.sql' 1 '002_x.sql' < <(printf "CREATE TABLE x (a text DEFAULT '\xff');")
bad 'a NUL byte' 1 '002_x.sql' 1 '002_x.sql' < <(printf 'CREATE TABLE x ();\0')
bad '10,000 statements' 0 'migrations: passed' 0 'applied' < <(echo '-- kairon: not-idempotent adds rows' && echo 'CREATE TABLE IF NOT EXISTS x (id int);' && for ((i = 0; i < 9999; i++)); do echo "INSERT INTO x VALUES ($i);"; done)
echo 'DO $$ BEGIN FOR i IN 1..3000 LOOP EXECUTE format($q$DROP TABLE IF EXISTS t%s$q$, i); END LOOP; END $$;' >db/migrations/002_x_rollback.sql
bad '3,000 tables' 0 'migrations: passed' 0 'applied' <<<'DO $$ BEGIN FOR i IN 1..3000 LOOP EXECUTE format($q$CREATE TABLE IF NOT EXISTS t%s ()$q$, i); END LOOP; END $$;'
bad 'more locks than a server has' 1 'max_locks_per_transaction' 1 'max_locks_per_transaction' <<<'DO $$ BEGIN FOR i IN 1..30000 LOOP EXECUTE format($q$CREATE TABLE IF NOT EXISTS t%s ()$q$, i); END LOOP; END $$;'
bad '10 MB in one statement' 0 'migrations: passed' 0 'applied' < <(printf "CREATE TABLE IF NOT EXISTS x (a text DEFAULT 'y');\nSELECT length('" && head -c 10485760 /dev/zero | tr '\0' 'a' && echo "');")
limit=2s
bad 'an endless statement' 1 'did not end within 2000 ms' 1 'statement timeout' <<<'CREATE TABLE x (); SELECT pg_sleep(100);'
bad 'an endless loop' 1 'did not end within 2000 ms' 1 'statement timeout' <<<'CREATE TABLE x (); DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$;'
limit=60s
name='endless, and without a timeout of its own'
echo "CREATE TABLE x (); SET statement_timeout = 0; SELECT pg_sleep(100);" >db/migrations/002_x.sql
echo 'DROP TABLE x;' >db/migrations/002_x_rollback.sql
run 1 'did not end within 2000 ms' migrate test --statement-timeout 2s
bad 'a procedure that ends the transaction' 1 '[2D000]' 1 '[2D000]' <<<'CREATE TABLE x (); CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$; CALL p();'
echo 'DROP TABLE x; DROP TABLE y;' >db/migrations/002_x_rollback.sql
bad 'a COMMIT in the middle' 0 'migrations: passed' 0 'applied' <<<'CREATE TABLE IF NOT EXISTS x (); COMMIT; CREATE TABLE IF NOT EXISTS y ();'
bad 'DROP DATABASE' 1 'DROP DATABASE acts on another database' 1 'DROP DATABASE acts on another database' <<<$'-- kairon: no-transaction\nDROP DATABASE template1;'
bad 'COPY PROGRAM' 1 'COPY ... PROGRAM runs a program' 1 '002_x.sql:1:20: COPY ... PROGRAM runs a program' <<<"CREATE TABLE x (); COPY kept FROM PROGRAM 'touch $folder/escaped';"
bad 'COPY to a file' 1 'reads or writes the server' 1 'reads or writes the server' <<<"COPY kept TO '$folder/tmp/escaped';"
bad 'ALTER SYSTEM' 1 'ALTER SYSTEM changes the whole server' 1 'ALTER SYSTEM changes the whole server' <<<"ALTER SYSTEM SET work_mem = '1MB';"
[ ! -e "$folder/escaped" ] || problem 'the program ran'

# A file that commits half of itself and then fails: exactly at a recorded step, and resumed.
name='fails behind its own COMMIT'
printf 'BEGIN; CREATE TABLE x (id int); INSERT INTO x VALUES (1); COMMIT;\nSELECT 1/0;' >db/migrations/002_x.sql
run 1 '002_x.sql:2:1: error[trial/forward]: division by zero' migrate test
run 1 'statements 1 to 4 of 5 stayed and are journalled' migrate up --database "$url"
[ "$(sql "SELECT (SELECT count(*) FROM x), (SELECT count(*) FROM schema_migrations WHERE version = '002_x'), (SELECT count(*) FROM kairon_migration_steps)")" = '1|0|4' ] || problem "$name: not at a recorded step"
sed -i 's|1/0|1/1|' db/migrations/002_x.sql
run 0 'going on where it stopped' migrate up --database "$url"
[ "$(sql 'SELECT count(*) FROM x')" = 1 ] || problem "$name: the first part ran twice"
echo 'DROP TABLE x;' >db/migrations/002_x_rollback.sql
run 0 undone migrate down --database "$url"

name='a rollback that drops the version table'
echo 'CREATE TABLE IF NOT EXISTS x (id int);' >db/migrations/002_x.sql
echo 'DROP TABLE x; DROP TABLE schema_migrations;' >db/migrations/002_x_rollback.sql
run 1 'schema_migrations' migrate test
run 0 applied migrate up --database "$url"
before=$(fingerprint)
run 1 'schema_migrations' migrate down --database "$url"
[ "$(fingerprint)" = "$before" ] || problem "$name: the database was touched"
echo 'DROP TABLE x;' >db/migrations/002_x_rollback.sql
run 0 undone migrate down --database "$url"

# Ended from outside. The folder's name shows which server is whose.
# The pid file of the trial's server, once it sleeps in the migration: a session's title ends with its statement, and
# none of ours takes that long.
trial_of() {
  local pidfile seen=0
  for _ in {1..600}; do
    pidfile=$(compgen -G "/dev/shm/kairon-pg-$1-*/data/postmaster.pid" || compgen -G "$folder/tmp/kairon-pg-$1-*/data/postmaster.pid" || true)
    if [ -n "$pidfile" ] && pgrep -P "$(head -1 "$pidfile")" -f ' SELECT *$' >/dev/null; then seen=$((seen + 1)); else seen=0; fi
    if [ "$seen" = 6 ]; then echo "$pidfile" && return; fi
    sleep 0.05
  done
  return 1
}
ended() { # NAME EXIT PATTERN SIGNAL WHOM
  name=$1
  echo 'CREATE TABLE IF NOT EXISTS x (id int); SELECT pg_sleep(20);' >db/migrations/002_x.sql
  "$kairon" migrate test >"$folder/out" 2>&1 &
  local pid=$! status=0 pidfile
  pidfile=$(trial_of "$pid") || { problem "$name: no trial server at work" && kill "$pid"; }
  case $5 in
    server) kill "-$4" "$(head -1 "$pidfile")" ;;
    *) kill "-$4" "$pid" ;;
  esac
  wait "$pid" 2>/dev/null || status=$?
  [ "$status" = "$2" ] || problem "$name: exit $status instead of $2: $(cat "$folder/out")"
  [ -z "$3" ] || grep -qF -- "$3" "$folder/out" || problem "$name: no '$3' in $(cat "$folder/out")"
  if [ "$4" = KILL ] && [ "$5" = kairon ]; then
    for _ in {1..600}; do pgrep -f "kairon-pg-$pid-" >/dev/null || break; sleep 0.05; done
    ! pgrep -f "kairon-pg-$pid-" >/dev/null || problem "$name: the server lives on"
    echo 'CREATE TABLE IF NOT EXISTS x (id int);' >db/migrations/002_x.sql
    "$kairon" migrate test >/dev/null 2>&1 || problem "$name: the next trial fails"
  fi
  ! left_behind "$pid" || problem "$name: something was left behind"
}
ended 'the trial server dies' 3 'the trial server ended during' QUIT server
ended 'the trial server is killed' 3 'the trial server ended during' KILL server
ended 'Ctrl-C' 130 '' INT kairon
ended 'SIGTERM' 130 '' TERM kairon
ended 'kill -9, and the next run tidies up' 137 '' KILL kairon

# The server of the real database goes away in the middle: nothing of the migration stays.
name='the real server dies'
echo 'CREATE TABLE x (id int); SELECT pg_sleep(20);' >db/migrations/002_x.sql
before=$(fingerprint)
"$kairon" migrate up --database "$url" >"$folder/out" 2>&1 &
pid=$!
for _ in {1..600}; do [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND pid <> pg_backend_pid()")" = 0 ] || break; sleep 0.05; done
"${as[@]}" "$bin/pg_ctl" -D "$folder/pg/data" -m immediate -w restart -l "$folder/pg/log" >/dev/null
status=0
wait "$pid" || status=$?
[ "$status" = 1 ] || problem "$name: exit $status: $(cat "$folder/out")"
grep -q 'the server undid this migration' "$folder/out" || problem "$name: $(cat "$folder/out")"
[ "$(fingerprint)" = "$before" ] || problem "$name: the database was touched"

name='a full disk'
if [ -n "$mounted" ]; then
  sql "CREATE TABLESPACE small LOCATION '$folder/small/space'"
  echo "CREATE TABLE x (a text) TABLESPACE small; INSERT INTO x SELECT repeat(md5(i::text), 40) FROM generate_series(1, 20000) i;" >db/migrations/002_x.sql
  run 1 'No space left on device' migrate up --database "$url"
  [ "$(fingerprint)" = "$before" ] || problem "$name: the database was touched"
else
  echo 'skipped: a full disk of the real server: no right to mount a small tmpfs'
fi
# The trial's: its files may not grow beyond a limit.
echo "CREATE TABLE x (a text); INSERT INTO x SELECT repeat(md5(i::text), 40) FROM generate_series(1, 60000) i;" >db/migrations/002_x.sql
status=0
(ulimit -f 20000 && exec "$kairon" migrate test >"$folder/out" 2>&1) || status=$?
[ "$status" = 3 ] || problem "the trial's disk is full: exit $status: $(cat "$folder/out")"
[ "$failed" = 0 ] && echo ok
exit "$failed"
