#!/usr/bin/env bash
# Code of a repository runs as the plain role, also when somebody else looks at the database: functions that planning
# a query calls, operators and functions that fit better than PostgreSQL's, types of the same name.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
migrations_alone
printf '[kairon]\n  missingExtensions = stub\n' >.kairon
echo 'CREATE TABLE IF NOT EXISTS items (id bigint PRIMARY KEY, a int);' >db/migrations/001_items.sql
echo 'DROP TABLE items;' >db/migrations/001_items_rollback.sql
commit base

# watch NAME(ARGUMENTS) TYPE VALUE: a function that fails where a superuser runs it.
watch() {
  printf "CREATE OR REPLACE FUNCTION public.%s RETURNS %s IMMUTABLE LANGUAGE plpgsql AS \$f\$ BEGIN
    IF pg_catalog.current_setting('is_superuser') OPERATOR(pg_catalog.=) 'on' THEN RAISE EXCEPTION 'ran as superuser'; END IF;
    RETURN %s; END \$f\$;\n" "$1" "$2" "$3"
}
undo='DROP INDEX items_sum; DROP FUNCTION public.watched(int);'
try 'a function in an index' 0 'passed' "$(watch 'watched(int)' int '$1')
CREATE INDEX IF NOT EXISTS items_sum ON items ((a + watched(1)));" "$undo"

operator="$(watch 'same(oid, regclass)' boolean true)
DO \$x\$ BEGIN CREATE OPERATOR public.= (LEFTARG = oid, RIGHTARG = regclass, FUNCTION = public.same); EXCEPTION WHEN duplicate_function THEN NULL; END \$x\$;
CREATE EXTENSION IF NOT EXISTS kairon_vector;"
undo='DROP EXTENSION kairon_vector; DROP OPERATOR public.= (oid, regclass); DROP FUNCTION public.same(oid, regclass);'
try 'an operator that fits better' 0 'warning[trial/stand-in]' "$operator" "$undo"

first="SET search_path = public, pg_catalog;
$(watch 'same(name, name)' boolean true)
DO \$x\$ BEGIN CREATE OPERATOR public.= (LEFTARG = name, RIGHTARG = name, FUNCTION = public.same); EXCEPTION WHEN duplicate_function THEN NULL; END \$x\$;
CREATE EXTENSION IF NOT EXISTS kairon_vector;"
undo='DROP EXTENSION kairon_vector; DROP OPERATOR public.= (name, name); DROP FUNCTION public.same(name, name);'
try 'an operator in front of the catalog' 0 'warning[trial/stand-in]' "$first" "$undo"

types="SET search_path = public, pg_catalog;
$(watch 'fine(pg_catalog.oid)' boolean true)
DO \$x\$ BEGIN CREATE DOMAIN public.oid AS pg_catalog.oid CHECK (public.fine(VALUE)); EXCEPTION WHEN duplicate_object THEN NULL; END \$x\$;
CREATE EXTENSION IF NOT EXISTS kairon_vector;"
undo='DROP EXTENSION kairon_vector; DROP DOMAIN public.oid; DROP FUNCTION public.fine(pg_catalog.oid);'
try 'a type in front of the catalog' 0 'warning[trial/stand-in]' "$types" "$undo"

# The server reads another statement than the gate: SJIS takes the last byte of a letter and the backslash after it as
# one letter, and without standard_conforming_strings a backslash escapes. try() turns \\\\ into one.
undo="COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL procedural language'; DROP FUNCTION public.watched(int);"
try 'a statement in another encoding' 0 'passed' "$(watch 'watched(int)' int '$1')
SET client_encoding = 'SJIS';
COMMENT ON EXTENSION plpgsql IS E'\xC3\x89\\\\'; SELECT public.watched(1); --';" "$undo"
try 'a statement with other strings' 0 'passed' "$(watch 'watched(int)' int '$1')
SET standard_conforming_strings = off;
COMMENT ON EXTENSION plpgsql IS 'a\\\\'' ; SELECT public.watched(1); --';" "$undo"

# A prepared transaction keeps its locks: whoever looks at the table gives up.
try 'a lock that is kept' 3 'lock timeout' "-- kairon: no-transaction
BEGIN;
LOCK TABLE items IN ACCESS EXCLUSIVE MODE;
PREPARE TRANSACTION 'kept';" "ROLLBACK PREPARED 'kept';"

# A trigger that never ends holds the seed for a few seconds a row, and no longer.
cat >db/migrations/0015_wait.sql <<'SQL'
CREATE OR REPLACE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN PERFORM pg_sleep(3600); RETURN NEW; END $f$;
CREATE TRIGGER wait BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION wait();
SQL
echo 'DROP TRIGGER wait ON items; DROP FUNCTION wait();' >db/migrations/0015_wait_rollback.sql
rm -f db/migrations/002_x*.sql
commit wait
kairon_itself=$kairon
ends_soon() { timeout 120 "$kairon_itself" "$@"; }
kairon=ends_soon
try 'a trigger that never ends' 0 'no row could be made for public.items' 'ALTER TABLE items ADD COLUMN IF NOT EXISTS b int;' 'ALTER TABLE items DROP COLUMN b;'

exit "$failed"
