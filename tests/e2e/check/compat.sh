#!/usr/bin/env bash
# What version 0.1.0 wrote stays readable: settings, allow comments, a baseline, a version table, a backup, the journal
# of a deployment that was interrupted. That version made the files, except the journal, which follows its writer's fields.
set -euo pipefail
# shellcheck source=tests/support/postgres.sh
. "$(dirname "$0")/../../support/postgres.sh"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
kairon=$(cd "${KAIRON_BUILD_DIR:-$here/../../build-debug}" && pwd)/kairon
old=$here/../fixtures/compat-0.1.0
postgres_begin
export HOME=$folder/home XDG_CACHE_HOME=$folder/cache GIT_CONFIG_NOSYSTEM=1
mkdir -p "$HOME"

cp -r "$old/repository" "$folder/repository"
cd "$folder/repository"
git init -q -b main .
git -c user.name=Test -c user.email=test@example.org -c core.hooksPath=/dev/null commit -q --allow-empty -m start
git add .
ends_with 0 "$kairon" check --all
says 'no findings in 5 files, 2 suppressed, 1 in the baseline'
sed -i 's/"findings"/"former"/' baseline.json
ends_with 2 "$kairon" check --all
cp "$old/repository/baseline.json" .
ok 'settings, allow comments and baseline'

sql postgres 'CREATE DATABASE shop'
psql -X -q -v ON_ERROR_STOP=1 -d "host=$socket user=postgres dbname=shop" -f "$old/version_table.sql" >/dev/null
export KAIRON_ENV_PROD_DATABASE="host=$socket user=postgres dbname=shop"
ends_with 0 "$kairon" migrate status --env prod
says 'applied +001_item +2026-01-02T03:04:05'
says '2 migrations, 0 pending'
ends_with 0 "$kairon" migrate verify --env prod
echo 'SELECT 2;' >>db/migrations/001_item.sql
ends_with 1 "$kairon" migrate verify --env prod
says '001_item'
ok 'version table and its checksums'

cp -r "$old/backups" "$folder/backups"
chmod -R go-rwx "$folder/backups"
export KAIRON_BACKUP_DIRECTORY=$folder/backups
ends_with 0 "$kairon" backup list prod
says '20[0-9]{6}T[0-9]{6}Z .* 8.0 kB, 5 tables, 6 rows +complete'
# Restored into a server of the major version that it came from, and never into another.
if [[ -x /usr/lib/postgresql/15/bin/postgres ]]; then
  ends_with 0 "$kairon" drill prod
else
  ends_with 3 "$kairon" drill prod
  says 'PostgreSQL 15 is not installed here'
fi
ok 'a backup, listed and restored where PostgreSQL 15 is installed'

mkdir -p .git/kairon/deploy
cp -r "$old/journal/prod" .git/kairon/deploy/prod
"$kairon" health prod >"$folder/out" 2>&1 || true
says 'a deployment of commit 0123456789ab by ann@build, begun 2026-01-02T03:04:05Z, was not finished'
ok 'the journal of an interrupted deployment'
