#!/usr/bin/env bash
# A team's day with migrations: two branches that meet, a squash into a baseline, a hotfix out of order, a migration
# that only one colleague applied, a file that got another name.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_begin
says() { grep -qF -- "$1" "$folder/out" || fail "the output does not say '$1'"; }
migration() { # STEM FORWARD ROLLBACK
  echo "$2" >"db/migrations/$1.sql"
  echo "$3" >"db/migrations/$1_rollback.sql"
}
database() { sql "CREATE DATABASE $1" && echo "host=$folder/pg user=postgres dbname=$1"; }
mine=$(database mine)
yours=$(database yours)
migrate() { local command=$1 && shift && "$kairon" migrate "$command" --database "$@" >"$folder/out" 2>&1 </dev/null; }
state() { # DATABASE EXPECTED
  local got
  got=$("$kairon" migrate status --database "$1" --format json | jq -r '[.migrations[] | .version + "=" + .state] | join(" ")') || true
  [ "$got" = "$2" ] || { echo "$got" >"$folder/out" && fail "status is not: $2"; }
}

migration 001_a 'CREATE TABLE a (id int PRIMARY KEY);' 'DROP TABLE a;'
migration 002_b 'CREATE TABLE b (id int PRIMARY KEY);' 'DROP TABLE b;'
commit start
for one in "$mine" "$yours"; do migrate up "$one" || fail 'up'; done

# Two branches add a 003 and meet: the check names both, the later one takes the next number.
git checkout -qb yours
migration 003_yours 'CREATE TABLE yours (id int);' 'DROP TABLE yours;'
commit yours
migrate up "$yours" || fail 'yours'
git checkout -q -
migration 003_mine 'CREATE TABLE mine (id int);' 'DROP TABLE mine;'
commit mine
migrate up "$mine" || fail 'mine'
git merge -q --no-edit yours
ends_with 1 "$kairon" check
says '[migration/collision]'
ends_with 2 "$kairon" migrate up --database "$mine"
says 'have the same number'
git mv db/migrations/003_yours.sql db/migrations/004_yours.sql
git mv db/migrations/003_yours_rollback.sql db/migrations/004_yours_rollback.sql
commit 'take the next number'
migrate up "$mine" || fail 'after the merge'
state "$mine" '001_a=applied 002_b=applied 003_mine=applied 004_yours=applied'
# Whoever applied it under its old number is told: it does not run twice.
migrate up "$yours" && fail 'the renamed migration ran again'
says '004_yours.sql is pending, but the same content is applied as 003_yours, whose file is gone'
sql "UPDATE schema_migrations SET version = '004_yours' WHERE version = '003_yours'" "$yours"
migrate up "$yours" && fail 'out of order'
says '--allow-out-of-order'
migrate up "$yours" --allow-out-of-order || fail 'allowed out of order'
state "$yours" '001_a=applied 002_b=applied 003_mine=applied 004_yours=applied'
ok 'two branches'

# A hotfix with a number between.
migration 002b_hotfix 'CREATE INDEX a_id ON a (id);' 'DROP INDEX a_id;'
commit hotfix
migrate up "$mine" --dry-run && fail 'a dry run passes what up refuses'
says 'a later migration is already applied'
migrate up "$mine" --allow-out-of-order || fail 'hotfix'
migrate up "$yours" --allow-out-of-order || fail 'hotfix'
ok 'a hotfix out of order'

# Only one colleague applied it, and the branch is gone.
migration 005_try 'CREATE TABLE try (id int);' 'DROP TABLE try;'
migrate up "$yours" || fail 'try'
rm db/migrations/005_*
migration 006_next 'CREATE TABLE next (id int);' 'DROP TABLE next;'
commit next
migrate up "$yours" || fail 'next'
says '005_try is applied, and its file is gone'
state "$yours" '001_a=applied 002_b=applied 002b_hotfix=applied 003_mine=applied 004_yours=applied 005_try=missing-file 006_next=applied'
ok 'a migration that only one applied'

# Line ends of another checkout are no change.
sed -i 's/$/\r/' db/migrations/001_a.sql
state "$mine" '001_a=applied 002_b=applied 002b_hotfix=applied 003_mine=applied 004_yours=applied 006_next=pending'
sed -i 's/\r$//' db/migrations/001_a.sql
migrate up "$mine" || fail 'next'

# The old ones become one baseline; databases that have them record it, new ones run it.
mkdir db/migrations/archive
mv db/migrations/00[1-6]*.sql db/migrations/archive/
migration 007_baseline "$(for one in 001_a 002_b 002b_hotfix 003_mine 004_yours 006_next; do cat "db/migrations/archive/$one.sql"; done)" 'SELECT 1;'
commit squash
migrate baseline "$mine" || fail 'baseline'
migrate up "$mine" || fail 'up behind a baseline'
says 'nothing to do'
fresh=$(database fresh)
migrate up "$fresh" || fail 'a fresh database runs the baseline'
[ "$(sql "SELECT count(*) FROM pg_class WHERE relname IN ('a', 'b', 'mine', 'yours', 'next')" "$fresh")" = 5 ] || fail 'the baseline is not whole'
ok 'a squash'
