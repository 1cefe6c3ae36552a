#!/usr/bin/env bash
# What the trial starts from: the newest backup (with its age, its rows, its grants), else the schema, else
# the chain. On restored rows the lock budget is binding. On a server of ours (KAIRON_TEST_DATABASE_URL)
# neither database nor role stays.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_begin
echo 'CREATE TABLE IF NOT EXISTS log (id bigint PRIMARY KEY, body text);' >db/migrations/001_log.sql
echo 'DROP TABLE log;' >db/migrations/001_log_rollback.sql
commit base
# try NAME EXIT PATTERN FORWARD ROLLBACK [NOT]
try() {
  printf '%s\n' "$4" >db/migrations/002_x.sql
  printf '%s\n' "$5" >db/migrations/002_x_rollback.sql
  local out status=0
  out=$("$kairon" migrate test 2>&1) || status=$?
  if [ "$status" -eq "$2" ] && grep -qE -- "$3" <<<"$out" && { [ -z "${6:-}" ] || ! grep -qE -- "$6" <<<"$out"; }; then
    echo "ok: $1"
  else
    printf 'FAILED: %s: exit %s (wanted %s), no "%s" in:\n%s\n' "$1" "$status" "$2" "$3" "$out"
    failed=1
  fi
}
# A busy machine may hold a lock for longer than the default budget of 500 ms; a fast one rewrites in a few ms.
column='-- kairon: lock-budget 60s
ALTER TABLE log ADD COLUMN IF NOT EXISTS a int;'
drop='ALTER TABLE log DROP COLUMN a;'
slow="-- kairon: lock-budget 1ms
-- kairon: irreversible stays bigint
ALTER TABLE log ALTER id TYPE numeric;"

