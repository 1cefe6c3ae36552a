#!/usr/bin/env bash
# The trial's verdicts on small migrations, with a real repository and the embedded server.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_alone
cat >db/migrations/001_init.sql <<'SQL'
-- Migration: users
CREATE TABLE IF NOT EXISTS users (id int PRIMARY KEY, name text NOT NULL, mood text DEFAULT 'ok');
SQL
echo 'DROP TABLE users;' >db/migrations/001_init_rollback.sql
commit base

index='CREATE INDEX IF NOT EXISTS users_name ON users (name);'
column='ALTER TABLE users ADD COLUMN IF NOT EXISTS a int;'
try good 0 '+ index public.users_name' "$index" 'DROP INDEX users_name;'
try 'good with BOM and CRLF' 0 '+ index public.users_name' "\xef\xbb\xbf-- x\r\n$index\r\n" 'DROP INDEX users_name;\r\n'
try 'a role that is only on the real server' 0 'it was made for the trial' 'GRANT SELECT ON users TO "App Reader"; SET ROLE "App Reader"; RESET ROLE;' 'REVOKE SELECT ON users FROM "App Reader";'
try 'a role of its own' 0 '+ role app' 'CREATE ROLE app; CREATE SCHEMA AUTHORIZATION app; SET ROLE app; CREATE TABLE app.t (a int); RESET ROLE; DROP SCHEMA app CASCADE; CREATE TABLE t2 (a int);' 'DROP TABLE t2; DROP ROLE app;'
try 'no superuser behind RESET ROLE' 1 'permission denied for function pg_read_file' "DO \$\$ BEGIN RESET ROLE; PERFORM pg_read_file('/etc/hostname'); END \$\$;" 'SELECT 1;'
try 'no superuser by SET ROLE' 1 'permission denied to set role' 'SET ROLE postgres; CREATE TABLE t2 (a int);' 'DROP TABLE t2;'
try 'no superuser behind a statement that one repeats' 1 'to COPY to or from an external program' "CREATE ROLE app; DO \$\$ BEGIN EXECUTE 'RESET SESSION AUTHORIZATION'; EXECUTE 'COPY users FROM PROGRAM ''true'''; END \$\$;" 'DROP ROLE app;'
try 'no superuser behind SET ROLE' 1 'permission denied for function pg_read_file' "RESET ROLE; SELECT pg_read_file('/etc/hostname');" 'SELECT 1;'
try 'a temporary table that stays' 0 '+ table public.t2' 'CREATE TEMP TABLE aside AS SELECT * FROM users; CREATE TABLE t2 AS SELECT * FROM aside; DECLARE c CURSOR WITH HOLD FOR SELECT 1; PREPARE p AS SELECT 1;' 'CREATE TEMP TABLE aside (id int); DROP TABLE t2;'
try 'COPY without its data' 1 'COPY FROM STDIN has no data here' 'CREATE TABLE t2 (a int); COPY t2 FROM STDIN;' 'DROP TABLE t2;'
try 'broken SQL' 1 'syntax error' 'CREATE TABEL x ();' 'SELECT 1;'
try 'unknown table' 1 '002_x.sql:2:1: error[trial/forward]: relation "nowhere"' '-- x\nCREATE INDEX ON nowhere (name);' 'SELECT 1;'
try 'psql command' 1 'is a command of psql' '\\\\echo hi\nSELECT 1;' 'SELECT 1;'
try 'rollback forgets an index' 1 '[trial/rollback-schema]' "$column $index" 'ALTER TABLE users DROP COLUMN a;'
try 'rollback forgets a comment' 1 'comment table public.users' "$column COMMENT ON TABLE users IS 'c';" 'ALTER TABLE users DROP COLUMN a;'
try 'rollback forgets a grant' 1 'grants:' "$column GRANT SELECT ON users TO PUBLIC;" 'ALTER TABLE users DROP COLUMN a;'
try 'rollback forgets a default' 1 'default:' "ALTER TABLE users ALTER mood SET DEFAULT 'x';" 'SELECT 1;'
try 'rollback loses data' 1 '[trial/rollback-data]' 'ALTER TABLE users DROP COLUMN IF EXISTS mood;' \
  "ALTER TABLE users ADD COLUMN mood text DEFAULT 'lost';"
