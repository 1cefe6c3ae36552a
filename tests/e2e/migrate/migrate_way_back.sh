#!/usr/bin/env bash
# What the trial makes of a rollback that leaves something: one finding for one cause, an error for what is lost, kept or
# changed, a warning for what harms nobody. And what a copy of the trial's database must have: the privileges on the
# database and its settings.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_alone
says() { grep -qF -- "$1" "$folder/out" || fail "the output does not say '$1'"; }
says_not() { if grep -qF -- "$1" "$folder/out"; then fail "the output says '$1'"; fi; }
use() { # LAYOUT
  rm -rf m .kairon && mkdir m
  git config -f .kairon kairon.layout "$1" && git config -f .kairon kairon.migrations m
}
pair() { # NAME UP DOWN
  printf '%s\n' "$2" >"m/$1.up.sql"
  printf '%s\n' "$3" >"m/$1.down.sql"
}

use golang-migrate
pair 1_table 'CREATE TABLE t (id serial PRIMARY KEY, n int UNIQUE); CREATE INDEX i ON t (n);' 'SELECT 1;'
ends_with 1 "$kairon" migrate test
says '1_table.down.sql:1:1: error[trial/rollback-schema]: the rollback leaves a difference: + table public.t (and 9 parts of it)'
[ "$(grep -c 'rollback-schema' "$folder/out")" = 1 ] || fail 'one table is more than one finding'
pair 1_table 'CREATE TABLE t (a int, b int, c int, d int, e int);' 'DROP TABLE t;'
pair 2_many 'CREATE INDEX i1 ON t (a); CREATE INDEX i2 ON t (b); CREATE INDEX i3 ON t (c); CREATE INDEX i4 ON t (d); CREATE INDEX i5 ON t (e);' 'SELECT 1;'
ends_with 1 "$kairon" migrate test
says '+ index public.i3: CREATE INDEX i3 ON public.t USING btree (c) (and 2 more of this kind)'
says_not 'the rollback leaves a difference: + index public.i4'
ok 'one cause is one finding'

# A second push stands on a base, so that the comment was there before.
use golang-migrate
pair 1_base "CREATE TABLE t (n int); COMMENT ON TABLE t IS 'first';" 'DROP TABLE t;'
commit base && git update-ref refs/remotes/origin/main HEAD
pair 2_light "CREATE EXTENSION IF NOT EXISTS pgcrypto; CREATE SCHEMA IF NOT EXISTS extra; COMMENT ON TABLE t IS 'second';" 'SELECT 1;'
ends_with 0 "$kairon" migrate test
for line in '+ extension pgcrypto' '+ schema extra' '~ comment table public.t: text: first -> second'; do
  says "warning[trial/rollback-schema]: the rollback leaves a difference: $line"
done
# What the migration did not make is not a part of its way back; what it made is.
pair 2_light 'DROP TABLE IF EXISTS gone;' 'CREATE TABLE gone (n int);'
ends_with 0 "$kairon" migrate test
says 'warning[trial/rollback-schema]: the rollback leaves a difference: + table public.gone'
pair 2_light 'CREATE TABLE IF NOT EXISTS stays (n int);' 'SELECT 1;'
ends_with 1 "$kairon" migrate test
says 'error[trial/rollback-schema]: the rollback leaves a difference: + table public.stays'
pair 2_light 'ALTER TABLE t ADD COLUMN IF NOT EXISTS n int;' 'ALTER TABLE t DROP COLUMN n;'
ends_with 1 "$kairon" migrate test
says 'error[trial/rollback-schema]: the rollback leaves a difference: - column public.t.n'
# In our own layout a rollback restores all of it.
use kairon
printf "CREATE TABLE t (n int); COMMENT ON TABLE t IS 'first';" >m/001_base.sql
echo 'DROP TABLE t;' >m/001_base_rollback.sql
commit ours && git update-ref refs/remotes/origin/main HEAD
echo "COMMENT ON TABLE t IS 'second';" >m/002_light.sql
echo 'SELECT 1;' >m/002_light_rollback.sql
ends_with 1 "$kairon" migrate test
says 'error[trial/rollback-schema]: the rollback leaves a difference: ~ comment table public.t'
ok 'what harms nobody is a warning'

# People who cannot undo a migration write that into its rollback. An exception from elsewhere is a failure.
use golang-migrate
# shellcheck disable=SC2016 # SQL's
pair 1_one_way 'CREATE TABLE t (n int);' 'DO $$ BEGIN RAISE EXCEPTION '"'the rows are merged'"'; END $$;'
ends_with 0 "$kairon" migrate test
says 'note: 1_one_way is irreversible: its rollback raises the rows are merged'
says '1_one_way.up.sql: passed'
# shellcheck disable=SC2016 # SQL's
pair 1_one_way 'CREATE TABLE t (n int); CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '"'broken'"'; END $$;' \
  'DO $$ BEGIN PERFORM f(); END $$;'
