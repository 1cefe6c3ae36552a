#!/usr/bin/env bash
# The runner on a real server: up, down, verify, baseline, resume, two runners at once.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_begin
m() { "$kairon" migrate "$@" --database "$url"; }
check() { if [ "$2" != "$3" ]; then printf 'FAILED: %s: "%s" instead of "%s"\n' "$1" "$2" "$3" && exit 1; fi; }
code() { local s=0; "$@" >"$folder/out" 2>&1 || s=$?; echo "$s"; }

file() { printf '%b' "$2" >"db/migrations/$1.sql"; }
file 001_a 'CREATE TABLE a (id int);' && file 001_a_rollback 'DROP TABLE a;'
file 002_b 'CREATE TABLE b (id int);' && file 002_b_rollback 'DROP TABLE b;'

# An existing table in another tool's shape is extended, never made anew.
sql "CREATE TABLE schema_migrations (version text PRIMARY KEY, applied_at timestamptz DEFAULT now(), migrated_by text); INSERT INTO schema_migrations (version, migrated_by) VALUES ('001', 'old'); CREATE TABLE a (id int)"
check 'status with pending' "$(code m status)" 1
check 'baseline --dry-run' "$(m baseline --dry-run)" 'would record db/migrations/002_b.sql as applied, without running it'
check '--accept --dry-run' "$(code m verify --accept 001_a --reason x --dry-run)" 2
check 'new --dry-run' "$(code "$kairon" migrate new x --dry-run)" 2
check 'and changed nothing' "$(sql "SELECT count(*), count(*) FILTER (WHERE a.attname = 'checksum') FROM schema_migrations, pg_attribute a WHERE a.attrelid = 'schema_migrations'::regclass AND a.attname = 'version'") $(ls db/migrations | wc -l)" '1|0 4'
check dry-run "$(m up --dry-run)" 'would run db/migrations/002_b.sql: 1 statement, one transaction'
check up "$(code m up)" 0
check rows "$(sql "SELECT version, migrated_by, length(checksum) FROM schema_migrations ORDER BY 1")" $'001|old|\n002_b||64'
check 'status when done' "$(code m status)" 0
check 'second up' "$(m up 2>/dev/null)" 'nothing to do'

# What a run refuses to begin, the dry run refuses too, and promises none of it.
file 003_c 'CREATE TABLE c (id int);' && file 004_d '\\echo hi\nCREATE TABLE d (id int);'
check 'a dry run of what up refuses' "$(code m up --dry-run)" 1
grep -q '004_d.sql:1: \\echo is a command of psql' "$folder/out" || { cat "$folder/out" && exit 1; }
! grep -q 'would run' "$folder/out" || { cat "$folder/out" && exit 1; }
check 'up refuses the same' "$(code m up)" 1
grep -q '004_d.sql:1: \\echo is a command of psql' "$folder/out" || { cat "$folder/out" && exit 1; }
check 'and ran nothing' "$(sql "SELECT to_regclass('c') IS NULL, count(*) FROM schema_migrations")" 't|2'
rm db/migrations/003_c.sql db/migrations/004_d.sql

# A failure leaves nothing and is not recorded.
file 003_c 'CREATE TABLE c (id int); SELECT 1/0;'
check 'up fails' "$(code m up)" 1
grep -q '003_c.sql:1:26: division by zero' "$folder/out"
check 'nothing stayed' "$(sql "SELECT to_regclass('c') IS NULL, count(*) FROM schema_migrations")" 't|2'
file 003_c 'CREATE TABLE c (id int);' && file 003_c_rollback 'DROP TABLE c; DROP TABLE schema_migrations;'
check 'up again' "$(code m up)" 0
check 'a rollback that drops the version table' "$(code m down)" 1
check 'changed nothing' "$(sql "SELECT to_regclass('c') IS NOT NULL, count(*) FROM schema_migrations")" 't|3'
file 003_c_rollback 'DROP TABLE c;'
check down "$(code m down)" 0
check 'row is gone' "$(sql "SELECT count(*) FROM schema_migrations")" 2
check 'up to' "$(code m up --to 003)" 0

