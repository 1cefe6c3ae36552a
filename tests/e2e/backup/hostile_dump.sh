#!/usr/bin/env bash
# A backup whose content attacks whoever restores it: functions that a restore calls run programs, read files and reach
# other servers, as superuser. In a trial and in a drill nothing of that happens; without the fence it does.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tests/support/postgres.sh
. "$here/../support/postgres.sh"
postgres_begin
kairon=${KAIRON_BUILD_DIR:-$here/../../build-debug}/kairon

mark=$folder/open/ran
mkdir -m 777 "$folder/open"
chmod 777 "$folder/open"
secret=s3cret-$RANDOM$RANDOM
export DEPLOY_TOKEN=$secret
echo "$secret" >"$folder/open/secret"
chmod 644 "$folder/open/secret"
sql postgres 'CREATE DATABASE shop'
# At home, the server of the test, the attack sleeps.
sql shop "
CREATE FUNCTION attack() RETURNS int LANGUAGE plpgsql AS \$f\$
DECLARE found text;
BEGIN
  IF current_database() = 'shop' THEN RETURN 0; END IF;
  BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch $mark.program'''; EXCEPTION WHEN OTHERS THEN NULL; END;
  BEGIN EXECUTE 'COPY (SELECT 1) TO ''$mark.file'''; EXCEPTION WHEN OTHERS THEN NULL; END;
  BEGIN
    found := pg_read_file('$folder/open/secret');
    EXECUTE format('COPY (SELECT %L) TO PROGRAM ''cat > $mark.secret''', found);
  EXCEPTION WHEN OTHERS THEN NULL; END;
  RETURN 0;
END \$f\$;
CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM public.attack(); RETURN NEW; END';
CREATE FUNCTION checked(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM public.attack(); RETURN true; END';
CREATE TABLE items (id int PRIMARY KEY, n int CHECK (checked(n)));
INSERT INTO items VALUES (1, 2);
CREATE INDEX items_n ON items ((checked(n)));
CREATE MATERIALIZED VIEW seen AS SELECT public.attack() AS a FROM items;
CREATE TRIGGER guard BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION guard();
ALTER TABLE items ENABLE ALWAYS TRIGGER guard;
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM public.attack(); END';
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION watch();
ALTER EVENT TRIGGER watch ENABLE ALWAYS"
mkdir -p "$folder/r/db/migrations" && cd "$folder/r"
git init -q .
git config kairon.backup.directory "$folder/backups"
git config kairon.env-prod.database "host=$socket user=postgres dbname=shop"
ends_with 0 "$kairon" backup
echo 'CREATE TABLE IF NOT EXISTS more (id int);' >db/migrations/001_more.sql
echo 'DROP TABLE more;' >db/migrations/001_more_rollback.sql

# nothing WHAT: neither a file nor the secret came out.
nothing() {
  ! compgen -G "$mark.*" >/dev/null || fail "$1: $(compgen -G "$mark.*")"
  ! grep -q "$secret" "$folder/out" || fail "$1: the secret is in the output"
}
"$kairon" drill >"$folder/out" 2>&1 </dev/null || true
grep -q 'drill prod' "$folder/out" || fail 'there was no drill'
nothing drill
"$kairon" migrate test >"$folder/out" 2>&1 </dev/null || true
grep -q 'trial on' "$folder/out" || fail 'there was no trial'
nothing trial
ok 'a hostile dump is restored in a drill and a trial, and nothing comes out'

git config kairon.gate.fence off
"$kairon" drill >"$folder/out" 2>&1 </dev/null || true
compgen -G "$mark.program" >/dev/null || fail 'without the fence the attack does not work, so this test proves nothing'
ok 'without the fence it ran a program'