try 'rollback drops the version table' 1 'schema_migrations' "$index" 'DROP INDEX users_name; DROP TABLE schema_migrations;'
try 'not idempotent' 1 '[trial/idempotency]' "INSERT INTO users SELECT max(id) + 1, 'z' FROM users;" "DELETE FROM users WHERE name = 'z';"
try 'NOT NULL on a filled table' 1 'contains null values' 'ALTER TABLE users ADD COLUMN q int NOT NULL;' 'ALTER TABLE users DROP COLUMN q;'
try 'data lost' 1 'rows' '-- kairon: irreversible gone\nDELETE FROM users;' 'SELECT 1;'
try 'data lost, allowed' 0 'info[trial/data-loss]' '-- kairon: irreversible gone\n-- kairon: allow trial/data-loss old rows\nDELETE FROM users;' 'SELECT 1;'
try 'long ACCESS EXCLUSIVE' 0 'ACCESS EXCLUSIVE on public.users is held' "-- kairon: lock-budget 50ms\n$column SELECT pg_sleep(0.2);" \
  'ALTER TABLE users DROP COLUMN a;'
try 'one finding for all that waits' 0 'ms (and on 1 more)' "-- kairon: lock-budget 50ms\nCREATE TABLE IF NOT EXISTS other (n int);\n$column LOCK TABLE schema_migrations; SELECT pg_sleep(0.2);" \
  'ALTER TABLE users DROP COLUMN a; DROP TABLE other;'
try rewrite 0 '[trial/rewrite]' 'ALTER TABLE users ALTER id TYPE bigint;' 'ALTER TABLE users ALTER id TYPE int;'
try CONCURRENTLY 0 '+ index public.users_name' '-- kairon: no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS users_name ON users (name);' \
  'DROP INDEX users_name;'
try 'the lock of CONCURRENTLY' 0 'SHARE UPDATE EXCLUSIVE on public.users: CREATE INDEX CONCURRENTLY' '-- kairon: no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS users_name ON users (name);' \
  'DROP INDEX users_name;'
try 'each step without a transaction counts for itself' 0 'ROW EXCLUSIVE on public.users_pkey; rows +0 ~0 -1: DELETE' "-- kairon: no-transaction\nINSERT INTO users VALUES (900, 'x'), (901, 'y') ON CONFLICT DO NOTHING;\nDELETE FROM users WHERE id = 901;" \
  'DELETE FROM users WHERE id = 900;'
try 'CONCURRENTLY in a transaction' 1 '[25001]' 'CREATE INDEX CONCURRENTLY users_name ON users (name);' 'DROP INDEX users_name;'
try 'COPY PROGRAM' 1 '[trial/server-escape]' "COPY users FROM PROGRAM 'id';" 'SELECT 1;'
try 'DROP DATABASE' 1 '[trial/server-escape]' '-- kairon: no-transaction\nDROP DATABASE kairon;' 'SELECT 1;'
try 'a publication and an event trigger' 0 'repeated as one' "-- kairon: not-idempotent x
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE 'its code ran'; END \$\$;
CREATE EVENT TRIGGER w ON ddl_command_start EXECUTE FUNCTION watch(); ALTER EVENT TRIGGER w ENABLE ALWAYS; CREATE TABLE after_it (a int);" \
  'DROP TABLE after_it; DROP EVENT TRIGGER w; DROP FUNCTION watch();'
hidden=Q09QWSAoU0VMRUNUIDEpIFRPIFBST0dSQU0gJ2V4aXQgMCc=
try 'a function of a superuser' 1 '[trial/server-escape]' "CREATE FUNCTION take() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS \$\$ BEGIN
 EXECUTE convert_from(decode('$hidden', 'base64'), 'utf8'); RETURN 1; END \$\$; ALTER FUNCTION take() OWNER TO postgres; SELECT take();" 'SELECT 1;'
try 'a table of a superuser' 0 'and was not run (must be' 'CREATE TABLE IF NOT EXISTS t2 (a int); ALTER TABLE t2 OWNER TO postgres;' 'DROP TABLE t2;'
try 'an owner that is only on the real server' 0 'it was made for the trial' 'CREATE TABLE IF NOT EXISTS t2 (a int); ALTER TABLE t2 OWNER TO app_owner;' 'DROP TABLE t2;'
try 'a superuser as a role to be in' 1 '[trial/server-escape]' 'CREATE ROLE app; GRANT postgres TO app;' 'DROP ROLE app;'
try 'a role that reads files' 1 '[trial/server-escape]' 'CREATE ROLE app IN ROLE pg_read_server_files;' 'DROP ROLE app;'
try 'a superuser role' 1 '[trial/server-escape]' 'CREATE ROLE app SUPERUSER;' 'DROP ROLE app;'
try 'a statement hidden from every reader' 1 '42501' "DO \$\$ BEGIN EXECUTE convert_from(decode('$hidden', 'base64'), 'utf8'); END \$\$;" 'SELECT 1;'
try 'file_fdw' 1 '[trial/server-escape]' 'CREATE EXTENSION file_fdw;' 'DROP EXTENSION file_fdw;'
try 'an extension for superusers' 0 'repeated as one' 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements;' 'DROP EXTENSION pg_stat_statements;'
try 'another server' 1 '[trial/forward]' "CREATE EXTENSION IF NOT EXISTS dblink; SELECT * FROM dblink('host=127.0.0.1 port=1', 'SELECT 1') AS t (a int);" 'DROP EXTENSION dblink;'
try 'publication for all tables' 0 'repeated as one' '-- kairon: not-idempotent x\nCREATE PUBLICATION p FOR ALL TABLES;' 'DROP PUBLICATION p;'
try 'a missing extension' 3 'is not installed on the trial server' 'CREATE EXTENSION no_such_thing;' 'DROP EXTENSION no_such_thing;'

