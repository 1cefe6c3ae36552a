#!/usr/bin/env bash
# What counts as published, whatever the remote is called, and a rollback that is fixed after its migration was
# published: `kairon migrate test` by hand and real pushes.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
if ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
  echo "skipped: PostgreSQL's server is not installed (apt-get install postgresql)"
  exit 77
fi
kairon=$build/kairon
migration() { # stem, forward, rollback
  mkdir -p db/migrations
  echo "$2" >"db/migrations/$1.sql"
  echo "$3" >"db/migrations/$1_rollback.sql"
}
commit() { git add -A && git commit -q --no-verify -m "$1" 2>/dev/null; }
want() { # status, text, command...
  local wanted=$1 text=$2
  shift 2
  ends_with "$wanted" "$@"
  mentions "$text"
}
seed

# --- No remote: what is committed and was never tried is not "none is new" ------------------------------
migration 001_note 'CREATE TABLE IF NOT EXISTS public.note (id bigint PRIMARY KEY);' 'DROP TABLE public.note;'
want 0 '001_note' "$kairon" migrate test
commit first
want 0 'base: 0 earlier migrations' "$kairon" migrate test
migration 002_body 'ALTER TABLE public.note ADD COLUMN IF NOT EXISTS body text;' 'SELECT 1;'
want 1 'base: 1 earlier migration' "$kairon" migrate test # the one that is being written
commit second
want 1 '[trial/rollback-schema]' "$kairon" migrate test
migration 002_body 'ALTER TABLE public.note ADD COLUMN IF NOT EXISTS body text;' 'ALTER TABLE public.note DROP COLUMN body;'
commit mended

# --- A remote that is not called origin --------------------------------------------------------------------
git init -q --bare "$sandbox/upstream.git"
git remote add upstream "$sandbox/upstream.git"
passes git push -q upstream main
want 0 'none is new' "$kairon" migrate test
migration 003_more 'ALTER TABLE public.note ADD COLUMN IF NOT EXISTS more text;' 'ALTER TABLE public.note DROP COLUMN more;'
commit third
want 0 'base: 2 earlier migrations' "$kairon" migrate test
[[ $output != *002_body* ]] || fail 'a published migration is tried again'
echo '-- later' >>db/migrations/002_body.sql
git add -A
blocks migration/immutable git commit -q -m 'a published migration'
git checkout -q HEAD -- db
passes git push -q upstream main

# --- Only the rollback of a published migration changes ----------------------------------------------------
published=$(git rev-parse HEAD)
echo 'SELECT 1;' >db/migrations/002_body_rollback.sql
git add -A
passes git commit -q -m 'a worse rollback'
want 1 '[trial/rollback-schema]' "$kairon" migrate test
mentions 'db/migrations/002_body_rollback.sql'
want 1 'push blocked at trial of the migrations' git push upstream main
[[ $(git -C "$sandbox/upstream.git" rev-parse main) == "$published" ]] || fail 'the remote moved'
echo 'ALTER TABLE public.note DROP COLUMN IF EXISTS body;' >db/migrations/002_body_rollback.sql
want 0 'its changed rollback is tried on 1 earlier migration' "$kairon" migrate test
commit 'a better rollback'
want 0 'its changed rollback is tried on 1 earlier migration' git push upstream main
want 0 'none is new' "$kairon" migrate test

# Beside a new migration, and for one that came in one commit with what it needs.
migration 004_tag 'CREATE TABLE IF NOT EXISTS public.tag (id bigint PRIMARY KEY);' 'DROP TABLE public.tag;'
migration 005_tag_name 'ALTER TABLE public.tag ADD COLUMN IF NOT EXISTS name text;' 'ALTER TABLE public.tag DROP COLUMN name;'
commit tags
passes git push -q upstream main
echo 'ALTER TABLE public.tag DROP COLUMN IF EXISTS name;' >db/migrations/005_tag_name_rollback.sql
migration 006_kind 'ALTER TABLE public.tag ADD COLUMN IF NOT EXISTS kind text;' 'ALTER TABLE public.tag DROP COLUMN kind;'
commit both
want 0 '005_tag_name: its changed rollback is tried on 4 earlier migrations' git push upstream main
mentions '006_kind'
git rm -q db/migrations/006_kind_rollback.sql && commit 'no rollback'
want 1 '[trial/no-rollback]' git push upstream main
git revert --no-edit HEAD >/dev/null
want 0 'migrations: none is new' "$kairon" migrate test
passes git push -q upstream main

# --- The schema file: the rollback is tried on what stood before its migration -----------------------------
git checkout -q --orphan with_schema && git rm -rqf . && mkdir -p n8n-workflows db
good A >n8n-workflows/A.json
echo 'CREATE TABLE public.events (id bigint PRIMARY KEY);' >db/schema.sql
commit schema
migration 001_note 'ALTER TABLE public.events ADD COLUMN IF NOT EXISTS note text;' 'ALTER TABLE public.events DROP COLUMN note;'
commit note
echo 'CREATE TABLE public.events (id bigint PRIMARY KEY, note text);' >db/schema.sql
commit dump
passes git push -q upstream with_schema
echo 'SELECT 1;' >db/migrations/001_note_rollback.sql
commit worse
want 1 '[trial/rollback-schema]' git push upstream with_schema
echo 'ALTER TABLE public.events DROP COLUMN IF EXISTS note;' >db/migrations/001_note_rollback.sql
commit better
want 0 'its changed rollback is tried on db/schema.sql' git push upstream with_schema
passes git push upstream with_schema:refs/heads/copy

# --- A repository that is older than the gate --------------------------------------------------------------
git checkout -q --orphan legacy && git rm -rqf . && mkdir -p n8n-workflows db/migrations
good A >n8n-workflows/A.json
echo 'CREATE TABLE public.events (id bigint PRIMARY KEY, note text); CREATE TABLE public.kind (name text);' >db/schema.sql
echo 'ALTER TABLE public.events ADD COLUMN note text;' >db/migrations/001_note.sql
echo "INSERT INTO public.kind VALUES ('a');" >db/migrations/002_kind.sql
commit old
passes git push -q --no-verify upstream legacy
echo "INSERT INTO public.kind VALUES ('b');" >db/migrations/003_more.sql
commit more
passes git push -q --no-verify upstream legacy
echo 'ALTER TABLE public.events DROP COLUMN note;' >db/migrations/001_note_rollback.sql
echo "DELETE FROM public.kind WHERE name = 'b';" >db/migrations/003_more_rollback.sql
commit rollbacks
want 0 '003_more: its changed rollback is tried on db/schema.sql' git push upstream legacy # a second run changes data: no news
echo "DELETE FROM public.kind WHERE name > '';" >db/migrations/003_more_rollback.sql
commit worse
want 1 'error[trial/rollback-data]' git push upstream legacy
git reset -q --hard HEAD~1
echo 'SELECT broken FROM public.nowhere;' >db/migrations/004_broken.sql
commit broken
passes git push -q --no-verify upstream legacy
echo 'SELECT 1;' >db/migrations/004_broken_rollback.sql
commit 'for the broken one'
want 0 'warning[trial/rollback]: its changed rollback could not be tried' git push upstream legacy