ends_with 1 "$kairon" migrate test
says 'error[trial/rollback]: the rollback fails: broken'
ok 'a rollback that refuses'

# Another failure makes a copy of the database, which has what the first migration gave on the database.
use golang-migrate
# shellcheck disable=SC2016 # SQL's
pair 1_role 'CREATE ROLE app; DO $$ BEGIN EXECUTE format('"'GRANT CREATE ON DATABASE %I TO app', current_database()"'); EXECUTE format('"'ALTER DATABASE %I SET work_mem = ''5MB''', current_database()"'); END $$;' ''
pair 2_fails 'CREATE TABLE u (n int);' 'SELECT 1;'
# shellcheck disable=SC2016 # SQL's
pair 3_needs 'DO $$ BEGIN IF NOT has_database_privilege('"'app', current_database(), 'CREATE'"') THEN RAISE '"'lost'"'; END IF; IF NOT EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()) THEN RAISE '"'no setting'"'; END IF; END $$;' ''
ends_with 1 "$kairon" migrate test
says '2_fails.up.sql: blocked'
says '3_needs.up.sql: passed'
ok 'a copy of the database'

# A migration that is a program of the tool, and one that stands on it, are not judged; others are.
use goose
printf -- '-- +goose Up\nCREATE TABLE a (n int);\n-- +goose Down\nDROP TABLE a;\n' >m/1_a.sql
printf 'package m\n\nfunc up() { exec("CREATE TABLE of_go (n int)") }\n' >m/2_program.go
printf -- '-- +goose Up\nALTER TABLE of_go ADD COLUMN m int;\n-- +goose Down\n' >m/3_stands.sql
printf -- '-- +goose Up\nALTER TABLE a ADD COLUMN m int;\n-- +goose Down\nALTER TABLE a DROP COLUMN m;\n' >m/4_alone.sql
ends_with 0 "$kairon" migrate test
says 'm/1_a.sql: passed'
says 'm/2_program.go: not judged: a program, which only goose runs'
says 'm/3_stands.sql: not judged: it needs 2_program, which is a program'
says 'm/4_alone.sql: passed'
says 'migrations: passed, 2 not judged'
git add -A && git commit -qm program && git update-ref refs/remotes/origin/main HEAD
printf -- '-- +goose Up\nALTER TABLE a ADD COLUMN o int;\n-- +goose Down\nALTER TABLE a DROP COLUMN o;\n' >m/5_more.sql
rm m/3_stands.sql && git commit -qam without && git update-ref refs/remotes/origin/main HEAD
ends_with 0 "$kairon" migrate test
says 'note: programs, which only goose runs, are not part of the base: m/2_program.go'
says 'm/5_more.sql: passed'
ok 'a program among the files'

# Syntax of a newer server names the version that reads it.
use golang-migrate
pair 1_new 'CREATE TABLE t (n int, CONSTRAINT c CHECK (n > 0) NOT ENFORCED);' 'DROP TABLE t;'
git config -f .kairon kairon.postgresVersion 15
ends_with 1 "$kairon" check --all
says 'If your servers are that new: [kairon] postgresVersion = 18'
ends_with 1 "$kairon" migrate test
says 'help: PostgreSQL reads NOT ENFORCED from version 18 on, and this server is version 15'
ok 'syntax of a newer server'

# A role that the trial cannot drop fails no verify script.
use sqitch
mkdir m/deploy m/revert m/verify
printf '%%syntax-version=1.0.0\n%%project=app\n\n' >m/sqitch.plan
change() { # NAME DEPLOY REVERT VERIFY
  echo "$1 2024-01-01T00:00:00Z t <t@example.com> # x" >>m/sqitch.plan
  printf 'BEGIN; %s COMMIT;\n' "$2" >"m/deploy/$1.sql"
  printf 'BEGIN; %s COMMIT;\n' "$3" >"m/revert/$1.sql"
  printf 'BEGIN; %s ROLLBACK;\n' "$4" >"m/verify/$1.sql"
}
change make 'CREATE ROLE old; CREATE TABLE t (n int); GRANT SELECT ON t TO old;' 'DROP TABLE t; DROP ROLE old;' "SELECT 1/count(*) FROM pg_roles WHERE rolname = 'old';"
change bad 'CREATE TABLE b (n int);' 'SELECT 1;' 'SELECT n FROM b;'
change drop 'REVOKE SELECT ON t FROM old; DROP ROLE old;' 'CREATE ROLE old; GRANT SELECT ON t TO old;' "SELECT 1/(1 - count(*)) FROM pg_roles WHERE rolname = 'old';"
ends_with 1 "$kairon" migrate test
says 'm/deploy/bad.sql: blocked'
says 'drop: its verify script was not judged, because a role that was dropped is still here'
says 'm/deploy/drop.sql: passed'
ok 'a verify script of a role'
