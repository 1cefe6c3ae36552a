#!/usr/bin/env bash
# What the histories of real repositories hold, and what kept the trial from a right verdict: statements that name the
# real database, roles that a DO block makes, roles of the server that see more, and migrations after a failed one.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_begin
says() { grep -qF -- "$1" "$folder/out" || fail "the output does not say '$1'"; }
says_not() { if grep -qF -- "$1" "$folder/out"; then fail "the output says '$1'"; fi; }
migration() { # NAME SQL
  printf '%s\n' "$2" >"m/$1.up.sql"
}
cd "$folder/r"
git config -f .kairon kairon.layout golang-migrate
git config -f .kairon kairon.migrations m
mkdir -p m

migration 1_database 'GRANT CONNECT ON DATABASE app TO PUBLIC; ALTER DATABASE app SET timezone = '"'UTC'"'; COMMENT ON DATABASE "app" IS '"'database app'"';'
# shellcheck disable=SC2016 # SQL's
migration 2_roles 'DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '"'reader'"') THEN CREATE ROLE reader; END IF;
END $$;
DO $$ BEGIN
  CREATE ROLE writer NOLOGIN;
EXCEPTION WHEN duplicate_object THEN RAISE NOTICE '"'there'"';
END $$;
CREATE TABLE t (n int);
GRANT SELECT ON t TO reader;
GRANT INSERT ON t TO writer;'
migration 3_monitor 'GRANT pg_monitor TO reader;'
ends_with 0 "$kairon" migrate test
says '1_database: statement 1 names the database app'
says 'may make the role reader only as a superuser'
says_not 'a second run'
# The same files as a committed base.
git add -A && git commit -qm base
git update-ref refs/remotes/origin/main HEAD
migration 4_more 'CREATE TABLE u (n int);'
ends_with 0 "$kairon" migrate test
says 'm/4_more.up.sql: passed'
ok 'databases and roles by name'

# A role with the server's powers is not a role that merely sees more.
migration 4_more 'GRANT pg_execute_server_program TO reader;'
ends_with 1 "$kairon" migrate test
says 'error[trial/server-escape]'
ok 'roles that reach outside'

# What a rollback leaves on the database is said without the trial's own roles.
# shellcheck disable=SC2016 # SQL's
migration 4_more 'DO $$ BEGIN EXECUTE format('"'GRANT CREATE ON DATABASE %I TO reader'"', current_database()); END $$;'
echo 'SELECT 1;' >m/4_more.down.sql
ends_with 1 "$kairon" migrate test
says 'the rollback leaves a difference: ~ database of the trial: grants: '
says_not 'kairon_reader'
rm m/4_more.down.sql
ok 'grants on the database'

# Triggers of foreign keys are a superuser's to switch off, which reaches nothing outside. What else needs one is said.
migration 4_more 'CREATE TABLE p (n int PRIMARY KEY); CREATE TABLE c (n int REFERENCES p); ALTER TABLE c DISABLE TRIGGER ALL;
INSERT INTO c VALUES (1); ALTER TABLE c ENABLE TRIGGER ALL; DELETE FROM c;'
ends_with 0 "$kairon" migrate test
says '4_more: statement 3 needs a superuser and was repeated as one'
says 'm/4_more.up.sql: passed'
migration 4_more 'CREATE TABLE u (n int); SET ROLE pg_monitor; DROP TABLE u;'
ends_with 1 "$kairon" migrate test
says 'where a superuser runs your migrations: -- kairon: allow trial/forward REASON'
migration 4_more '-- kairon: allow trial/forward a superuser runs it
CREATE TABLE u (n int); SET ROLE pg_monitor; DROP TABLE u;'
ends_with 0 "$kairon" migrate test
says 'm/4_more.up.sql: not judged: a superuser runs it, and the trial'"'"'s role is not one'
ok 'what needs a superuser'

# What a failed migration would not make is not its fault.
migration 4_more 'CREATE TABLE u (n nosuchtype); SELECT 1 FROM outside.v;'
migration 5_own 'INSERT INTO outside.v VALUES (1);'
migration 6_after 'CREATE INDEX ON u (n);'
ends_with 1 "$kairon" migrate test
says 'm/5_own.up.sql: blocked'
says 'm/6_after.up.sql: not judged: it needs 4_more, which failed'
ok 'the cause of a failure'
says 'help: no migration here makes v'

# The tool's table under another name, in a schema of its own.
rm -rf m .kairon && mkdir m
git config -f .kairon kairon.layout goose
git config -f .kairon kairon.migrations m
git config -f .kairon kairon.versionTable tool._migrations
printf -- '-- +goose Up\nALTER TABLE tool._migrations ENABLE ROW LEVEL SECURITY;\n' >m/1_a.sql
printf -- '-- +goose Up\nCREATE TABLE b (n int);\n' >m/2_b.sql
ends_with 0 "$kairon" migrate test
sql 'CREATE SCHEMA tool; CREATE TABLE tool._migrations (id serial, version_id bigint, is_applied bool, tstamp timestamp DEFAULT now())'
sql 'INSERT INTO tool._migrations (version_id, is_applied) VALUES (0, true), (1, true)'
ends_with 1 "$kairon" migrate status --database "$url"
says '1_a'
"$kairon" migrate status --database "$url" --format json >"$folder/out" || true
[ "$(jq -r '.migrations | map(.version + "=" + .state) | join(" ")' "$folder/out")" = '1_a=unverified 2_b=pending' ] || fail 'status does not read the table'
git config -f .kairon kairon.versionTable 'a.b.c'
ends_with 2 "$kairon" migrate status --database "$url"
says "invalid table 'a.b.c'"
ok 'a version table of another name'

# Sqitch's verify scripts fail where the work is not done.
rm -rf m .kairon && mkdir -p m/deploy m/revert m/verify
git config -f .kairon kairon.layout sqitch
git config -f .kairon kairon.migrations m
printf '%s\n' '%syntax-version=1.0.0' '%project=p' '' 'one 2020-01-01T00:00:00Z A <a@example.com> # one' \
  'two [one] 2020-01-02T00:00:00Z A <a@example.com> # two' >m/sqitch.plan
for name in one two; do
  printf 'BEGIN;\nCREATE TABLE %s (n int);\nCOMMIT;\n' $name >m/deploy/$name.sql
  printf 'BEGIN;\nDROP TABLE %s;\nCOMMIT;\n' $name >m/revert/$name.sql
  printf 'BEGIN;\nSELECT n FROM %s WHERE false;\nROLLBACK;\n' $name >m/verify/$name.sql
done
ends_with 0 "$kairon" migrate test
printf 'BEGIN;\nSELECT m FROM two WHERE false;\nROLLBACK;\n' >m/verify/two.sql
ends_with 1 "$kairon" migrate test
says 'm/verify/two.sql:2:8: error[trial/verify]: the verify script fails: column "m" does not exist'
says 'm/deploy/one.sql: passed'
says 'm/deploy/two.sql: blocked'
ok 'verify scripts'
