#!/usr/bin/env bash
# Staged migrations are judged as they stand in the index, and against what the remote has.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

# migration VERSION SQL: the file and its rollback, staged.
migration() {
  printf '%s\n' "$2" >"db/migrations/$1.sql"
  echo "select 1;" >"db/migrations/$1_rollback.sql"
  git add db
}

seed
mkdir -p db/migrations
migration 001_init "create table shop.orders (id bigint primary key);"
passes git commit -q -m "first migration"

migration 002_note "delete from shop.orders;"
echo "alter table shop.orders add column note text;" >db/migrations/002_note.sql
blocks migration/delete-without-where git commit -m "bad staged, good on disk"
mentions "db/migrations/002_note.sql:1:13"
migration 002_note "alter table shop.orders add column note text;"
echo "drop database shop;" >db/migrations/002_note.sql
passes git commit -m "good staged, bad on disk"
git checkout -q db

migration 002_other "alter table shop.orders add column other text;"
blocks migration/collision git commit -m "a second 002"
git reset -q --hard

migration 003_gone "alter table shop.orders add column gone text;"
git rm -q --cached db/migrations/003_gone_rollback.sql
blocks migration/no-rollback git commit -m "no way back"
git add db
passes git commit -q -m "with its rollback"

git init -q --bare "$sandbox/remote.git"
git remote add origin "$sandbox/remote.git"
passes env KAIRON_SKIP=trial git push -q origin main

migration 004_new "alter table shop.orders add column draft text;"
passes git commit -q -m "not pushed yet"
migration 004_new "alter table shop.orders add column final text;"
passes git commit -q -m "an unpublished migration may still change"
migration 001_init "create table shop.orders (id bigint primary key, note text);"
blocks migration/immutable git commit -m "a published one may not"
git reset -q --hard
git mv db/migrations/001_init.sql db/migrations/001_start.sql
blocks migration/immutable git commit -m "nor be renamed"
git reset -q --hard
git rm -q db/migrations/002_note.sql db/migrations/002_note_rollback.sql
blocks migration/immutable git commit -m "nor deleted"
git reset -q --hard
mkdir db/migrations/archive
git mv db/migrations/001_init.sql db/migrations/001_init_rollback.sql db/migrations/archive
passes git commit -m "archived unchanged"
mentions "warning[migration/immutable]"
git reset -q --hard HEAD^

migration 002b_late "alter table shop.orders add column late text;"
blocks migration/out-of-order git commit -m "sorts before a published one"
git reset -q --hard

migration 005_copy "copy shop.orders to program 'cat';"
run git commit -q --no-verify -m "around pre-commit"
blocks migration/server-escape env KAIRON_SKIP=trial git push -q origin main
