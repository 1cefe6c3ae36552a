#!/usr/bin/env bash
# `kairon migrate test --push`: the remote's state is the base, a passed content is not tried again, a
# failed one is; also on the server of KAIRON_TEST_DATABASE_URL, whose named database stays untouched.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_alone
want() {
  local out status=0
  out=$("$kairon" migrate test --push "$2" 2>&1) || status=$?
  if [ "$status" != "$3" ] || ! grep -qF -- "$4" <<<"$out"; then
    printf 'FAILED: %s: exit %s, no "%s" in:\n%s\n' "$1" "$status" "$4" "$out"
    exit 1
  fi
}
commit() { git add -A && git commit -qm "$1" && git rev-parse HEAD; }
none=0000000000000000000000000000000000000000

echo 'CREATE TABLE IF NOT EXISTS u (id int PRIMARY KEY);' >db/migrations/001_u.sql
echo 'DROP TABLE u;' >db/migrations/001_u_rollback.sql
echo 'CREATE TABLE u (id int PRIMARY KEY); CREATE TABLE from_schema (id int REFERENCES u);' >db/schema.sql
base=$(commit base)
want 'everything is new' "$none..$base" 0 'base: 0 earlier migrations'
want 'nothing is new' "$base..$base" 0 'none is new'
echo 'ALTER TABLE from_schema ADD COLUMN IF NOT EXISTS a int;' >db/migrations/002_a.sql
echo 'SELECT 1;' >db/migrations/002_a_rollback.sql
bad=$(commit bad)
want 'bad rollback' "$base..$bad" 1 '[trial/rollback-schema]'
want 'a failure is not remembered' "$base..$bad" 1 '[trial/rollback-schema]'
echo 'ALTER TABLE from_schema DROP COLUMN a;' >db/migrations/002_a_rollback.sql
good=$(commit good)
echo 'broken' >db/migrations/002_a.sql # the work tree does not count
want good "$base..$good" 0 'base: db/schema.sql'
want 'proven before' "$base..$good" 0 'proven before'

# The same files on another base are another question.
git checkout -qfb other "$base"
echo 'CREATE TABLE u (id int PRIMARY KEY);' >db/schema.sql
other=$(commit other)
git checkout -q "$good" -- db/migrations
want 'the same migration on another base' "$other..$(commit same)" 1 'relation "from_schema" does not exist'
git checkout -qf "$good"

# Neither does its .kairon: another branch may be checked out than the one that is pushed.
printf '[kairon]\n  migrations = elsewhere\n' >.kairon
want "the tip's settings" "$base..$bad" 1 '[trial/rollback-schema]'
rm .kairon

# A first push has no base; migrations that need the schema file stand on it as it was first committed.
afresh() {
  git checkout -qf --orphan "$1" && git rm -rqf . && mkdir -p db/migrations
}
afresh on_schema
echo 'CREATE TABLE events (id int PRIMARY KEY);' >db/schema.sql
commit schema >/dev/null
echo 'ALTER TABLE events ADD COLUMN IF NOT EXISTS note text;' >db/migrations/001_note.sql
echo 'ALTER TABLE events DROP COLUMN note;' >db/migrations/001_note_rollback.sql
first=$(commit note)
want 'a first push on the schema' "$none..$first" 0 'base: db/schema.sql'
want 'the same again' "$none..$first" 0 'proven before'
echo 'SELECT 1;' >db/migrations/001_note_rollback.sql
want 'a first push with a bad rollback' "$none..$(commit forgetful)" 1 '[trial/rollback-schema]'
echo 'ALTER TABLE nowhere ADD COLUMN note text;' >db/migrations/001_note.sql
want 'a first push that fails on either' "$none..$(commit lost)" 1 '"nowhere" does not exist'

