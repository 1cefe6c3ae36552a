#!/usr/bin/env bash
# kill -9 of the runner, of its server process and of the whole server at random moments of `up` and `down`:
# afterwards `status` tells what is in the database, `verify` finds nothing wrong, and the same command
# completes with every row there exactly once. 6 kills inside the work, 50 with KAIRON_FULL=1: a kill counts when a
# statement or transaction of the command was open at that moment and the command did not come to its end. KAIRON_SEED
# repeats a run.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
rounds=6
if [ "${KAIRON_FULL:-0}" = 1 ]; then rounds=50; fi
RANDOM=${KAIRON_SEED:=$RANDOM}
migrations_begin -c max_connections=30
pg_ctl() { "${as[@]}" "$bin/pg_ctl" -D "$folder/pg/data" -w -l "$folder/pg/log" -o "-c listen_addresses= -c unix_socket_permissions=0777 -k $folder/pg -c fsync=off -c max_connections=30" "$@" >/dev/null 2>&1; }
admin="host=$folder/pg user=postgres dbname=postgres"
url="host=$folder/pg user=postgres dbname=target"
m() { "$kairon" migrate "$@" --database "$url"; }
fail() {
  printf 'FAILED: round %s (KAIRON_SEED=%s, %s of %s after %s ms): %s\n' "$round" "$KAIRON_SEED" "$victim" "$direction" "$delay" "$1"
  cat "$folder/out" "$folder/killed" 2>/dev/null || true
  exit 1
}

file() { cat >"db/migrations/$1.sql"; }
rows() { printf 'INSERT INTO %s SELECT generate_series(1, 10);' "$1"; }
file 001_first <<<"CREATE TABLE first (id int);"
file 001_first_rollback <<<"DROP TABLE first;"
file 002_whole <<<"CREATE TABLE whole (id int); $(rows whole) SELECT pg_sleep(0.1); CREATE INDEX whole_i ON whole (id); $(rows first)"
file 002_whole_rollback <<<"DELETE FROM first; SELECT pg_sleep(0.1); DROP TABLE whole;"
file 003_steps <<EOF2
-- kairon: no-transaction
CREATE TABLE steps (id int);
$(rows steps)
SELECT pg_sleep(0.1);
CREATE INDEX CONCURRENTLY steps_i ON steps (id);
$(rows steps)
CREATE INDEX CONCURRENTLY IF NOT EXISTS steps_j ON steps (id);
$(rows steps)
EOF2
file 003_steps_rollback <<EOF2
-- kairon: no-transaction
DROP INDEX CONCURRENTLY IF EXISTS steps_i;
SELECT pg_sleep(0.1);
DROP TABLE steps;
EOF2
file 004_own <<<"BEGIN; CREATE TABLE own (id int); $(rows own) COMMIT; SELECT pg_sleep(0.1); BEGIN; $(rows own) COMMIT;"
file 004_own_rollback <<<"BEGIN; DROP TABLE own; SELECT pg_sleep(0.1); COMMIT;"
file 005_last <<<"CREATE TABLE last (id int); $(rows last)"
file 005_last_rollback <<<"DROP TABLE last;"