# A changed applied file stops everything until it is accepted.
file 002_b 'CREATE TABLE b (id int); -- changed'
check 'verify sees the change' "$(code m verify)" 1
file 004_d 'CREATE TABLE d (id int);'
check 'up refuses' "$(code m up)" 1
check 'down refuses' "$(code m down)" 1
grep -q '002_b.sql was changed after it was applied' "$folder/out" || { echo 'FAILED: down says another reason' && exit 1; }
check accept "$(code m verify --accept 002_b --reason comment)" 0
check 'up goes on' "$(code m up)" 0
file 0035_late 'SELECT 1;'; mv db/migrations/0035_late.sql db/migrations/003b_late.sql
check 'out of order' "$(code m up)" 1
check 'out of order, allowed' "$(code m up --allow-out-of-order)" 0

# Steps without a transaction are journalled; a failure is resumed.
sql 'INSERT INTO a VALUES (1), (1)'
file 005_e '-- kairon: no-transaction\nCREATE TABLE e (id int);\nCREATE UNIQUE INDEX CONCURRENTLY a_id ON a (id);\nCREATE TABLE f (id int);'
check 'step fails' "$(code m up)" 1
check 'not recorded' "$(sql "SELECT to_regclass('e') IS NOT NULL, to_regclass('f') IS NULL, (SELECT count(*) FROM schema_migrations WHERE version = '005_e')")" 't|t|0'
sql 'DELETE FROM a'
check resumed "$(code m up)" 0
check 'index is valid' "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_id'::regclass")" t
check 'journal is empty' "$(sql 'SELECT count(*) FROM kairon_migration_steps')" 0

# A run that was killed between the end of its DROP INDEX CONCURRENTLY and the row that says so.
file 005b_drop '-- kairon: no-transaction\nDROP INDEX CONCURRENTLY a_id;'
sql "INSERT INTO kairon_migration_steps (version, direction, step, statement_hash) VALUES ('005b_drop', 'up', 0, '$(printf 'DROP INDEX CONCURRENTLY a_id' | sha256sum | cut -d' ' -f1)'); DROP INDEX a_id"
check 'status tells of it' "$(m status | grep 005b)" 'pending      005b_drop  (begun: 0 statements done)'
check 'an index that is gone already' "$(code m up)" 0

# What stays of a failure is said as it is: the file's own transaction is undone as a whole.
file 005c_own 'CREATE TABLE own (id int);\nBEGIN;\nCREATE TABLE own2 (id int);\nSELECT 1/0;\nCOMMIT;'
check 'own transaction fails' "$(code m up)" 1
grep -q 'statements 1 to 1 of 5 stayed and are journalled; fix statement 4' "$folder/out" || { cat "$folder/out" && exit 1; }
check 'status tells how far it came' "$(m status | grep 005c)" 'pending      005c_own  (begun: 1 statement done)'
check 'also in JSON' "$(m status --format json | grep -c '"statements_done": 1')" 1
file 005c_own 'CREATE TABLE own (id int);\nBEGIN;\nCREATE TABLE own2 (id int);\nSELECT 1/1;\nCOMMIT;'
check 'mended' "$(code m up)" 0

# A lock that somebody holds is waited for in short attempts; nothing queues up after a long wait.
file 006_l 'ALTER TABLE b ADD COLUMN l int;' && file 006_l_rollback 'ALTER TABLE b DROP COLUMN l;'
# behind_a_lock: `up` while another session has the table, which lets go as soon as `up` says that it waits.
behind_a_lock() {
  psql -X -q -d "$url" -c 'BEGIN; LOCK TABLE b; SELECT pg_sleep(600)' >/dev/null 2>&1 & holder=$!
  until [ "$(sql "SELECT count(*) FROM pg_locks WHERE relation = 'b'::regclass AND mode = 'AccessExclusiveLock' AND granted")" = 1 ]; do sleep 0.05; done
  : >"$folder/out" # what an earlier one said is not what is waited for
  m up --lock-timeout 200ms >"$folder/out" 2>&1 & runner=$!
  until grep -q 'waiting for a lock' "$folder/out" || ! kill -0 $runner 2>/dev/null; do sleep 0.02; done
  sql "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'b'::regclass AND granted AND mode = 'AccessExclusiveLock'" >/dev/null
  wait $holder || true
  wait $runner || { echo 'FAILED: up behind a lock' && cat "$folder/out" && exit 1; }
  grep -q 'waiting for a lock: canceling statement due to lock timeout; attempt 2 of 6' "$folder/out" || { echo 'FAILED: no word of the lock' && exit 1; }
}
behind_a_lock
file 006b_o 'CREATE TABLE o (id int);\nBEGIN;\nINSERT INTO o VALUES (1);\nALTER TABLE b ADD COLUMN o int;\nCOMMIT;'
behind_a_lock
check 'its own transaction ran once' "$(sql 'SELECT count(*) FROM o')" 1
file 007_n '-- kairon: no-transaction\nALTER TABLE b ADD COLUMN n int;'
behind_a_lock
check 'both columns' "$(sql "SELECT count(*) FROM pg_attribute WHERE attrelid = 'b'::regclass AND attname IN ('l', 'n')")" 2

