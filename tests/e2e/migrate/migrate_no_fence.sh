#!/usr/bin/env bash
# A kernel without Landlock: no SQL of the repository runs, every command that needs it exits 3 with the ways out, a
# commit says that the SQL was not judged, a push is blocked. The user alone may run it all the same.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || { echo 'skipped: no PostgreSQL server is installed' && exit 77; }
old=$here/../support/without_landlock.py
"$old" true 2>/dev/null || { echo 'skipped: python3 cannot set a filter of system calls here' && exit 77; }

mkdir -p db/migrations
cat >n8n-workflows/A.json <<'JSON'
{"name": "A", "nodes": [
  {"parameters": {}, "id": "1", "name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0]},
  {"parameters": {"operation": "executeQuery", "query": "SELECT id FROM items", "options": {}}, "id": "2", "name": "Read",
   "type": "n8n-nodes-base.postgres", "typeVersion": 2.4, "position": [200, 0], "credentials": {"postgres": {"id": "1", "name": "db"}}}],
 "connections": {"Start": {"main": [[{"node": "Read", "type": "main", "index": 0}]]}}, "settings": {}, "active": false}
JSON
echo 'CREATE TABLE IF NOT EXISTS items (id bigint PRIMARY KEY);' >db/migrations/001_items.sql
echo 'DROP TABLE items;' >db/migrations/001_items_rollback.sql
git add -A
passes git commit -q -m first
passes "$build/kairon" check --schema
git init -q --bare "$sandbox/remote.git"
git remote add origin "$sandbox/remote.git"

refused='the fence around the trial server does not hold, so no SQL is run: the kernel offers no Landlock'
for command in 'migrate test' 'check --schema'; do
  # shellcheck disable=SC2086 # words of a command
  ends_with 3 "$old" "$build/kairon" $command
  mentions "$refused"
  mentions 'git config kairon.gate.fence off'
done
run "$old" "$build/kairon" doctor
mentions 'the fence around trial servers does not hold'

echo 'ALTER TABLE items ADD COLUMN IF NOT EXISTS name text;' >db/migrations/002_name.sql
echo 'ALTER TABLE items DROP COLUMN name;' >db/migrations/002_name_rollback.sql
git add -A
run "$old" git commit -q -m second
[[ $status == 0 ]] || fail 'a commit is blocked because of the kernel'
mentions 'not judged'
run "$old" git push -q origin main
[[ $status != 0 ]] || fail 'a push passes whose SQL nobody could judge'
mentions "$refused"

git config kairon.gate.fence off
run "$old" "$build/kairon" migrate test
[[ $status == 0 ]] || fail 'the user may not run what he trusts'
mentions '[gate] fence = off: the SQL of this repository runs on this machine with your rights'
run "$old" "$build/kairon" doctor
mentions '[gate] fence = off'
