#!/usr/bin/env bash
# Extensions that the trial server lacks: an environment error by default, stand-ins with a warning when
# [kairon] missingExtensions = stub. In a migration, in the base (schema, chain, backup), in a DO block.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_alone
printf '[kairon]\n  missingExtensions = stub\n' >.kairon
echo 'CREATE TABLE IF NOT EXISTS note (id int PRIMARY KEY, body text);' >db/migrations/001_note.sql
echo 'DROP TABLE note;' >db/migrations/001_note_rollback.sql
commit base

vector='CREATE EXTENSION IF NOT EXISTS kairon_vector;
CREATE TABLE IF NOT EXISTS doc (id bigint PRIMARY KEY, embedding kairon_vector(3), many kairon_vector[]);
CREATE INDEX IF NOT EXISTS doc_near ON doc USING kairon_hnsw (embedding kairon_cosine_ops) WITH (m = 16, ef_construction = 64);'
undo='DROP TABLE doc; DROP EXTENSION kairon_vector;'
try 'types, arrays, index methods' 0 'warning[trial/stand-in]' "$vector" "$undo"
try 'what stood in is named' 0 'kairon_vector (index method kairon_hnsw, type kairon_vector)' "$vector" "$undo"
try 'the rollback must drop the extension' 1 'extension kairon_vector' "$vector" 'DROP TABLE doc;'
try 'the rollback must drop the index' 1 'doc_near' "CREATE EXTENSION IF NOT EXISTS kairon_vector;
ALTER TABLE note ADD COLUMN IF NOT EXISTS v kairon_vector; CREATE TABLE IF NOT EXISTS doc (v kairon_vector);
CREATE INDEX IF NOT EXISTS doc_near ON note USING kairon_hnsw (body kairon_ops);" \
  'ALTER TABLE note DROP COLUMN v; DROP TABLE doc; DROP EXTENSION kairon_vector;'
try 'an index by the default class of a type that stands in' 0 'kairon_vector' "CREATE EXTENSION IF NOT EXISTS kairon_vector;
CREATE TABLE IF NOT EXISTS doc (id int, g kairon_vector(3)); CREATE INDEX IF NOT EXISTS doc_g ON doc USING gist (g);" "$undo"
try 'without IF NOT EXISTS a second run fails cleanly' 0 'already exists' 'CREATE EXTENSION kairon_vector SCHEMA public; CREATE TABLE doc (v kairon_vector);' "$undo"
try 'functions and operators' 0 '+ view public.near' "CREATE EXTENSION IF NOT EXISTS kairon_vector;
CREATE TABLE IF NOT EXISTS doc (id uuid PRIMARY KEY DEFAULT uuid_generate_v9(), v kairon_vector);
CREATE OR REPLACE VIEW near AS SELECT id, v <=> '[1]' AS distance FROM doc WHERE similarity(id::text, 'x') > 0.5 ORDER BY v <=> '[1]';" \
  "DROP VIEW near; $undo"
try 'a schema of the extension' 0 'function kairon_cron.schedule(text,text), schema kairon_cron)' "CREATE EXTENSION IF NOT EXISTS kairon_cron_x; SELECT kairon_cron.schedule('a', '* * * * *');" 'DROP EXTENSION kairon_cron_x;'
try 'functions that give rows' 0 'function crosstab(text)' "CREATE EXTENSION IF NOT EXISTS kairon_vector;
CREATE OR REPLACE VIEW pivot AS SELECT * FROM crosstab('SELECT 1, 2, 3') AS t(id int, a numeric, b numeric);" 'DROP VIEW pivot; DROP EXTENSION kairon_vector;'
if ! compgen -G '/usr/share/postgresql/*/extension/pg_cron.control' >/dev/null; then
  try 'tables of the extension' 0 'table cron.job_run_details' "CREATE EXTENSION IF NOT EXISTS pg_cron;
SELECT cron.schedule('nightly', '0 3 * * *', 'VACUUM') WHERE NOT EXISTS (SELECT FROM cron.job WHERE jobname = 'nightly' AND active);
CREATE OR REPLACE VIEW failed_jobs AS SELECT j.jobname, d.return_message FROM cron.job j JOIN cron.job_run_details d USING (jobid);" \
    'DROP VIEW failed_jobs; DROP EXTENSION pg_cron;'
fi
try 'no stand-in for what has no extension' 1 'type "nonsense" does not exist' 'CREATE TABLE x (a nonsense);' 'DROP TABLE x;'
echo "CREATE FUNCTION made_later(n int) RETURNS int LANGUAGE sql AS 'SELECT n';" >db/migrations/003_later.sql
echo 'DROP FUNCTION made_later(int);' >db/migrations/003_later_rollback.sql
try 'what a later migration makes is no part of an extension' 1 'function made_later(integer) does not exist' \
  'CREATE EXTENSION IF NOT EXISTS kairon_vector; CREATE OR REPLACE VIEW x AS SELECT made_later(1);' "DROP VIEW x; DROP EXTENSION kairon_vector;"