# What is in the database, one line per migration: recorded or not, and how many rows it brought.
truth() {
  sql "SELECT format('%s %s', v, EXISTS (SELECT FROM schema_migrations WHERE version = v)) FROM unnest(ARRAY['001_first', '002_whole', '003_steps', '004_own', '005_last']) v ORDER BY 1"
}
counts() {
  sql "SELECT count(*) FROM first" 2>/dev/null
  for table in whole steps own last; do sql "SELECT count(*) FROM $table" 2>/dev/null || echo none; done
}
# What `status` says must be what the table says; a migration in one transaction is there as a whole or not.
check_truth() {
  local status=0
  m status >"$folder/out" 2>&1 || status=$?
  [ "$status" -le 1 ] || fail "status exits with $status"
  [ "$(sql "SELECT to_regclass('schema_migrations') IS NULL")" = t ] && return
  while read -r version applied; do
    local said=f
    ! grep -Eq "^ *applied +$version|$version +applied" "$folder/out" || said=t
    [ "$said" = "$applied" ] || fail "status says $said of $version, the table $applied"
    case $version in
      002_whole)
        local whole
        whole=$(sql "SELECT count(*) FROM whole" 2>/dev/null || echo none)
        [ "$whole" = "$([ "$applied" = t ] && echo 10 || echo none)" ] || fail "002 is recorded: $applied, but it has $whole rows"
        ;;
      005_last)
        [ "$(sql "SELECT to_regclass('last') IS NOT NULL")" = "$applied" ] || fail "005 is recorded: $applied, but its table says otherwise"
        ;;
    esac
  done < <(truth)
  m verify >"$folder/out" 2>&1 || fail 'verify finds something wrong'
}
await_server() {
  # Its processes leave when they notice that it is gone; a new server refuses to start before that.
  if [ "$victim" = server ]; then
    local again=0
    until pg_ctl start; do
      again=$((again + 1))
      [ "$again" -lt 300 ] || fail 'the server does not come back'
      sleep 0.1
    done
  fi
  for _ in {1..600}; do
    sql 'SELECT 1' >/dev/null 2>&1 && return
    sleep 0.05
  done
  fail 'the server does not answer'
}
# The server notices that a client is gone when its statement ends.
await_sessions() {
  for _ in {1..1000}; do
    [ "$(psql -X -q -A -t -d "$admin" -c "SELECT count(*) FROM pg_stat_activity WHERE datname = 'target'")" = 0 ] && return
    sleep 0.02
  done
  fail 'a session of the killed command stays'
}
# Sessions of the command with a statement or a transaction at work.
at_work() {
  psql -X -q -A -t -d "$admin" -c "SELECT pid FROM pg_stat_activity WHERE datname = 'target' AND application_name LIKE 'kairon%' AND backend_type = 'client backend' AND state IN ('active', 'idle in transaction')" 2>/dev/null || true
}
# Returns when the command's first statement is at work, or after 20 seconds. One session looks every 2 ms, so the
# answer does not depend on how long psql takes to start on this machine.
await_work() {
  exec psql -X -q -d "$admin" -c "DO \$\$ BEGIN
    FOR i IN 1..10000 LOOP
      EXIT WHEN EXISTS (SELECT FROM pg_stat_activity WHERE datname = 'target' AND application_name LIKE 'kairon%' AND state IN ('active', 'idle in transaction'));
      PERFORM pg_sleep(0.002);
      PERFORM pg_stat_clear_snapshot();
    END LOOP;
  END \$\$" >/dev/null 2>&1
}
strike() { # VICTIM RUNNER; $seen says which sessions were at work
  case $1 in
    runner)
      kill -STOP "$2" 2>/dev/null || true
      seen=$(at_work)
      kill -9 "$2" 2>/dev/null || true
      ;;
    backend)
      seen=$(at_work)
      for pid in $seen; do kill -9 "$pid" 2>/dev/null || true; done
      ;;
    server)
      local postmaster
      postmaster=$(head -1 "$folder/pg/data/postmaster.pid")
      seen=$(at_work)
      kill -9 "$postmaster"
      ;;
  esac
}

victims=(runner backend server)
inside=0
for ((round = 0; inside < rounds && round < rounds * 5; round++)); do
  victim=${victims[round % 3]}
  direction=up
  if [ $((round % 5)) -ge 3 ]; then direction=down; fi
  PGOPTIONS='-c client_min_messages=warning' psql -X -q -d "$admin" -c 'DROP DATABASE IF EXISTS target WITH (FORCE)' -c 'CREATE DATABASE target'
  command=(up)
  if [ "$direction" = down ]; then
    m up >"$folder/out" 2>&1 || fail 'up before down'
    command=(down --to 001)
  fi
  delay=$((RANDOM % 120))
  await_work &
  watcher=$!
  sleep 0.1 # psql is connected by then
  "$kairon" migrate "${command[@]}" --database "$url" >"$folder/killed" 2>&1 & # no function: $! must be the runner itself
  runner=$!
  # Three of four kills are counted from the first statement, the others from the start of the program.
  if [ $((round % 4)) != 3 ]; then wait "$watcher" || true; fi
  sleep "$(printf '0.%03d' "$delay")"
  strike "$victim" "$runner"
  status=0
  wait "$runner" 2>/dev/null || status=$?
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  case $status in 0 | 1 | 3 | 137) ;; *) fail "$direction ended with $status" ;; esac
  if [ -n "$seen" ] && [ "$status" != 0 ]; then inside=$((inside + 1)); fi
  await_server
  # Every other round the next command comes at once and finds the dead one's session still at work.
  if [ $((RANDOM % 2)) = 0 ]; then
    await_sessions
    check_truth
  fi
  status=0
  m "${command[@]}" >"$folder/out" 2>&1 || status=$?
  [ "$status" = 0 ] || fail "$direction does not complete: $status"
  check_truth

  if [ "$direction" = up ]; then wanted=$'10\n10\n30\n20\n10'; else wanted=$'0\nnone\nnone\nnone\nnone'; fi
  [ "$(counts)" = "$wanted" ] || fail "rows: $(counts | tr '\n' ' ')"
  [ "$(sql 'SELECT count(*) FROM kairon_migration_steps')" = 0 ] || fail 'the journal is not empty'
  if [ "$direction" = up ]; then
    [ "$(sql "SELECT bool_and(indisvalid), count(*) FROM pg_index WHERE indrelid = 'steps'::regclass")" = 't|2' ] || fail 'an index is not valid'
  fi
done
[ "$inside" -ge "$rounds" ] || fail "only $inside of $round kills were inside the work"
echo "ok ($round rounds, $inside of the kills inside the work)"
