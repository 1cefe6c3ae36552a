#!/usr/bin/env bash
# The trial's verdicts on small migrations, with a real repository and the embedded server.
# Usage: migrate_trial.sh [KAIRON]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kairon=${1:-${KAIRON_BUILD_DIR:-$here/../../build-debug}/kairon}
if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && ! command -v initdb >/dev/null; then
  echo 'skipped: no PostgreSQL server is installed'
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.com
unset KAIRON_TEST_DATABASE_URL
cd "$folder"
git init -q .
mkdir -p db/migrations
cat >db/migrations/001_init.sql <<'SQL'
-- Migration: users
CREATE TABLE IF NOT EXISTS users (id int PRIMARY KEY, name text NOT NULL, mood text DEFAULT 'ok');
SQL
echo 'DROP TABLE users;' >db/migrations/001_init_rollback.sql
git add -A
git commit -qm base
failed=0

# try NAME EXIT PATTERN FORWARD ROLLBACK
try() {
  printf '%b' "$4" >db/migrations/002_x.sql
  printf '%b' "$5" >db/migrations/002_x_rollback.sql
  local out status=0
  out=$("$kairon" migrate test 2>&1) || status=$?
  if [ "$status" -eq "$2" ] && grep -qF -- "$3" <<<"$out"; then
    echo "ok: $1"
  else
    printf 'FAILED: %s: exit %s (wanted %s), no "%s" in:\n%s\n' "$1" "$status" "$2" "$3" "$out"
    failed=1
  fi
}

index='CREATE INDEX IF NOT EXISTS users_name ON users (name);'
column='ALTER TABLE users ADD COLUMN IF NOT EXISTS a int;'
try good 0 '+ index public.users_name' "$index" 'DROP INDEX users_name;'
try 'good with BOM and CRLF' 0 '+ index public.users_name' "\xef\xbb\xbf-- x\r\n$index\r\n" 'DROP INDEX users_name;\r\n'
try 'broken SQL' 1 'syntax error' 'CREATE TABEL x ();' 'SELECT 1;'
try 'unknown table' 1 '002_x.sql:2:1: error[trial/forward]: relation "nowhere"' '-- x\nCREATE INDEX ON nowhere (name);' 'SELECT 1;'
try 'psql command' 1 'is a command of psql' '\\\\echo hi\nSELECT 1;' 'SELECT 1;'
try 'rollback forgets an index' 1 '[trial/rollback-schema]' "$column $index" 'ALTER TABLE users DROP COLUMN a;'
try 'rollback forgets a comment' 1 'comment table public.users' "$column COMMENT ON TABLE users IS 'c';" 'ALTER TABLE users DROP COLUMN a;'
try 'rollback forgets a grant' 1 'grants:' "$column GRANT SELECT ON users TO PUBLIC;" 'ALTER TABLE users DROP COLUMN a;'
try 'rollback forgets a default' 1 'default:' "ALTER TABLE users ALTER mood SET DEFAULT 'x';" 'SELECT 1;'
try 'rollback loses data' 1 '[trial/rollback-data]' 'ALTER TABLE users DROP COLUMN IF EXISTS mood;' \
  "ALTER TABLE users ADD COLUMN mood text DEFAULT 'lost';"
try 'rollback drops the version table' 1 'schema_migrations' "$index" 'DROP INDEX users_name; DROP TABLE schema_migrations;'
try 'not idempotent' 1 '[trial/idempotency]' "INSERT INTO users SELECT max(id) + 1, 'z' FROM users;" "DELETE FROM users WHERE name = 'z';"
try 'NOT NULL on a filled table' 1 'contains null values' 'ALTER TABLE users ADD COLUMN q int NOT NULL;' 'ALTER TABLE users DROP COLUMN q;'
try 'data lost' 1 'loses 3 of 3 rows' '-- kairon: irreversible gone\nDELETE FROM users;' 'SELECT 1;'
try 'data lost, allowed' 0 'info[trial/data-loss]' '-- kairon: irreversible gone\n-- kairon: allow trial/data-loss old rows\nDELETE FROM users;' 'SELECT 1;'
try 'long ACCESS EXCLUSIVE' 0 'ACCESS EXCLUSIVE on public.users is held' "-- kairon: lock-budget 50ms\n$column SELECT pg_sleep(0.2);" \
  'ALTER TABLE users DROP COLUMN a;'
try rewrite 0 '[trial/rewrite]' 'ALTER TABLE users ALTER id TYPE bigint;' 'ALTER TABLE users ALTER id TYPE int;'
try CONCURRENTLY 0 '+ index public.users_name' '-- kairon: no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS users_name ON users (name);' \
  'DROP INDEX users_name;'
try 'CONCURRENTLY in a transaction' 1 '[25001]' 'CREATE INDEX CONCURRENTLY users_name ON users (name);' 'DROP INDEX users_name;'
try 'COPY PROGRAM' 1 '[trial/server-escape]' "COPY users FROM PROGRAM 'id';" 'SELECT 1;'
try 'DROP DATABASE' 1 '[trial/server-escape]' '-- kairon: no-transaction\nDROP DATABASE kairon;' 'SELECT 1;'
try 'publication for all tables' 0 'repeated as one' '-- kairon: not-idempotent x\nCREATE PUBLICATION p FOR ALL TABLES;' 'DROP PUBLICATION p;'
try 'a missing extension' 3 'is not installed on the trial server' 'CREATE EXTENSION no_such_thing;' 'DROP EXTENSION no_such_thing;'
if compgen -G "/dev/shm/kairon-pg-$$-*" >/dev/null; then failed=1; fi
exit "$failed"
