#!/usr/bin/env bash
# Environments on a real n8n: approval on a terminal and without one, window, requires, branch, migrations that go first
# and what stands when the workflows fail, kairon_deployments, locks.
# shellcheck source=tests/support/n8n_fixture.sh
. "$(dirname "$0")/../../support/n8n_fixture.sh"

on_terminal() { python3 "$source_dir/tests/support/on_terminal.py" "$@"; }
app() { pg app_prod "$1"; }
mentions() { grep -qF -- "$1" "$WORK/out" || fail "no word of '$1'"; }

n8n_begin
n8n_start prod
use prod
export KAIRON_ENV_STAGING_N8NURL=$KAIRON_ENV_PROD_N8NURL KAIRON_ENV_STAGING_N8NAPIKEY=$N8N_KEY
pg postgres 'create database app_prod'
export KAIRON_ENV_PROD_DATABASE=postgresql://postgres@127.0.0.1:$PG_PORT/app_prod
unset KAIRON_ENV_PROD_N8NDATABASE
repository
workflow Entry true entryID "[$(hook kairon-entry),$(code 1)]"
migration() { # number, name, sql, rollback
  mkdir -p db/migrations
  echo "$3" >"db/migrations/$1_$2.sql"
  echo "$4" >"db/migrations/$1_$2_rollback.sql"
}
# What production has already: the schema file's table and a migration of it, which nothing can be tried without.
mkdir db && echo 'CREATE TABLE people (id bigint PRIMARY KEY);' >db/schema.sql
migration 000 note 'ALTER TABLE people ADD COLUMN note text;' 'ALTER TABLE people DROP COLUMN note;'
commit people
app 'create table people (id bigint primary key, note text)'
"$kairon" migrate baseline --env prod >/dev/null
migration 001 events 'CREATE TABLE events (id bigint PRIMARY KEY, person bigint REFERENCES people);' 'DROP TABLE events;'
commit first

# --- Approval -----------------------------------------------------------------------------------------
expect 1 "was not approved" env -u KAIRON_APPROVE setsid "$kairon" deploy prod
mentions "migrate   db/migrations/001_events.sql: 1 statement, one transaction"
mentions "backup: none is configured"
mentions "KAIRON_APPROVE=prod:$(git rev-parse HEAD)"
KAIRON_APPROVE=prod:$(git rev-parse --short HEAD) expect 1 "was not approved" setsid "$kairon" deploy prod
expect 1 "was not approved" on_terminal "Type prod=production" -- "$kairon" deploy prod
expect 130 "Type prod" on_terminal "Type prod=^C" -- "$kairon" deploy prod
[ "$(app "select (select count(*) from pg_class where relname = 'events') + (select count(*) from kairon_deployments)")" = 0 ] || fail "not approved, and yet migrated"
expect 0 "prod: deployed" on_terminal "Type prod=prod" -- "$kairon" deploy prod
mentions "create    Entry"
mentions "migrated    db/migrations/001_events.sql"
[ "$(app "select string_agg(version, ' ' order by version) from schema_migrations")" = "000_note 001_events" ] || fail "the migration is not recorded"
row=$(app "select environment, commit_id, result, created, updated, migrations, requests > 0 from kairon_deployments")
[ "$row" = "prod|$(git rev-parse HEAD)|deployed|1|0|{001_events}|t" ] || fail "kairon_deployments says $row"
ok "production wants its name on a terminal, or the full commit id; migrations go first; the database remembers it"
expect 0 "prod: unchanged" env -u KAIRON_APPROVE setsid "$kairon" deploy prod
ok "nothing to do asks for nothing"

