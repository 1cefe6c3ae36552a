#!/usr/bin/env bash
# kairon report: one page about the work tree, without a server; it opens in a browser as it is.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
kairon=$build/kairon

seed
bad B >n8n-workflows/B.json
mkdir -p db/migrations
printf 'CREATE TABLE notes (id bigint PRIMARY KEY);\n' >db/migrations/001_notes.sql
printf 'DROP TABLE notes;\n' >db/migrations/001_notes_rollback.sql
run "$kairon" report --output "$sandbox/report.html"
[[ $status == 0 ]] || fail "no report"
mentions "report written to $sandbox/report.html"
page=$(cat "$sandbox/report.html")
[[ $page == "<!doctype html>"* ]] || fail "not a page"
for part in 'connection/missing-node' 'No Such Node' 'CREATE TABLE notes (id bigint PRIMARY KEY)' 'n8n-workflows/B.json' \
  'No trial is recorded' 'kairon health asks the servers'; do
  [[ $page == *"$part"* ]] || fail "the page does not say: $part"
done
[[ $page != *"<script"* && $page != *"src="* ]] || fail "the page loads something"
grep -q 'DROP TABLE notes' "$sandbox/report.html" && fail "a rollback file is listed as a migration"

run "$kairon" report --format markdown
[[ $status == 0 ]] || fail "no markdown"
mentions '| `connection/missing-node` | 1 |'
mentions '| `B` | 2 |'

# What a trial saw of a migration is in the report, and in the diff of this very file.
if compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  printf 'ALTER TABLE notes ADD COLUMN body text;\n' >db/migrations/002_body.sql
  printf 'ALTER TABLE notes DROP COLUMN body;\n' >db/migrations/002_body_rollback.sql
  run "$kairon" migrate test
  [[ $status == 0 ]] || fail "the trial"
  run "$kairon" report
  mentions 'passed on '
  mentions 'ACCESS EXCLUSIVE on public.notes'
  run "$kairon" diff
  mentions '  + column public.notes.body: text'
  mentions 'last trial: '
  echo '-- edited' >>db/migrations/002_body.sql
  run "$kairon" diff db/migrations/002_body.sql
  [[ $output != *"last trial"* ]] || fail "the trial of another content is shown"
else
  echo "skipped: no PostgreSQL server, so no trial was shown"
fi

# A repository without commits, and none at all.
new_repo "$sandbox/empty"
run "$kairon" report --format markdown
[[ $status == 0 ]] || fail "a repository without commits"
mentions 'at commit none'
mkdir "$sandbox/nowhere"
cd "$sandbox/nowhere"
ends_with 2 "$kairon" report
mentions 'works inside a git repository'
