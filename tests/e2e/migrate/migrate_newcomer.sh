#!/usr/bin/env bash
# What somebody types in the first week: a folder instead of files, one file of several, a schema file that comes late or
# is broken, a squash, a rollback on top of a migration that stopped halfway, a wrong setting.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_begin -c max_connections=30
out=$folder/out
says() { grep -qF -- "$1" "$out" || fail "the output does not say '$1'"; }
silent() { ! grep -qF -- "$1" "$out" || fail "the output says '$1'"; }
pair() { # NAME FORWARD ROLLBACK
  printf '%s\n' "$2" >"db/migrations/$1.sql"
  printf '%s\n' "$3" >"db/migrations/$1_rollback.sql"
}
fresh() { # NAME: a repository with a remote
  mkdir -p "$folder/$1/db/migrations"
  cd "$folder/$1"
  git init -q -b main .
  git init -q --bare "../$1.git"
  git remote add origin "../$1.git"
}
publish() { git add -A && git commit -qm "$1" && git push -q origin HEAD; }
push_gate() {
  local remote
  remote=../$(basename "$PWD").git
  printf 'refs/heads/main %s refs/heads/main %s\n' "$(git rev-parse HEAD)" "$(git rev-parse origin/main)" >"$folder/pushed"
  # shellcheck disable=SC2016 # bash expands it
  ends_with "$1" bash -c '"$1" origin "$2" <"$3"' _ "$(dirname "$kairon")/pre-push" "$remote" "$folder/pushed"
}
m() { "$kairon" migrate "$@" --database "$url"; }

fresh files
ends_with 0 "$kairon" migrate test
pair 001_a 'CREATE TABLE IF NOT EXISTS a (id int);' 'DROP TABLE a;'
publish a
ends_with 0 "$kairon" migrate test
says 'to try them again: kairon migrate test db/migrations'
ends_with 0 "$kairon" migrate test db/migrations
says 'db/migrations/001_a.sql: passed'
pair 002_b 'CREATE TABLE IF NOT EXISTS b (id int);' 'DROP TABLE b;'
pair 003_c 'ALTER TABLE b ADD COLUMN IF NOT EXISTS c int;' 'ALTER TABLE b DROP COLUMN c;'
git add -A && git commit -qm bc
ends_with 0 "$kairon" migrate test db/migrations/003_c.sql
says 'base: 2 earlier migrations'
(cd db && ends_with 0 "$kairon" migrate test migrations)
git push -q origin HEAD
for one in 001_a 002_b; do
  ends_with 0 "$kairon" migrate test db/migrations/$one.sql
  says "db/migrations/$one.sql: passed"
done
ends_with 0 "$kairon" migrate test db/migrations/001_a.sql db/migrations/003_c.sql
says 'db/migrations/002_b.sql: passed'
mkdir empty
ends_with 2 "$kairon" migrate test empty
says 'no migration in empty'
pair 004_d 'CREATE TABLE d (' 'DROP TABLE d;'
pair 005_e 'CREATE TABLE IF NOT EXISTS e (id int);' 'DROP TABLE e;'
ends_with 1 "$kairon" migrate test
says 'blocked, 1 of 2 with errors'
printf '<<<<<<< HEAD\nSELECT 1;\n=======\nSELECT 2;\n>>>>>>> other\n' >db/migrations/004_d.sql
ends_with 1 "$kairon" check db/migrations/004_d.sql
says '004_d.sql:1:1: error[migration/syntax]: the file holds a merge conflict'
[ "$(grep -c 'migration/syntax\]' "$out")" = 1 ] || fail 'one conflict is one finding'
ok 'folders, single files, counts, conflicts'

git config kairon.migrations db/migration
ends_with 0 "$kairon" migrate test
says 'there is no folder db/migration for the migrations'
git config --unset kairon.migrations
ok 'a wrong folder is told of'

fresh notes
pair 001_a '-- kairon: allow trial/data-loss it is meant
CREATE TABLE IF NOT EXISTS a (id int);' 'DROP TABLE a;'
ends_with 0 "$kairon" check --all
silent suppression/unused
sed -i 's/data-loss/date-loss/' db/migrations/001_a.sql
"$kairon" check --all >"$out" 2>&1 || true
says "unknown rule 'trial/date-loss'"
sed -i 's/date-loss/data-loss/' db/migrations/001_a.sql
ends_with 0 "$kairon" explain trial/data-loss
says 'kairon migrate test'
pair 003_c 'CREATE TABLE IF NOT EXISTS c (id int);' 'DROP TABLE c;'
publish ac
pair 002_b '-- kairon: allow migration/out-of-order a hotfix
CREATE TABLE IF NOT EXISTS b (id int);' 'DROP TABLE b;'
git add -A
ends_with 0 "$kairon" check --staged
publish b
ends_with 0 "$kairon" check --all
silent suppression/unused
ok 'notes about the trial, and notes that a published file keeps'