# --- The window ---------------------------------------------------------------------------------------
workflow Entry true entryID "[$(hook kairon-entry),$(code 2)]"
commit second
at() { date -u -d "$1" +%H:%M; }
KAIRON_ENV_PROD_WINDOW="$(at '+2 hours')-$(at '+3 hours') UTC"
export KAIRON_ENV_PROD_WINDOW
expect 1 "outside the window" deploy
mentions ",outside-window"
expect 1 "was not approved" on_terminal "Type prod=prod" "Type outside-window=yes" -- "$kairon" deploy prod
KAIRON_ENV_PROD_APPROVAL=none expect 1 "outside the window" setsid "$kairon" deploy prod
expect 0 "prod: deployed" on_terminal "Type prod=prod" "Type outside-window=outside-window" -- "$kairon" deploy prod
workflow Entry true entryID "[$(hook kairon-entry),$(code 3)]"
commit third
KAIRON_APPROVE=prod:$(git rev-parse HEAD),outside-window expect 0 "prod: deployed" setsid "$kairon" deploy prod
KAIRON_ENV_PROD_WINDOW="$(at '-1 hours')-$(at '+1 hours') UTC" expect 0 "prod: unchanged" deploy
KAIRON_ENV_PROD_WINDOW="02:00-06:00 Europe/Nowhere"
workflow Entry true entryID "[$(hook kairon-entry),$(code 4)]"
commit fourth
expect 2 "time zone unknown" deploy
unset KAIRON_ENV_PROD_WINDOW
expect 0 "prod: deployed" deploy
ok "outside its window production asks for outside-window as well"

# --- requires, branch -----------------------------------------------------------------------------------
workflow Entry true entryID "[$(hook kairon-entry),$(code 5)]"
workflow Second false secondID "[$trigger,$(code 1)]"
commit fifth
export KAIRON_ENV_PROD_REQUIRES=staging
expect 1 "has no green deployment to staging, which prod requires" deploy
expect 0 "staging: deployed" "$kairon" deploy staging --only Entry
expect 1 "has no green deployment to staging, which prod requires: its n8n holds something else" deploy
expect 0 "staging: deployed" "$kairon" deploy staging
expect 0 "prod: unchanged" deploy
workflow Entry true entryID "[$(hook kairon-entry),$(code 6)]"
expect 1 "production gets commits only" deploy
git checkout -q -b feature
commit sixth
expect 0 "staging: deployed" "$kairon" deploy staging
expect 1 "is not on main" deploy
expect 1 "is not on main" deploy --branch feature
expect 0 "prod: unchanged" deploy --branch main
unset KAIRON_ENV_PROD_REQUIRES
git checkout -q main && git merge -q feature
ok "requires wants the whole commit on staging; production gets commits of main only"

# --- Migrations and workflows together --------------------------------------------------------------
before=$(normalised)
migration 002 traces 'CREATE TABLE traces (id bigint PRIMARY KEY);' 'DROP TABLE traces;'
migration 003 names 'ALTER TABLE events ADD COLUMN name text;' 'ALTER TABLE events DROP COLUMN name;'
workflow Entry true entryID "[$(hook kairon-entry),$(code 7),{\"name\":\"Odd\",\"type\":\"n8n-nodes-base.noSuchNode\",\"typeVersion\":9,\"parameters\":{}}]"
commit seventh
expect 0 "migrate   db/migrations/003_names.sql" "$kairon" deploy prod --dry-run
[ "$(app "select count(*) from schema_migrations")" = 2 ] || fail "a dry run migrated"
expect 1 "prod: rolled back" deploy
mentions "still applied on prod: 002_traces, 003_names; to take them back: kairon migrate down --env prod --to 001_events"
[ "$before" = "$(normalised)" ] || fail "the workflows are not as before"
expect 0 "undone db/migrations/002_traces_rollback.sql" "$kairon" migrate down --env prod --to 001_events --yes
[ "$(app "select count(*) from schema_migrations")" = 2 ] || fail "the named command did not take them back"
[ "$(app "select string_agg(result, ',' order by id) from kairon_deployments where result like 'roll%'")" = "rolled back" ] || fail "kairon_deployments lacks the rollback"
ok "workflows fail: the report says which migrations stand, and its command takes them back"