try 'the chain' 0 'base: 1 earlier migration$' "$column" "$drop"
try 'on seed rows the budget is a warning' 0 'warning\[trial/lock-budget\]|migrations: passed' "-- kairon: lock-budget 20ms
${column#*60s} SELECT pg_sleep(0.1);" "$drop"
# The schema wins over the chain; a note is not pushed, so not in the base.
echo 'CREATE TABLE log (id bigint PRIMARY KEY, body text); CREATE TABLE only_in_schema (id int); GRANT SELECT ON log TO some_reader;' >db/schema.sql
git add -A db/schema.sql && git commit -qm schema
try 'the schema' 0 'base: db/schema.sql$' 'ALTER TABLE only_in_schema ADD COLUMN IF NOT EXISTS a int;' 'ALTER TABLE only_in_schema DROP COLUMN a;'

# Three backups: an old one, the newest, and one that is not finished.
sql "CREATE ROLE app_reader; CREATE TABLE log (id bigint PRIMARY KEY, body text); INSERT INTO log SELECT i, repeat('x', 300) FROM generate_series(1, 30000) i;
  CREATE TABLE child (id int PRIMARY KEY, log bigint REFERENCES log, who text DEFAULT current_user); INSERT INTO child VALUES (1, 7);
  CREATE POLICY mine ON log FOR SELECT TO app_reader USING (true); GRANT SELECT ON log TO app_reader; CREATE SCHEMA other; CREATE SEQUENCE other.s;"
mkdir -p "$folder/backups/prod/1" "$folder/backups/prod/2" "$folder/backups/prod/.part-3"
"$bin/pg_dump" -d "$url" -Fc -f "$folder/backups/prod/2/database.dump"
sql 'CREATE TABLE too_new (id int)'
"$bin/pg_dump" -d "$url" -Fc -f "$folder/backups/prod/.part-3/database.dump"
sql 'DROP TABLE too_new; DROP TABLE child'
"$bin/pg_dump" -d "$url" -Fc -f "$folder/backups/prod/1/database.dump"
touch -d '3 days ago' "$folder/backups/prod/1/database.dump"
touch -d '5 hours ago' "$folder/backups/prod/2/database.dump"
echo 'not a dump' >"$folder/backups/prod/README"
git config kairon.backup.directory "$folder/backups"
try 'the newest backup and its age' 0 'base: backup .*/prod/2/database.dump, 5 h old$' "$column" "$drop"
try 'its rows and tables' 1 'public.child loses 1 of 1 row' $'-- kairon: irreversible x\nDELETE FROM child;' 'SELECT 1;'
try 'on restored rows the budget is binding' 1 'error\[trial/lock-budget\]: ACCESS EXCLUSIVE on public.log is held' "$slow" 'SELECT 1;'
try 'also in a transaction of the file' 1 '^db/migrations/002_x.sql:4:1: error\[trial/lock-budget\]: ACCESS EXCLUSIVE on public.log is held' '-- kairon: lock-budget 20ms
-- kairon: irreversible stays
BEGIN;
ALTER TABLE log ADD COLUMN IF NOT EXISTS a int;
SELECT pg_sleep(0.1);
COMMIT;' 'SELECT 1;'
try 'not behind it' 0 'migrations: passed' '-- kairon: lock-budget 1500ms
-- kairon: irreversible stays
BEGIN;
ALTER TABLE log ADD COLUMN IF NOT EXISTS a int;
COMMIT;
SELECT pg_sleep(1.6);' 'SELECT 1;'
try 'a rewrite is told' 1 'warning\[trial/rewrite\]: rewrites public.log$' "$slow" 'SELECT 1;'
serial='-- kairon: irreversible stays
ALTER TABLE log ADD COLUMN IF NOT EXISTS n bigserial;'
try 'a serial column over the budget on restored rows' 1 'error\[trial/lock-budget\]: ACCESS EXCLUSIVE on public.log is held' $'-- kairon: lock-budget 1ms\n'"$serial" 'SELECT 1;'
try 'a serial column within it' 0 'migration/add-serial-column confirmed: .*rewrites public.log.*restored rows$' $'-- kairon: lock-budget 60s\n'"$serial" 'SELECT 1;'
try 'its grants' 1 'grants: ' $'-- kairon: not-idempotent x\nREVOKE SELECT ON log FROM app_reader;' 'SELECT 1;'
try 'its policies and roles' 0 '~ policy public.log.mine' $'ALTER POLICY mine ON log USING (id > 0);' 'ALTER POLICY mine ON log USING (true);'
try 'rows come back' 1 'public.log has other values after the rollback|trial/rollback-data' 'ALTER TABLE log DROP COLUMN IF EXISTS body;' 'ALTER TABLE log ADD COLUMN body text;'
# A backup from before the last migration of the base, and one that has the new one already.
mkdir "$folder/backups/prod/4"
"$kairon" migrate baseline --to 001 --database "$url" >/dev/null 2>&1
"$bin/pg_dump" -d "$url" -Fc -f "$folder/backups/prod/4/database.dump"
mkdir aside && mv db/migrations/002_x* aside
echo 'CREATE TABLE later (id int PRIMARY KEY);' >db/migrations/001b_later.sql
echo 'DROP TABLE later;' >db/migrations/001b_later_rollback.sql
git add db/migrations && git commit -qm later
try 'a migration since the backup' 0 '^note: younger than the backup, and run on it first: 001b_later$' 'ALTER TABLE later ADD COLUMN IF NOT EXISTS a int;' 'ALTER TABLE later DROP COLUMN a;'
sql "INSERT INTO schema_migrations (version) VALUES ('001b_later'), ('002_x'); CREATE TABLE later (id int, a int)"
"$bin/pg_dump" -d "$url" -Fc -f "$folder/backups/prod/4/database.dump"
sql 'DROP TABLE later, schema_migrations, kairon_migration_steps, kairon_migration_log, kairon_deployments'
try 'a backup that has it already' 0 'base: .*without the newest backup: it has 002_x already' 'ALTER TABLE later ADD COLUMN a int;' 'ALTER TABLE later DROP COLUMN a;'
git rm -qf db/migrations/001b_later* && git commit -qm without && rm -r "$folder/backups/prod/4" aside

head -c 3000 "$folder/backups/prod/2/database.dump" >"$folder/backups/prod/damaged.dump"
try 'a damaged backup' 3 'cannot restore .*damaged.dump' "$column" "$drop"
rm "$folder/backups/prod/damaged.dump"

# The same on a server of ours.
sql 'DROP TABLE log; DROP SEQUENCE other.s; DROP SCHEMA other; DROP ROLE app_reader; CREATE ROLE tester LOGIN CREATEDB'
export KAIRON_TEST_DATABASE_URL=$url
roles=$(sql 'SELECT count(*) FROM pg_roles')
git config kairon.gate.fence off
try 'scratch, a policy for a role that is not there' 3 'role "app_reader" does not exist' "$column" "$drop"
git config --unset kairon.gate.fence
sql 'CREATE ROLE app_reader'
try 'scratch, as a superuser' 3 'KAIRON_TEST_DATABASE_URL connects as the superuser postgres' "$column" "$drop"
sql 'CREATE ROLE reader LOGIN CREATEDB IN ROLE pg_read_server_files'
KAIRON_TEST_DATABASE_URL="host=$folder/pg user=reader dbname=postgres" try 'scratch, as a reader of files' 3 'reader, a member of pg_read_server_files' "$column" "$drop"
sql 'DROP ROLE reader'
git config kairon.gate.fence off
try 'scratch, from the backup' 0 'scratch database on .*base: backup' "$column" "$drop"
try 'scratch, as a superuser, who is trusted' 0 'note: .*migrations run as the superuser postgres there: missing privileges are not found' "$column" "$drop"
git config --unset kairon.gate.fence
sql 'DROP ROLE app_reader'
git config --unset kairon.backup.directory
export KAIRON_TEST_DATABASE_URL="host=$folder/pg user=tester dbname=postgres"
try 'scratch, as an ordinary role' 0 'migrations: passed' 'ALTER TABLE only_in_schema ADD COLUMN IF NOT EXISTS a int;' 'ALTER TABLE only_in_schema DROP COLUMN a;' 'earlier migrations|superuser'
[ "$(sql 'SELECT count(*) FROM pg_roles')" = "$roles" ] || { echo 'FAILED: a role stays on the server' && failed=1; }
[ "$(sql "SELECT count(*) FROM pg_database WHERE datname LIKE 'kairon%'")" = 0 ] || { echo 'FAILED: a scratch database stays' && failed=1; }
exit "$failed"
