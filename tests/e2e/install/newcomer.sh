#!/usr/bin/env bash
# What a newcomer meets first: files that are not JSON, a misspelt connection, settings that match nothing, misspelt stages
# and rules. Each says what is wrong, and what to type.
set -euo pipefail
# shellcheck source=tests/e2e/install/installed.sh
. "$(dirname "$0")/installed.sh"
for variable in $(compgen -e KAIRON_ || true); do unset "$variable"; done
install_suite
export PATH="$prefix/bin:$PATH"
new_repository first
add_good_workflow
mkdir -p db/migrations

# --- Files that are not JSON: the cause, in the words of whoever made it ---
printf '<<<<<<< HEAD\n{}\n=======\n[]\n>>>>>>> theirs\n' >conflict.json
expect 1 kairon check conflict.json
expect_said 'conflict.json:1:1: error[json/syntax]: unresolved merge conflict'
head -c 300 n8n-workflows/Receive_Message.json >truncated.json
expect 1 kairon check truncated.json
expect_said 'the file ends too early'
printf '{"name":"A","nodes":[],"connections":{},"notes":"one\ntwo"}' >raw.json
expect 1 kairon check raw.json
expect_said 'raw.json:1:53: error[json/syntax]: unexpected raw line break inside a string'
printf '{"name":"mian","nodes":[{"id":"1","name":"S","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}},{"id":"2","name":"E","type":"n8n-nodes-base.noOp","typeVersion":1,"position":[0,0],"parameters":{}}],"connections":{"S":{"mian":[[{"node":"E","type":"mian","index":0}]]}}}' >mian.json
expect 1 kairon check mian.json
expect_said "error[connection/type]: 'mian' is not a connection type of n8n"
expect_said "did you mean 'main'?"
rm ./*.json

# --- Rules: a sentence, the way to allow in that kind of file, did-you-mean ---
expect 0 kairon explain migration/no-rollback
expect_said '`-- kairon: allow migration/no-rollback REASON` in the file'
expect 0 kairon explain migration/ban-drop-table
expect_said 'Drops a table that clients may still use.'
expect 2 kairon explain missing-node
expect_said 'did you mean connection/missing-node or reference/missing-node?'

# --- Settings: a folder that is not there, two patterns, a port that is left out ---
printf '[kairon]\n\tmigrations = db/migration\n\tworkflows = n8n-workflows/*.json\n\tworkflows = more/*.json\n' >.kairon
expect 0 kairon check
expect_said '[kairon] migrations = db/migration matches no file'
expect 1 kairon doctor --offline
expect_said '[kairon] workflows = n8n-workflows/*.json, more/*.json'
expect_said 'FAIL settings: .kairon: [kairon] workflows = more/*.json matches no file'
rm .kairon
git config kairon.env-prod.n8nUrl http://127.0.0.1:/
expect 1 kairon doctor --offline
expect_said 'is not gated'
expect_said 'OK   settings: [env "prod"] n8nUrl = http://127.0.0.1:/'
git config --unset kairon.env-prod.n8nUrl

# --- A misspelt stage skips nothing ---
git add -A && git commit -q -m first
git init -q --bare "$work/first.git" && git remote add origin "$work/first.git"
expect 0 kairon hooks install
expect 0 env KAIRON_SKIP=trail git push -q origin main
expect_said "unknown stage 'trail' is ignored"
expect_said 'did you mean trial?'

# --- A renamed node: the commit is blocked, and the line before the last says what repairs it ---
break_workflow
expect 1 git commit -q -m renamed
expect_said 'kairon: 2 findings can be repaired: kairon fix --write, then git add'
expect 0 kairon fix --write
git add -A
expect 0 git commit -q -m renamed

# --- A file without a number is not a reason to block the next number ---
echo 'CREATE TABLE a (id bigint PRIMARY KEY);' >db/migrations/001_a.sql
echo 'DROP TABLE a;' >db/migrations/001_a_rollback.sql
echo 'ALTER TABLE a ADD COLUMN b int;' >db/migrations/tidy_up.sql
echo 'ALTER TABLE a DROP COLUMN b;' >db/migrations/tidy_up_rollback.sql
git add -A && git commit -q --no-verify -m old && git push -q --no-verify origin main
echo 'ALTER TABLE a ADD COLUMN c int;' >db/migrations/002_c.sql && git add -A
expect 1 git commit -q -m new
expect_silent_about 'out-of-order'
expect_said 'help: Write 002_c_rollback.sql, or `-- kairon: irreversible REASON` as its first line.'
echo 'ALTER TABLE a DROP COLUMN c;' >db/migrations/002_c_rollback.sql && git add -A
expect 0 git commit -q -m new

# --- What init says: long lists are cut, another database is not taken, no version is invented ---
new_repository lists
for i in 1 2 3 4 5; do
  mkdir -p "flows/$i/data" && cp "$demo/n8n-workflows/Store_Message.json" "flows/$i/w.json" && echo '{}' >"flows/$i/data/x.json"
done
mkdir -p database/migrations
echo 'CREATE TABLE note (id INTEGER PRIMARY KEY AUTOINCREMENT);' >database/migrations/001_note.sql
expect 0 kairon init --dry-run
expect_said 'workflows: 5 in flows/1/*.json, flows/2/*.json, flows/3/*.json and 2 more'
expect_said 'not taken: the migrations in database/migrations, which are not for PostgreSQL'

# --- A base whose first fault is its syntax: that is the cause, not what fails after it ---
if compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; then
  new_repository cause
  mkdir -p db/migrations
  printf 'CREATE TABLE a (id bigint PRIMARY KEY) STRANGE;\nALTER TABLE a ADD COLUMN b int;\n' >db/schema.sql
  echo 'ALTER TABLE a ADD COLUMN c int;' >db/migrations/001_c.sql
  git add -A && git commit -q -m first
  expect 1 kairon migrate test
  expect_said 'the schema does not load: db/schema.sql:1:40: syntax error at or near "STRANGE", so line 2 fails: relation "a" does not exist'
fi

# --- Migrations only: no word about deployments of workflows at a push ---
new_repository tables
mkdir -p db/migrations && echo 'CREATE TABLE IF NOT EXISTS a (id bigint PRIMARY KEY);' >db/migrations/001_a.sql
echo 'DROP TABLE a;' >db/migrations/001_a_rollback.sql
git add -A && git commit -q -m first
git init -q --bare "$work/tables.git" && git remote add origin "$work/tables.git"
expect 0 kairon hooks install
KAIRON_SKIP=trial expect 0 git push -q origin main
expect_silent_about 'nothing deployed'

# --- Today's names of stages ---
expect 0 kairon ci init --pre-commit
expect_said 'stages: [pre-commit]'
expect_said 'stages: [pre-push]'
finish