# A migration that came in one commit with the schema file may stand on it or be in it.
afresh together
echo 'CREATE TABLE events (id int PRIMARY KEY);' >db/schema.sql
echo 'CREATE TABLE IF NOT EXISTS traces (event int REFERENCES events);' >db/migrations/001_traces.sql
echo 'DROP TABLE traces;' >db/migrations/001_traces_rollback.sql
both=$(commit together)
echo 'ALTER TABLE traces ADD COLUMN IF NOT EXISTS note text;' >db/migrations/002_note.sql
echo 'ALTER TABLE traces DROP COLUMN note;' >db/migrations/002_note_rollback.sql
want 'on a migration that came with the schema' "$both..$(commit later)" 0 'base: db/schema.sql and 1 later migration'

afresh dumped
echo 'CREATE TABLE events (id int PRIMARY KEY, note text);' >db/schema.sql
echo 'ALTER TABLE events ADD COLUMN note text;' >db/migrations/001_note.sql
echo 'ALTER TABLE events DROP COLUMN note;' >db/migrations/001_note_rollback.sql
want 'a schema that holds them all' "$none..$(commit dump)" 0 'note: 1 migration that came with db/schema.sql'
echo 'ALTER TABLE events ADD COLUMN IF NOT EXISTS more text;' >db/migrations/002_more.sql
echo 'SELECT 1;' >db/migrations/002_more_rollback.sql
want 'and one on it' "$(git rev-parse HEAD)..$(commit more)" 1 '001_note.sql does not run on db/schema.sql and is taken as part of it'
want 'and one after it' "$none..$(git rev-parse HEAD)" 1 'db/migrations/002_more_rollback.sql'
git checkout -qf "$good"

postgres_start pg
url="host=$folder/pg user=postgres dbname=postgres"
psql -X -q -d "$url" -c 'CREATE ROLE tester LOGIN CREATEDB'
export KAIRON_TEST_DATABASE_URL="host=$folder/pg user=tester dbname=postgres"
want 'on a server of ours' "$base..$good" 0 'scratch database on'
want 'bad on a server of ours' "$base..$bad" 1 '[trial/rollback-schema]'
left=$(psql -X -A -t -d "$url" -c "SELECT (SELECT count(*) FROM pg_database WHERE datname LIKE 'kairon%'), (SELECT count(*) FROM pg_class WHERE oid >= 16384)")
[ "$left" = '0|0' ] || { echo "FAILED: left behind: $left" && exit 1; }

# The scratch database of a trial that was killed goes with the next one; that of a trial that runs does not.
echo 'ALTER TABLE from_schema ADD COLUMN IF NOT EXISTS a int; SELECT pg_sleep(55);' >db/migrations/002_a.sql
slow=$(commit slow)
begin() {
  "$kairon" migrate test --push "$base..$slow" >"$folder/slow" 2>&1 & killed=$!
  for _ in {1..600}; do
    mine=$(sql "SELECT datname FROM pg_stat_activity WHERE query LIKE '%pg_sleep(55)%' AND datname LIKE 'kairon_trial_$killed%'")
    [ -z "$mine" ] || return 0
    sleep 0.05
  done
  echo "FAILED: no trial begins: $(cat "$folder/slow")" && exit 1
}
begin
want 'beside a trial that runs' "$base..$bad" 1 '[trial/rollback-schema]'
[ "$(sql "SELECT count(*) FROM pg_database WHERE datname = '$mine'")" = 1 ] || { echo 'FAILED: the scratch database of a running trial is gone' && exit 1; }
kill -9 $killed
wait $killed 2>/dev/null || true
# Its session ends with its statement; that is not what this is about.
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$mine'" >/dev/null
for _ in {1..200}; do [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = '$mine'")" = 0 ] && break || sleep 0.05; done
sql 'CREATE DATABASE kairon_trial_1_2 OWNER tester'
sql 'CREATE DATABASE kairon_trial_mine OWNER tester'
want 'after one that was killed' "$base..$bad" 1 "note: $mine, which a trial that was killed had left, is gone"
[ "$(sql "SELECT string_agg(datname, ' ') FROM pg_database WHERE datname LIKE 'kairon%'")" = kairon_trial_mine ] || { echo "FAILED: left: $(sql "SELECT datname FROM pg_database")" && exit 1; }
echo ok
