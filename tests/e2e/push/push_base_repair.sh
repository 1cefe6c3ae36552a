#!/usr/bin/env bash
# What is published does not load: the push that repairs it is green, with a note; the first cause is shown with file
# and line; and what an old file holds does not end the check of the workflows' SQL.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
if ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then
  echo "skipped: PostgreSQL's server is not installed (apt-get install postgresql)"
  exit 77
fi
kairon=$build/kairon

# story NAME: an empty repository with a remote.
story() {
  git init -q --bare "$sandbox/$1.git"
  new_repo "$sandbox/$1"
  git remote add origin "$sandbox/$1.git"
  mkdir -p db/migrations
}
# asks SQL: a workflow that sends it.
asks() {
  cat <<JSON
{"name":"A","nodes":[
 {"id":"6a1f0c1e-0000-4000-8000-000000000001","name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}},
 {"id":"6a1f0c1e-0000-4000-8000-000000000002","name":"Read","type":"n8n-nodes-base.postgres","typeVersion":2.4,"position":[200,0],"parameters":{"operation":"executeQuery","query":"$1","options":{}}}],
 "connections":{"Start":{"main":[[{"node":"Read","type":"main","index":0}]]}},"settings":{"executionOrder":"v1"},"active":false}
JSON
}
published() { git add -A && git commit -q --no-verify -m published && git push -q --no-verify origin HEAD; }
saved() { git add -A && git commit -q --no-verify -m "$1"; }

# --- The published migrations do not run from nothing; the push brings the schema file that the help asks for ---
story chain
echo 'ALTER TABLE gone ADD COLUMN x text;' >db/migrations/001_b.sql
echo 'ALTER TABLE gone DROP COLUMN x;' >db/migrations/001_b_rollback.sql
asks 'SELECT id FROM a' >n8n-workflows/A.json
published
run "$kairon" check --schema
[[ $status == 1 ]] || fail 'a base that does not load passed'
mentions 'db/migrations/001_b.sql:1'
mentions 'a published migration stays as it is'
echo 'CREATE TABLE a (id bigint PRIMARY KEY, x text);' >db/schema.sql
saved 'schema file'
passes git push origin HEAD
mentions 'note: the new state is judged alone'

# --- The published schema does not load, the push repairs it ---
story schema
asks 'select id from e' >n8n-workflows/A.json
echo "CREATE TABLE e (id int, k int, d jsonb); CREATE INDEX i ON e (((d->>'at')::timestamptz));" >db/schema.sql
printf -- '-- kairon: irreversible data only\nUPDATE e SET k = 2 WHERE k = 1;\n' >db/migrations/024_k.sql
published
echo "CREATE TABLE e (id int, k int, d jsonb); CREATE INDEX i ON e ((d->>'at'));" >db/schema.sql
saved repaired
passes "$kairon" check --schema
mentions 'db/schema.sql:1:'
passes git push origin HEAD
# The same with a new migration: it is tried on the repaired schema.
echo "CREATE TABLE e (id int, k int, d jsonb); CREATE INDEX i ON e (((d->>'at')::timestamptz));" >db/schema.sql
published
echo "CREATE TABLE e (id int, k int, d jsonb); CREATE INDEX i ON e ((d->>'at'));" >db/schema.sql
echo 'ALTER TABLE public.e ADD COLUMN IF NOT EXISTS n text;' >db/migrations/025_n.sql
echo 'ALTER TABLE public.e DROP COLUMN n;' >db/migrations/025_n_rollback.sql
saved 'repaired, and a migration'
passes git push origin HEAD
mentions 'are tried on the new db/schema.sql'

# --- The first cause is the schema file, not what the old migrations say without it ---
story hidden
echo 'CREATE TABLE a (id bigint PRIMARY KEY);' >db/migrations/001_a.sql
echo 'ALTER TABLE gone ADD COLUMN x text;' >db/migrations/002_b.sql
printf 'CREATE TABLE a (id bigint PRIMARY KEY, t text);\nCREATE INDEX ON a ((t::timestamptz));\n' >db/schema.sql
published
echo 'ALTER TABLE a ADD COLUMN y text;' >db/migrations/003_c.sql
echo 'ALTER TABLE a DROP COLUMN y;' >db/migrations/003_c_rollback.sql
run "$kairon" migrate test
[[ $status == 1 ]] || fail 'a base that does not load passed'
mentions 'db/schema.sql:2'
mentions 'IMMUTABLE'
mentions 'help: fix db/schema.sql'

# --- The first commit's schema does not load, a later one repairs it; nothing is published yet ---
story first
echo "CREATE TABLE e (id int, data jsonb); CREATE INDEX i ON e (((data->>'at')::timestamptz));" >db/schema.sql
saved schema
echo "CREATE TABLE e (id int, data jsonb); CREATE INDEX i ON e ((data->>'at'));" >db/schema.sql
printf "SET lock_timeout = '2s';\nALTER TABLE public.e ADD COLUMN IF NOT EXISTS n int;\n" >db/migrations/001_n.sql
echo 'ALTER TABLE public.e DROP COLUMN n;' >db/migrations/001_n_rollback.sql
saved 'repaired, and a migration'
passes "$kairon" migrate test

# --- A command of psql in an old migration does not end the check of the workflows' SQL ---
story psql
printf '\\echo start\nCREATE TABLE old_e (id bigint PRIMARY KEY);\n' >db/migrations/001_e.sql
saved old
echo 'CREATE TABLE e (id bigint PRIMARY KEY);' >db/schema.sql
asks 'SELECT id FROM nosuch' >n8n-workflows/A.json
saved schema
run "$kairon" check --schema n8n-workflows/A.json
[[ $status == 1 && $output == *'error[sql/schema]'*nosuch* ]] || fail 'the statement is not judged'

# --- Stand-ins inside the schema file's own transaction ---
story standin
git config kairon.missingExtensions stub
printf 'BEGIN;\nCREATE EXTENSION kairon_vector;\nCREATE TABLE notes (id bigint PRIMARY KEY, v kairon_vector(3));\nCREATE INDEX ON notes USING kairon_flat (v kairon_ops) WITH (lists = 100);\nGRANT SELECT ON notes TO kairon_somebody;\nCOMMIT;\n' >db/schema.sql
saved schema
echo 'ALTER TABLE public.notes ADD COLUMN IF NOT EXISTS label text;' >db/migrations/001_label.sql
echo 'ALTER TABLE public.notes DROP COLUMN label;' >db/migrations/001_label_rollback.sql
passes "$kairon" migrate test
mentions 'warning[trial/stand-in]'
