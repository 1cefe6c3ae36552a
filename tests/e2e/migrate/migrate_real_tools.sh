#!/usr/bin/env bash
# The tools themselves write their tables, and `kairon migrate status` says what their own status says: dbmate and
# node-pg-migrate from npm, Sqitch where it is installed.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
  echo 'skipped: npm or node is not installed'
  exit 77
fi
migrations_begin
says() { grep -qF -- "$1" "$folder/out" || fail "the output does not say '$1'"; }
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kairon/test-migration-tools
if [ ! -e "$cache/node_modules/.bin/dbmate" ] || [ ! -e "$cache/node_modules/.bin/node-pg-migrate" ]; then
  mkdir -p "$cache"
  # Debian 12 has Node 18, which is too old for node-pg-migrate 9.
  release=9.0.0
  [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || release=7.9.1
  (cd "$cache" && npm init -y && npm install dbmate@2.36.0 "node-pg-migrate@$release" pg@8) >/dev/null 2>&1 ||
    { echo 'skipped: npm cannot fetch dbmate and node-pg-migrate' && exit 77; }
fi
kairon_status() { "$kairon" migrate status --database "$url" --format json | jq -r '.migrations[] | .version + " " + .state'; }
use() { # LAYOUT
  cd "$folder/r" && rm -rf "$folder/r"/* .kairon && mkdir -p db/migrations
  git config -f .kairon kairon.layout "$1" && git config -f .kairon kairon.migrations db/migrations
}

use dbmate
dbmate() { "$cache/node_modules/.bin/dbmate" --no-dump-schema --url "postgres://postgres@/postgres?host=$folder/pg&sslmode=disable" "$@"; }
same_as_dbmate() {
  dbmate status | sed -nE 's/^\[X\] (.*)\.sql$/\1 applied/p; s/^\[ \] (.*)\.sql$/\1 pending/p' >"$folder/theirs"
  kairon_status | sed 's/unverified$/applied/' | grep -v missing-file >"$folder/ours" || true
  diff "$folder/theirs" "$folder/ours" >"$folder/out" || fail "$1: another status than dbmate's"
}
one() { printf -- '-- migrate:up\n%s\n-- migrate:down\n%s\n' "$2" "$3" >"db/migrations/$1.sql"; }
one 20240101_a 'CREATE TABLE a (n int);' 'DROP TABLE a;'
one 20240103_b 'CREATE TABLE b (n int);' 'DROP TABLE b;'
same_as_dbmate 'before anything ran'
dbmate up >/dev/null
one 20240102_late 'CREATE TABLE c (n int);' 'DROP TABLE c;'
same_as_dbmate 'a migration that came late'
one 20240104_bad 'CREATE TABLE d (n int); SELECT nothing;' 'DROP TABLE d;'
dbmate up >/dev/null 2>&1 && fail 'dbmate passes over an error'
same_as_dbmate 'a failed migration'
"$kairon" migrate test >"$folder/out" 2>&1 && fail 'the trial passes what dbmate refuses'
says '20240104_bad.sql:2:32: error[trial/forward]'
dbmate down >/dev/null
same_as_dbmate 'a migration undone'
sed -i 's/$/\r/' db/migrations/20240101_a.sql
rm db/migrations/20240103_b.sql
same_as_dbmate 'a deleted file, and CRLF'
ends_with 2 "$kairon" migrate up --database "$url"
says 'run: dbmate up'
sql 'DROP TABLE schema_migrations, a, c'
sql 'DROP TABLE IF EXISTS b'
ok dbmate

use node-pg-migrate
node_migrate() { PGHOST=$folder/pg PGUSER=postgres PGDATABASE=postgres "$cache/node_modules/.bin/node-pg-migrate" -m db/migrations "$@" >"$folder/out" 2>&1; }
for n in 1 2 3; do printf -- '-- Up Migration\nCREATE TABLE n%s (n int);\n-- Down Migration\nDROP TABLE n%s;\n' $n $n >"db/migrations/${n}_n.sql"; done
expect() { [ "$(kairon_status | tr '\n' ' ')" = "$1 " ] || fail "status is not: $1"; }
expect '1_n pending 2_n pending 3_n pending'
node_migrate up 2 || fail 'node-pg-migrate up'
expect '1_n unverified 2_n unverified 3_n pending'
node_migrate down || fail 'node-pg-migrate down'
expect '1_n unverified 2_n pending 3_n pending'
printf -- '-- Up Migration\nCREATE TABLE n2 (n int);\nSELECT nothing;\n' >db/migrations/2_n.sql
node_migrate up && fail 'node-pg-migrate passes over an error'
expect '1_n unverified 2_n pending 3_n pending'
"$kairon" migrate test >"$folder/out" 2>&1 && fail 'the trial passes what node-pg-migrate refuses'
says '2_n.sql:3:8: error[trial/forward]'
sql 'DROP TABLE pgmigrations, n1'
ok node-pg-migrate

if ! command -v sqitch >/dev/null || ! perl -MDBD::Pg -e 1 2>/dev/null; then
  echo 'skipped in part: sqitch with DBD::Pg is not installed'
  exit 0
fi
use sqitch
cd db/migrations
export SQITCH_FULLNAME=t SQITCH_EMAIL=t@example.com
sqitch init shop --engine pg >/dev/null
sqitch config user.name t && sqitch config user.email t@example.com
for change in z_first a_second; do
  sqitch add "$change" -n x >/dev/null
  echo "BEGIN; CREATE TABLE $change (n int); COMMIT;" >"deploy/$change.sql"
  echo "BEGIN; DROP TABLE $change; COMMIT;" >"revert/$change.sql"
  echo "BEGIN; SELECT n FROM $change; ROLLBACK;" >"verify/$change.sql"
done
target="db:pg://postgres@/postgres?host=$folder/pg"
sqitch deploy --to z_first "$target" >"$folder/out" 2>&1 || fail 'sqitch deploy'
cd ../..
expect 'z_first applied a_second pending'
ends_with 2 "$kairon" migrate up --database "$url"
says 'run: sqitch deploy'
ok sqitch