git rm -q db/migrations/002* && migration 003 names 'ALTER TABLE events ADD COLUMN name text; ALTER TABLE nowhere ADD COLUMN x int;' 'ALTER TABLE events DROP COLUMN name;'
workflow Entry true entryID "[$(hook kairon-entry),$(code 8)]"
commit eighth
expect 1 "did not pass their trial" deploy
KAIRON_SKIP=trial expect 1 "relation \"nowhere\" does not exist" deploy
mentions "migrations not tried: KAIRON_SKIP"
[ "$before" = "$(normalised)" ] || fail "a migration failed, and the workflows went on"
[ ! -e .git/kairon/deploy/prod/open.json ] || fail "an open journal without a written workflow"
KAIRON_SKIP=migrate expect 0 "migrations left out: KAIRON_SKIP" deploy
KAIRON_GATE_MIGRATE=off expect 0 "migrations left out: [gate] migrate = off" deploy
ok "a failing migration stops before the workflows; [gate] migrate turns them off"
migration 003 names 'ALTER TABLE events ADD COLUMN name text;' 'ALTER TABLE events DROP COLUMN name;'
commit ninth

pg postgres 'create database old_prod' && pg old_prod 'create table events (id bigint primary key)'
KAIRON_ENV_PROD_DATABASE=${KAIRON_ENV_PROD_DATABASE/app_prod/old_prod} expect 1 "no migration is recorded in" deploy
mentions "kairon migrate baseline --env prod"
KAIRON_ENV_PROD_DATABASE=postgresql://postgres@127.0.0.1:9/x expect 3 "127.0.0.1" deploy
ok "a database that was never baselined, or that is away, stops the deployment"

# --- A backup first -----------------------------------------------------------------------------------
if command -v pg_dump >/dev/null; then
  export KAIRON_BACKUP_DIRECTORY=$WORK/backups
  expect 0 "backup: there is none yet; one is taken before the migrations" deploy
  [ -n "$(find "$WORK/backups/prod" -name manifest.json)" ] || fail "no backup was taken"
  workflow Entry true entryID "[$(hook kairon-entry),$(code 9)]"
  commit tenth
  expect 0 "backup: the newest good one is" deploy
  unset KAIRON_BACKUP_DIRECTORY
  ok "a backup is taken before the migrations, its age is in the plan"
else
  expect 0 "prod: deployed" deploy
fi

# --- Locks ----------------------------------------------------------------------------------------------
workflow Entry true entryID "[$(hook kairon-entry),$(code 10)]"
commit eleventh
PGAPPNAME='kairon deploy by anna@laptop' psql -X -q -h 127.0.0.1 -p "$PG_PORT" -U postgres -d app_prod -c 'select pg_advisory_lock(1801546098, 1), pg_sleep(60)' >/dev/null 2>&1 &
HOLDER=$!
on_end "kill $HOLDER"
for ((i = 0; i < 100; i++)); do [ "$(app "select count(*) from pg_locks where locktype = 'advisory' and classid = 1801546098")" = 1 ] && break || sleep 0.1; done
expect 3 "another deployment to this environment is running: kairon deploy by anna@laptop since" deploy
app "select pg_terminate_backend(pid) from pg_stat_activity where application_name like '%anna%'" >/dev/null
# A run that was killed a moment ago: its session ends by itself.
psql -X -q -h 127.0.0.1 -p "$PG_PORT" -U postgres -d app_prod -c 'select pg_advisory_lock(1801546098, 1), pg_sleep(0.7)' >/dev/null 2>&1 &
LEAVER=$!
for ((i = 0; i < 100; i++)); do [ "$(app "select count(*) from pg_locks where locktype = 'advisory' and classid = 1801546098")" = 1 ] && break || sleep 0.1; done
expect 0 "prod: deployed" deploy
wait "$LEAVER"
workflow Entry true entryID "[$(hook kairon-entry),$(code 11)]"
commit twelfth
unset KAIRON_ENV_PROD_DATABASE
api prod POST /tags '{"name":"kairon-lock"}' >/dev/null
api prod POST /tags '{"name":"kairon-by bert@ci"}' >/dev/null
expect 3 "is running: bert@ci since" deploy
expect 3 "belongs to bert@ci since" "$kairon" deploy prod --rollback
for id in $(api prod GET /tags | jq -r '.data[].id'); do api prod DELETE "/tags/$id" >/dev/null; done
expect 0 "prod: deployed" deploy
[ "$(api prod GET /tags | jq '.data | length')" = 0 ] || fail "the lock tag stayed"
ok "one deployment at a time, in the database or with a tag; who and since when"
echo "$cases cases passed"
