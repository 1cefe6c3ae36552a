#!/usr/bin/env bash
# A schema_migrations of another program: every command of the runner refuses and names that program's
# command, and nothing of the table changes.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_begin
echo 'CREATE TABLE a (id int);' >db/migrations/001_a.sql
echo 'DROP TABLE a;' >db/migrations/001_a_rollback.sql
state() { sql "SELECT string_agg(attname, ',' ORDER BY attnum), (SELECT string_agg(m::text, ';') FROM schema_migrations m), to_regclass('a'), to_regclass('kairon_migration_log') FROM pg_attribute WHERE attrelid = 'schema_migrations'::regclass AND attnum > 0"; }

refused() { # TABLE ROW COMMAND
  sql "DROP TABLE IF EXISTS schema_migrations; CREATE TABLE schema_migrations $1; INSERT INTO schema_migrations VALUES $2"
  before=$(state)
  for command in up down baseline status verify 'up --dry-run' 'verify --accept 001_a --reason x'; do
    # shellcheck disable=SC2086 # several words
    ends_with 2 "$kairon" migrate $command --database "$url"
    says "$3"
    [ "$(state)" = "$before" ] || fail "migrate $command changed the table"
  done
  ok "$3"
}
refused '(version bigint PRIMARY KEY, dirty boolean NOT NULL)' '(117, false)' 'run: migrate -path FOLDER -database URL up'
refused '(version varchar(128) PRIMARY KEY)' "('20240101000000')" 'run: dbmate --url URL up'
refused '(version bigint PRIMARY KEY, inserted_at timestamp)' '(1, now())' 'run: mix ecto.migrate'
sql 'CREATE TABLE ar_internal_metadata (key varchar)'
refused '(version varchar PRIMARY KEY)' "('1')" 'run: bin/rails db:migrate'