# The report for machines: locks, rewrites, scans and rows of each statement, the schema diff, the findings.
if command -v jq >/dev/null; then
  printf '%s\n' "ALTER TABLE users ADD COLUMN IF NOT EXISTS a int;" "ALTER TABLE users ALTER id TYPE bigint;" "UPDATE users SET a = 1;" \
    "ALTER TABLE users ADD CONSTRAINT users_a CHECK (a = 1);" "CREATE INDEX users_a ON users (a);" >db/migrations/002_x.sql
  echo 'ALTER TABLE users DROP COLUMN a; ALTER TABLE users ALTER id TYPE int;' >db/migrations/002_x_rollback.sql
  "$kairon" migrate test --format json >"$folder/report" 2>/dev/null || true
  for question in '.version == 1 and .passed == true and (.server | startswith("embedded PostgreSQL")) and .base == "1 earlier migration"' \
    '.migrations | length == 1 and .[0].tried and .[0].path == "db/migrations/002_x.sql"' \
    '.migrations[0].statements | map(.line) == [1, 2, 3, 4, 5] and all(.ms >= 0)' \
    '.migrations[0].statements[0].locks | any(.relation == "public.users" and .mode == "ACCESS EXCLUSIVE")' \
    '.migrations[0].statements[1].rewrites | . == ["public.users"]' \
    '.migrations[0].statements[2] | .updated > 3 and .inserted == 0 and .deleted == 0' \
    '.migrations[0].statements[3].scans | any(.relation == "public.users")' \
    '.migrations[0].changes | any(. == "+ index public.users_a: CREATE INDEX users_a ON public.users USING btree (a)")' \
    '.findings | any(.rule == "trial/rewrite" and .severity == "warning" and .line == 2 and .path == "db/migrations/002_x.sql")'; do
    jq -e "$question" "$folder/report" >/dev/null || { echo "FAILED: report: $question in $(cat "$folder/report")" && failed=1; }
  done
fi

# Several new migrations in order; what comes after a bad one is tried all the same.
echo 'CREATE INDEX IF NOT EXISTS users_name ON users (name);' >db/migrations/002_x.sql
echo 'DROP INDEX users_name;' >db/migrations/002_x_rollback.sql
echo 'ALTER TABLE users ADD COLUMN IF NOT EXISTS b int; SELECT nothing;' >db/migrations/003_y.sql
echo 'ALTER TABLE users DROP COLUMN b;' >db/migrations/003_y_rollback.sql
cp db/migrations/003_y.sql db/migrations/004_z.sql && cp db/migrations/003_y_rollback.sql db/migrations/004_z_rollback.sql
out=$("$kairon" migrate test 2>&1) && failed=1
for line in '+ index public.users_name' '003_y.sql:1:58: error[trial/forward]' '004_z.sql:1:58: error[trial/forward]'; do
  grep -qF "$line" <<<"$out" || { printf 'FAILED: three in order: no "%s" in:\n%s\n' "$line" "$out" && failed=1; }
done
rm db/migrations/003_y* db/migrations/004_z*

# Two at once with nothing cached: one makes the template, both succeed.
export XDG_CACHE_HOME=$folder/cache
"$kairon" migrate test >"$folder/one" 2>&1 & one=$!
"$kairon" migrate test >"$folder/two" 2>&1 & two=$!
wait $one || { cat "$folder/one" && failed=1; }
wait $two || { cat "$folder/two" && failed=1; }
[ "$(find "$folder/cache/kairon/postgres" -name 'initdb-*' ! -name '*.lock' | wc -l)" = 1 ] || { echo 'FAILED: not one template' && failed=1; }
if compgen -G "/dev/shm/kairon-pg-$$-*" >/dev/null; then failed=1; fi
exit "$failed"