# A new migration with its rollback, numbered after the highest; its empty files are refused.
check new "$("$kairon" migrate new 'Add Things!' | tr '\n' ' ')" 'db/migrations/008_add_things_.sql db/migrations/008_add_things__rollback.sql '
check 'an empty one is refused' "$(code m up)" 1
rm db/migrations/008_*

# A later migration that another branch applied counts, though its file is not here.
file 010_other 'SELECT 1;' && m up >/dev/null 2>&1 && rm db/migrations/010_other.sql
file 009_mine 'SELECT 2;'
check 'before one of another branch' "$(code m up)" 1
grep -q 'a later migration is already applied' "$folder/out" || { cat "$folder/out" && exit 1; }
rm db/migrations/009_mine.sql
sql "DELETE FROM schema_migrations WHERE version = '010_other'"

# What one migration leaves in the session is not there for the next.
file 008_t "CREATE TEMP TABLE aside (id int); SET search_path = pg_catalog; PREPARE p AS SELECT 1; DECLARE c CURSOR WITH HOLD FOR SELECT 1;"
file 009_t "CREATE TEMP TABLE aside (id int); PREPARE p AS SELECT 1; DECLARE c CURSOR WITH HOLD FOR SELECT 1; CREATE TABLE aside_t (id int);"
check 'two with the same temporary table' "$(code m up)" 0
check 'in its own schema' "$(sql "SELECT to_regclass('public.aside_t') IS NOT NULL")" t

# Ctrl-C in the middle of a statement: it ends on the server too, nothing stays, the next run goes through.
file 009b_long 'CREATE TABLE long (id int); SELECT pg_sleep(300);'
"$kairon" migrate up --database "$url" >"$folder/out" 2>&1 & runner=$!
until [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(300)%' AND pid <> pg_backend_pid()")" = 1 ]; do
  kill -0 $runner || { cat "$folder/out" && exit 1; }
  sleep 0.05
done
kill -INT $runner
interrupted=0
wait $runner || interrupted=$?
check 'Ctrl-C' "$interrupted" 130
check 'nothing stays of it' "$(sql "SELECT to_regclass('long') IS NULL, (SELECT count(*) FROM schema_migrations WHERE version = '009b_long'), (SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(300)%' AND pid <> pg_backend_pid())")" 't|0|0'
file 009b_long 'CREATE TABLE long (id int);'
check 'and the next run goes through' "$(code m up)" 0

# Two runners at once: one works, the other waits and then finds nothing to do.
rounds=3
if [ "${KAIRON_FULL:-0}" = 1 ]; then rounds=50; fi
for ((i = 0; i < rounds; i++)); do
  file "1$(printf %02d $i)_x" "SELECT pg_sleep(0.05); CREATE TABLE x$i (id int); CREATE TABLE y$i (id int);"
  m up --allow-out-of-order >"$folder/one" 2>&1 & one=$!
  m up --allow-out-of-order >"$folder/two" 2>&1 & two=$!
  wait $one && wait $two || { echo "FAILED: two runners, round $i"; cat "$folder/one" "$folder/two"; exit 1; }
  check "one of two runners works, round $i" "$(cat "$folder/one" "$folder/two" | grep -c "^applied db/")" 1
  check "the other finds nothing to do, round $i" "$(cat "$folder/one" "$folder/two" | grep -c "^nothing to do")" 1
done
check 'verify at the end' "$(code m verify)" 0
# A session lives on for a moment after its client.
for _ in {1..100}; do [ "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")" != 0 ] || break; sleep 0.05; done
check 'no stranger has the lock' "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")" 0

# A database that another tool filled.
sql 'CREATE SCHEMA fresh'
fresh="$url options='-c search_path=fresh'"
"$kairon" migrate baseline --to 002 --database "$fresh" >/dev/null
check baseline "$(sql "SELECT version, kind FROM fresh.schema_migrations ORDER BY 1")" $'001_a|baseline\n002_b|baseline'
echo "ok ($rounds rounds)"