rm db/migrations/003_later*
try 'without a transaction' 0 'warning[trial/stand-in]' "-- kairon: no-transaction
CREATE EXTENSION IF NOT EXISTS kairon_vector;
CREATE TABLE IF NOT EXISTS doc (v kairon_vector);
CREATE INDEX CONCURRENTLY IF NOT EXISTS doc_v ON doc USING kairon_ivf (v) WITH (lists = 9);" "$undo"
git config kairon.missingExtensions block
try 'an error by default' 3 'the extension kairon_vector is not installed' "$vector" "$undo"
git config --unset kairon.missingExtensions

# SQL of workflows: an operator of the stand-in is known, a function that nobody has is not.
mkdir -p n8n-workflows
workflow() { printf '{"name": "W", "nodes": [{"id": "1", "name": "Q", "type": "n8n-nodes-base.postgres", "typeVersion": 2.4, "position": [0, 0], "parameters": {"operation": "executeQuery", "query": "%s", "options": {}}}], "connections": {}}' "$1" >n8n-workflows/W.json; }
printf '%s\n' "$vector" >db/schema.sql
git add -A && git commit -qm schema
checked() { # NAME PATTERN QUERY [NOT]
  workflow "$3"
  local out
  out=$("$kairon" check --schema n8n-workflows/W.json 2>&1) || true
  if [ "${4:-}" = not ] && ! grep -qF "$2" <<<"$out" || { [ -z "${4:-}" ] && grep -qF "$2" <<<"$out"; }; then
    echo "ok: $1"
  else
    printf 'FAILED: %s: "%s" in:\n%s\n' "$1" "$2" "$out" && failed=1
  fi
}
checked 'a workflow uses an operator of the stand-in' 'sql/schema' "SELECT id FROM doc ORDER BY embedding <=> '[1,2,3]' LIMIT 1" not
checked 'a workflow uses a function that is nowhere' 'kairon_nowhere' 'SELECT kairon_nowhere(id) FROM doc'
git rm -q db/schema.sql && rm -rf n8n-workflows && git commit -qm 'no schema'

# In the base: as a migration of the chain, twice (the second time from the cache).
mv db/migrations/002_x.sql db/migrations/0015_x.sql
mv db/migrations/002_x_rollback.sql db/migrations/0015_x_rollback.sql
printf '%s\n' "$vector" >db/migrations/0015_x.sql
git add -A
git commit -qm vector
column='ALTER TABLE doc ADD COLUMN IF NOT EXISTS w kairon_vector(4);'
for round in first second; do
  try "in the chain, $round" 0 'warning[trial/stand-in]' "$column" 'ALTER TABLE doc DROP COLUMN w;'
done
try 'a part that the base did not need' 0 'function kairon_of(integer)' "$column ALTER TABLE doc ADD COLUMN IF NOT EXISTS t text DEFAULT kairon_of(1);" \
  'ALTER TABLE doc DROP COLUMN t, DROP COLUMN w;'

# In a backup.
postgres_start pg
mkdir -m 777 "$folder/backups"
url="host=$folder/pg user=postgres dbname=postgres"
# citext under another name is an extension that no other server has: its entry in the dump's table of contents is
# renamed, with as many letters.
psql -X -q -d "$url" -c "CREATE EXTENSION citext; CREATE TABLE doc (id int PRIMARY KEY, name citext); INSERT INTO doc VALUES (1, 'One'), (2, 'Two'); CREATE INDEX doc_name ON doc (name)"
"$bin/pg_dump" -d "$url" -Fc -Z0 -f "$folder/plain.dump"
LC_ALL=C sed 's/citext/kaiext/g' "$folder/plain.dump" >"$folder/backups/db.dump"
git config kairon.backup.directory "$folder/backups"
try 'in a backup' 0 'base: backup' 'ALTER TABLE doc ADD COLUMN IF NOT EXISTS w int;' 'ALTER TABLE doc DROP COLUMN w;'
try 'the rows of the backup count' 1 'public.doc loses 1 of 2 rows' "-- kairon: irreversible x
DELETE FROM doc WHERE name = 'One';" 'SELECT 1;'
git config kairon.missingExtensions block
try 'in a backup, an error by default' 3 'the extension kaiext is not installed' 'ALTER TABLE doc ADD COLUMN IF NOT EXISTS w int;' 'ALTER TABLE doc DROP COLUMN w;'
exit "$failed"
