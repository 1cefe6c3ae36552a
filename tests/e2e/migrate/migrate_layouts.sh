#!/usr/bin/env bash
# Repositories laid out for other migration tools: what the tool's files say is found at their own lines, status reads
# the tool's own table, what would run or record a migration refuses with the tool's command, and the trial tries both
# directions. The tables are made from the tools' documented definitions; the tools themselves do not run here.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_begin
says() { grep -qF -- "$1" "$folder/out" || fail "the output does not say '$1'"; }

layout() { # NAME FOLDER
  cd "$folder/r"
  rm -rf "$folder/r"/* .kairon
  mkdir -p "$2"
  git config -f .kairon kairon.layout "$1"
  git config -f .kairon kairon.migrations "$2"
}
finds() { # TEXT...: check reports each, and nothing of a mark
  run_check
  for text in "$@"; do grep -qF -- "$text" "$folder/out" || fail "check does not say '$text'"; done
}
run_check() { "$kairon" check >"$folder/out" 2>&1 || true; }
quiet() { # no error
  "$kairon" check >"$folder/out" 2>&1 || fail 'check reports an error'
}
state() { # EXPECTED: version and standing of each line
  local got
  got=$("$kairon" migrate status --database "$url" --format json | jq -r '.migrations | map(.version + "=" + .state) | join(" ")') || true
  [ "$got" = "$1" ] || { echo "$got" >"$folder/out" && fail "status is not: $1"; }
}
refuses() { # COMMAND-OF-THE-TOOL
  local before
  before=$(sql "SELECT string_agg(c.oid || c.relname || c.relfilenode, ',' ORDER BY 1) FROM pg_class c")
  for command in up 'up --dry-run' baseline; do
    # shellcheck disable=SC2086 # several words
    ends_with 2 "$kairon" migrate $command --database "$url"
    says 'belong to'
    if [ "$command" = up ]; then says "run: $1"; fi
  done
  [ "$(sql "SELECT string_agg(c.oid || c.relname || c.relfilenode, ',' ORDER BY 1) FROM pg_class c")" = "$before" ] || fail 'the database changed'
}

layout dbmate db/m
printf -- '-- migrate:up\nCREATE TABLE a (n int);\n\n-- migrate:down\nDROP TABLE a;\n' >db/m/20240101_a.sql
printf -- '-- migrate:up\nSELECT 1;\nDELETE FROM a;\n-- migrate:down\nSELECT FROM WHERE;\n' >db/m/20240102_b.sql
finds 'db/m/20240102_b.sql:3:13: error[migration/delete-without-where]' 'db/m/20240102_b.sql:5:13: error[migration/syntax]'
grep -q 20240101_a.sql "$folder/out" && fail 'a finding about a good file'
sql 'CREATE TABLE schema_migrations (version varchar PRIMARY KEY)'
sql "INSERT INTO schema_migrations VALUES ('20240101'), ('20230101')"
state '20240101_a=unverified 20240102_b=pending 20230101=missing-file'
refuses 'dbmate up'
# A table of another tool than the layout's is not read as the layout's.
git config -f .kairon kairon.layout golang-migrate && mv db/m/20240101_a.sql db/m/1_a.up.sql
ends_with 3 "$kairon" migrate status --database "$url"
says 'is not as golang-migrate writes it'
sql 'DROP TABLE schema_migrations'
ok dbmate

layout goose db/m
printf -- '-- +goose Up\nCREATE TABLE a (n int);\n-- +goose Down\nDROP TABLE a;\n' >db/m/00001_a.sql
printf -- '-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY i ON a (n);\nCREATE INDEX CONCURRENTLY j ON a (n);\n-- +goose Down\nDROP INDEX CONCURRENTLY i;\nDROP INDEX CONCURRENTLY j;\n' >db/m/00002_b.sql
quiet
ends_with 0 "$kairon" migrate test
says 'db/m/00002_b.sql: passed'
sed -i '1d' db/m/00002_b.sql
finds '00002_b.sql:2:14: error[migration/ban-concurrent-index-creation-in-transaction]'
ends_with 1 "$kairon" migrate test
says '00002_b.sql:2:1: error[trial/forward]'
sql "CREATE TABLE goose_db_version (id serial, version_id bigint, is_applied bool, tstamp timestamp DEFAULT now()); INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, true), (1, true), (2, true), (2, false)"
state '00001_a=unverified 00002_b=pending'
refuses 'goose up'
# A newer version of the tool may have added a column; one that renamed what is read is not understood.
sql 'ALTER TABLE goose_db_version ADD COLUMN digest text'
state '00001_a=unverified 00002_b=pending'
sql 'ALTER TABLE goose_db_version RENAME COLUMN version_id TO number'
ends_with 3 "$kairon" migrate status --database "$url"
says 'is not as goose writes it'
ok goose

layout golang-migrate m
echo 'CREATE TABLE a (n int); CREATE TABLE b (n int);' >m/000001_a.up.sql
echo 'DROP TABLE a, b;' >m/000001_a.down.sql
echo 'CREATE INDEX CONCURRENTLY i ON a (n);' >m/000002_b.up.sql
echo '-- nothing' >m/000002_b.down.sql
quiet
ends_with 0 "$kairon" migrate test
says 'note: 000002_b has no rollback'
echo 'CREATE INDEX CONCURRENTLY i ON a (n); SELECT 1;' >m/000002_b.up.sql
ends_with 1 "$kairon" migrate test
says 'm/000002_b.up.sql:1:1: error[trial/forward]'
sql 'CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL); INSERT INTO schema_migrations VALUES (2, true)'
state '000001_a=assumed 000002_b=failed'
refuses 'migrate -path m -database URL up'
sql 'DROP TABLE schema_migrations'
ok golang-migrate

layout diesel migrations
mkdir -p migrations/2024-01-01-000000_a migrations/2024-01-02-000000_b
echo 'CREATE TABLE a (n int);' >migrations/2024-01-01-000000_a/up.sql
echo 'DROP TABLE a;' >migrations/2024-01-01-000000_a/down.sql
echo 'CREATE INDEX CONCURRENTLY i ON a (n);' >migrations/2024-01-02-000000_b/up.sql
: >migrations/2024-01-02-000000_b/down.sql
finds '2024-01-02-000000_b/up.sql:1:1: error[migration/needs-no-transaction]'
echo 'run_in_transaction = false' >migrations/2024-01-02-000000_b/metadata.toml
quiet
ends_with 0 "$kairon" migrate test
sql "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp DEFAULT now()); INSERT INTO __diesel_schema_migrations VALUES ('20240101000000')"
state '2024-01-01-000000_a=unverified 2024-01-02-000000_b=pending'
refuses 'diesel migration run'
ok diesel

layout prisma p/migrations
mkdir -p 'p/migrations/2024_a copy' p/migrations/2025_b
echo 'CREATE TABLE a (n int);' >'p/migrations/2024_a copy/migration.sql'
printf 'BEGIN;\nALTER TABLE a ADD COLUMN m int;\nCOMMIT;\n' >p/migrations/2025_b/migration.sql
quiet
ends_with 0 "$kairon" migrate test
sql "CREATE TABLE _prisma_migrations (id text, checksum text, finished_at timestamptz, migration_name text, logs text, rolled_back_at timestamptz, started_at timestamptz DEFAULT now(), applied_steps_count int);
  INSERT INTO _prisma_migrations (checksum, finished_at, migration_name) VALUES ('$(sed 's/$/\r/' 'p/migrations/2024_a copy/migration.sql' | sha256sum | cut -d' ' -f1)', now(), '2024_a copy'), ('x', NULL, '2025_b')"
state '2024_a copy=applied 2025_b=failed'
refuses 'prisma migrate deploy'
ok prisma

layout supabase supabase/migrations
echo 'CREATE TABLE a (n int);' >supabase/migrations/20240101000000_a.sql
quiet
sql "CREATE SCHEMA supabase_migrations; CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY)"
state '20240101000000_a=pending'
refuses 'supabase db push'
ok supabase

layout flyway db/migration
mkdir -p db/migration/more
echo 'CREATE TABLE a (n int);' >db/migration/V1__a.sql
echo 'CREATE INDEX CONCURRENTLY i ON a (n);' >db/migration/more/V1_2__b.sql
# shellcheck disable=SC2016 # Flyway's
echo 'CREATE TABLE ${schema}.c (n int);' >db/migration/V1.10__c.sql
finds 'V1.10__c.sql:1:14: warning[migration/not-judged]'
grep -q 'error\[' "$folder/out" && fail 'an error'
ends_with 0 "$kairon" migrate test
says 'db/migration/V1.10__c.sql: not judged'
sql "CREATE TABLE flyway_schema_history (installed_rank int, version text, description text, type text, script text, checksum int, installed_by text, installed_on timestamp DEFAULT now(), execution_time int, success bool);
  INSERT INTO flyway_schema_history (installed_rank, version, description, type, checksum, success) VALUES (1, '1', 'a', 'SQL', 7, true), (2, '1.2', 'b', 'SQL', NULL, false)"
state 'V1__a=changed V1_2__b=failed V1.10__c=pending'
refuses 'flyway migrate'
ok flyway

layout sqlx migrations
echo 'CREATE TABLE a (n int);' >migrations/1_a.sql
printf -- '-- no-transaction\nCREATE INDEX CONCURRENTLY i ON a (n);\n' >migrations/2_b.sql
quiet
ends_with 0 "$kairon" migrate test
sql "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text, installed_on timestamptz DEFAULT now(), success bool, checksum bytea, execution_time bigint); INSERT INTO _sqlx_migrations VALUES (1, 'a', now(), false, '', 0)"
state '1_a=failed 2_b=pending'
refuses 'sqlx migrate run'
ok sqlx

layout node-pg-migrate migrations
printf -- '-- Up Migration\nCREATE TABLE a (n int);\n-- Down Migration\nDROP TABLE a;\n' >migrations/1_a.sql
echo 'ALTER TABLE a ADD COLUMN m int;' >migrations/2_b.sql
quiet
ends_with 0 "$kairon" migrate test
sql "CREATE TABLE pgmigrations (id serial, name varchar(255), run_on timestamp); INSERT INTO pgmigrations (name, run_on) VALUES ('1_a', now())"
state '1_a=unverified 2_b=pending'
refuses 'node-pg-migrate up'
ok node-pg-migrate

layout atlas m
printf -- '-- atlas:txmode none\n\nCREATE TABLE a (n int);\nCREATE INDEX CONCURRENTLY i ON a (n);\n' >m/20240101.sql
quiet
ends_with 0 "$kairon" migrate test
ok atlas

# Every migration has its verdict: a failure ends that of one migration, and the next stands on what could be run.
layout kairon db/migrations
for n in 1 2 3 4 5; do
  echo "CREATE TABLE t$n (n int);" >"db/migrations/00${n}_t.sql"
  echo "DROP TABLE t$n;" >"db/migrations/00${n}_t_rollback.sql"
done
echo 'DROP TABLE nothing;' >db/migrations/001_t_rollback.sql
echo 'CREATE TABLE t2 (n nosuchtype);' >db/migrations/002_t.sql
echo 'SELECT 1;' >db/migrations/003_t_rollback.sql
echo '-- later' >db/migrations/004_t_rollback.sql
echo 'ALTER TABLE t1 ADD COLUMN m int; ALTER TABLE t3 ADD COLUMN m int;' >db/migrations/005_t.sql
echo 'ALTER TABLE t1 DROP COLUMN m; ALTER TABLE t3 DROP COLUMN m;' >db/migrations/005_t_rollback.sql
echo 'ALTER TABLE t2 ADD COLUMN m int;' >db/migrations/006_t.sql
echo 'ALTER TABLE t2 DROP COLUMN m;' >db/migrations/006_t_rollback.sql
ends_with 1 "$kairon" migrate test
for text in '001_t_rollback.sql:1:1: error[trial/rollback]' '002_t.sql:1:20: error[trial/forward]' \
  'the rollback leaves a difference: + table public.t3' '004_t_rollback.sql' 'holds no statement' \
  '005_t.sql: passed' '006_t.sql: not judged: it needs 002_t, which failed'; do
  says "$text"
done
ok 'every verdict'

# A clean state is made with the roles that are there already.
rm db/migrations/*
echo 'CREATE ROLE reader; CREATE TABLE t1 (n int); GRANT SELECT ON t1 TO reader;' >db/migrations/001_t.sql
echo 'DROP TABLE t1; DROP ROLE reader;' >db/migrations/001_t_rollback.sql
echo 'ALTER TABLE t1 ADD COLUMN m int;' >db/migrations/002_t.sql
echo 'SELECT 1;' >db/migrations/002_t_rollback.sql
echo 'ALTER TABLE t1 ADD COLUMN o int;' >db/migrations/003_t.sql
echo 'ALTER TABLE t1 DROP COLUMN o;' >db/migrations/003_t_rollback.sql
ends_with 1 "$kairon" migrate test
says 'db/migrations/002_t.sql: blocked'
says 'db/migrations/003_t.sql: passed'
ok 'roles of an earlier database'

# Roles belong to the server: a copy of the database that goes on granting to a role does not keep it from being dropped.
rm db/migrations/*
echo 'CREATE ROLE "App Reader"; CREATE TABLE t1 (n int); GRANT SELECT ON t1 TO "App Reader";' >db/migrations/001_t.sql
echo 'DROP TABLE t1; DROP ROLE "App Reader";' >db/migrations/001_t_rollback.sql
commit role
for n in 003 004; do
  echo "ALTER TABLE t1 ADD COLUMN IF NOT EXISTS c$n int;" >db/migrations/${n}_t.sql
  echo "ALTER TABLE t1 DROP COLUMN c$n;" >db/migrations/${n}_t_rollback.sql
done
echo 'DROP OWNED BY "App Reader"; DROP ROLE "App Reader";' >db/migrations/002_t.sql
echo 'CREATE ROLE "App Reader"; GRANT SELECT ON t1 TO "App Reader";' >db/migrations/002_t_rollback.sql
ends_with 0 "$kairon" migrate test
says "note: 002_t: statement 2 was not run, because copies of the trial's database depend on the role"
says 'db/migrations/002_t.sql: passed'
says '- role "App Reader"'
echo 'GRANT SELECT ON t1 TO "App Reader";' >db/migrations/002_t_rollback.sql
ends_with 1 "$kairon" migrate test
says 'the rollback leaves a difference: - role "App Reader"'
echo 'DROP ROLE "App Reader";' >db/migrations/002_t.sql
ends_with 1 "$kairon" migrate test
says '002_t.sql:1:1: error[trial/forward]: role "App Reader" cannot be dropped'
rm db/migrations/*
ok 'a role that copies of the database hold'
