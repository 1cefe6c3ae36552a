#!/usr/bin/env bash
# both-sources
# Staged migrations are judged at commit, by themselves and as a set; what counts as already there
# is what the remote has, so that a migration can be fixed until it is pushed.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
folder=db/migrations
mkdir -p $folder
# migration STEM SQL: writes it with a rollback file and stages both.
migration() {
  echo "$2" >"$folder/$1.sql"
  echo 'SELECT 1;' >"$folder/$1_rollback.sql"
  git add .
}
discard() { git reset -q --hard; }

seed
git init -q --bare "$sandbox/remote.git"
git remote add origin "$sandbox/remote.git"
git push -q --no-verify origin main
migration 002_note 'CREATE TABLE public.note (id bigint PRIMARY KEY);'
passes git commit -q -m first
migration 002_note 'CREATE TABLE public.note (id bigint PRIMARY KEY, body text);'
passes git commit -q -m 'mended before it was pushed'
git push -q --no-verify origin main
migration 002_note 'CREATE TABLE public.note (id bigint PRIMARY KEY, body text, at timestamptz);'
blocks migration/immutable git commit -q -m changed
discard

migration 003_bad 'ALTER TABLE public.note ADD COLUMN;'
blocks migration/syntax git commit -q -m syntax
mentions '003_bad.sql:1'
discard
migration 003_drop 'DELETE FROM public.note;'
blocks migration/delete-without-where git commit -q -m drop
migration 003_drop '-- kairon: allow migration/delete-without-where nobody reads it
DELETE FROM public.note;'
passes git commit -q -m allowed
migration 001_late 'CREATE TABLE public.late (id bigint PRIMARY KEY);'
blocks migration/out-of-order git commit -q -m late
discard
migration 003_other 'CREATE TABLE public.other (id bigint PRIMARY KEY);'
blocks migration/collision git commit -q -m collision
discard
migration 004_more 'CREATE TABLE public.more (id bigint PRIMARY KEY);'
git rm -q --cached $folder/004_more_rollback.sql
blocks migration/no-rollback git commit -q -m 'no way back'

# A repository without a remote: nothing has left this machine, everything can still be fixed.
new_repo "$sandbox/alone"
mkdir -p $folder
migration 002_note 'CREATE TABLE public.note (id bigint PRIMARY KEY);'
passes git commit -q -m first
migration 002_note 'CREATE TABLE public.note (id bigint PRIMARY KEY, body text);'
passes git commit -q -m 'mended: there is nobody who has it'
# A remote of another name counts as well, also when its refs are packed.
git init -q --bare "$sandbox/upstream.git"
git remote add upstream "$sandbox/upstream.git"
git push -q --no-verify upstream main
git pack-refs --all
rm -rf .git/refs/remotes
migration 002_note 'CREATE TABLE public.note (id bigint PRIMARY KEY, title text);'
blocks migration/immutable git commit -q -m changed