fresh schema
pair 001_a 'CREATE TABLE IF NOT EXISTS a (id int);' 'DROP TABLE a;'
publish a
pair 002_b 'ALTER TABLE outside ADD COLUMN IF NOT EXISTS n int;' 'ALTER TABLE outside DROP COLUMN n;'
ends_with 1 "$kairon" migrate test
echo 'CREATE TABLE a (id int); CREATE TABLE outside (id int);' >db/schema.sql
git add -A && git commit -qm schema
ends_with 0 "$kairon" migrate test
says 'base: db/schema.sql'
ok 'a schema file that comes with the migration which needs it'
git checkout -q --orphan other && git rm -qrf . && mkdir -p db/migrations
pair 001_a 'CREATE TABLE IF NOT EXISTS a (id int);' 'DROP TABLE a;'
printf 'CREATE TABLE a (id int);\nCREATE TABLE outside (id int;\n' >db/schema.sql
publish broken
pair 002_b 'ALTER TABLE outside ADD COLUMN IF NOT EXISTS n int;' 'ALTER TABLE outside DROP COLUMN n;'
git add -A && git commit -qm b
ends_with 1 "$kairon" migrate test
says 'db/schema.sql:2:'
ok 'a broken schema file is named'

fresh squash
pair 001_a 'CREATE TABLE a (id int);' 'DROP TABLE a;'
pair 002_b 'CREATE TABLE b (id int);' 'DROP TABLE b;'
publish ab
mkdir db/migrations/archive
git mv db/migrations/00* db/migrations/archive/
pair 003_all 'CREATE TABLE IF NOT EXISTS a (id int); CREATE TABLE IF NOT EXISTS b (id int);' 'DROP TABLE a; DROP TABLE b;'
git add -A && git commit -qm squash
ends_with 0 "$kairon" migrate test
says '2 migrations in the archive'
push_gate 0
ok 'a squash is tried as a new database runs it'

fresh half
pair 001_t 'CREATE TABLE t (id int, v text);' 'DROP TABLE t;'
pair 002_i "-- kairon: no-transaction
INSERT INTO t VALUES (1, 'a'), (2, 'a');
CREATE UNIQUE INDEX CONCURRENTLY ixv ON t (v);" 'DROP INDEX ixv;'
ends_with 1 m up
ends_with 1 m down
says '002_i.sql stopped halfway: 1 of its statements are done'
[ "$(sql 'SELECT count(*) FROM t')" = 2 ] || fail 'down took away what the other migration stands on'
sql 'DELETE FROM t WHERE id = 2'
sql 'DROP INDEX IF EXISTS ixv'
ends_with 0 m up
ends_with 0 m down --to 001
[ "$(sql 'SELECT count(*) FROM t')" = 1 ] || fail 'rows are lost'
printf 'CREATE TABLE t (id int, v text); -- changed\n' >db/migrations/001_t.sql
ends_with 0 "$kairon" migrate verify --accept 001 --reason comment --database "$url"
git mv -f db/migrations/001_t.sql db/migrations/003_t.sql 2>/dev/null || mv db/migrations/001_t.sql db/migrations/003_t.sql
mv db/migrations/001_t_rollback.sql db/migrations/003_t_rollback.sql
ends_with 1 m up
says "UPDATE schema_migrations SET version = '003_t' WHERE version = '001_t'"
ok 'nothing is undone below what stopped halfway'

fresh stopped
sql 'CREATE DATABASE stopped'
url="host=$folder/pg user=postgres dbname=stopped"
pair 001_a 'CREATE TABLE a (id int);' 'DROP TABLE a;'
pair 002_b '-- kairon: no-transaction
CREATE TABLE b (id int);
INSERT INTO b VALUES (1/0);' 'DROP TABLE b;'
ends_with 1 m up
mkdir ../aside && mv db/migrations/002* ../aside/
ends_with 1 m down
says '002_b stopped halfway: 1 of its statements are done'
ends_with 1 m up
says "DELETE FROM kairon_migration_steps WHERE version = '002_b'"
"$kairon" migrate status --database "$url" >"$out" 2>&1 || true
says 'missing-file'
mv ../aside/002* db/migrations/
ok 'a migration that stopped halfway is not forgotten with its file'
ends_with 0 m baseline
[ "$(sql 'SELECT count(*) FROM kairon_migration_steps')" = 0 ] || fail 'baseline keeps the steps of a run that stopped'
ok 'baseline ends what stopped halfway'
pair 003_c 'CREATE TABLE c (id int); CREATE TABLE d (id int);' '-- kairon: no-transaction
DROP TABLE c;
SELECT 1/0;
DROP TABLE d;'
ends_with 0 m up
ends_with 1 m down
pair 004_z 'CREATE TABLE z AS SELECT * FROM d;' 'DROP TABLE z;'
ends_with 1 m up
says '003_c.sql stopped halfway while it was undone: 1 of its statements are done'
ok 'nothing is built on what is half undone'
[ "$failed" = 0 ]
