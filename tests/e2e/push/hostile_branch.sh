#!/usr/bin/env bash
# A pull request's job has secrets in its environment and judges the branch of a stranger: whatever the branch's SQL
# tries, no secret appears in the output, no program runs, and a committed setting switches nothing off.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || { echo 'skipped: no PostgreSQL server is installed' && exit 77; }

# The server's user is another one when these tests run as root: what it ran must be able to leave its mark.
mkdir -m 1777 "$sandbox/open"
chmod a+x "$sandbox"
mark=$sandbox/open/ran
mkdir -p db/migrations n8n-workflows
echo 'CREATE TABLE IF NOT EXISTS items (id bigint PRIMARY KEY);' >db/migrations/001_items.sql
echo 'DROP TABLE items;' >db/migrations/001_items_rollback.sql
cat >n8n-workflows/A.json <<'JSON'
{"name": "A", "nodes": [
  {"parameters": {}, "id": "1", "name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0]},
  {"parameters": {"operation": "executeQuery", "query": "SELECT id FROM items", "options": {}}, "id": "2", "name": "Read",
   "type": "n8n-nodes-base.postgres", "typeVersion": 2.4, "position": [200, 0], "credentials": {"postgres": {"id": "1", "name": "db"}}}],
 "connections": {"Start": {"main": [[{"node": "Read", "type": "main", "index": 0}]]}}, "settings": {}, "active": false}
JSON
git add -A
passes git commit -q -m trusted
trusted=$(git rev-parse HEAD)

secret=s3cret-$RANDOM$RANDOM
export DEPLOY_TOKEN=$secret KAIRON_ENV_PROD_N8NAPIKEY=$secret PGPASSWORD=$secret AWS_SECRET_ACCESS_KEY=$secret

# judge NAME: the commands of a pull request's job, on what lies in the index.
judge() {
  local name=$1 command
  git add -A
  git commit -q --no-verify -m "$name"
  for command in 'check --schema' "check --range $trusted..HEAD" 'migrate test' "migrate test --push $trusted..HEAD"; do
    # shellcheck disable=SC2086 # words of a command
    run "$build/kairon" $command
    [[ $output != *"$secret"* ]] || fail "$name: the secret is in the output of kairon $command"
    [[ ! -e $mark ]] || fail "$name: a program ran in kairon $command"
    [[ $output != *'fence = off: the SQL'* ]] || fail "$name: the fence is off in kairon $command"
  done
  git reset -q --hard "$trusted"
}

hide() { # SQL: hidden from every reader
  printf "EXECUTE convert_from(decode('%s', 'base64'), 'utf8');" "$(base64 -w0 <<<"$1")"
}
migration() {
  printf -- '-- kairon: irreversible none\n%s\n' "$1" >db/migrations/002_x.sql
}

printf 'CREATE TABLE items (id bigint PRIMARY KEY);\nCREATE TABLE e (t text);\nCOPY e FROM PROGRAM $$env; touch %s$$;\n' "$mark" >db/schema.sql
judge 'a schema file that runs a program'
printf '[gate]\n\tfence = off\n' >.kairon
judge 'and switches the fence off'
printf 'CREATE TABLE items (id bigint PRIMARY KEY);\nCREATE TABLE e (t text);\nCOPY e FROM PROGRAM $$env$$;\nDO $x$ BEGIN RAISE EXCEPTION $$%%$$, (SELECT string_agg(t, $$ $$) FROM e); END $x$;\n' >db/schema.sql
judge 'a schema file that asks a program for the environment'
printf 'CREATE TABLE items (id bigint PRIMARY KEY);\nDO $x$ BEGIN RAISE EXCEPTION %%, encode(pg_read_binary_file($$/proc/self/environ$$), $$escape$$); END $x$;\n' >db/schema.sql
judge 'a schema file that reads the environment'
rm -f db/schema.sql
migration "DO \$x\$ BEGIN RAISE EXCEPTION '%', encode(pg_read_binary_file('/proc/$$/environ'), 'escape'); END \$x\$;"
judge 'a migration that reads the environment of the job'
migration "DO \$x\$ BEGIN $(hide "COPY items FROM PROGRAM 'env; touch $mark'") END \$x\$;"
judge 'a hidden program'
migration "CREATE FUNCTION take() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS \$f\$ BEGIN $(hide "COPY (SELECT 1) TO PROGRAM 'touch $mark'") RETURN 1; END \$f\$;
ALTER FUNCTION take() OWNER TO postgres; SELECT take();"
judge 'a function of the superuser'
migration "CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE f (l text) SERVER s OPTIONS (program 'env; touch $mark'); CREATE TABLE seen AS SELECT * FROM f;"
judge 'a foreign table'
migration "CREATE FUNCTION w() RETURNS event_trigger LANGUAGE plpgsql AS \$f\$ BEGIN $(hide "COPY (SELECT 1) TO PROGRAM 'touch $mark'") END \$f\$;
CREATE EVENT TRIGGER w ON ddl_command_end EXECUTE FUNCTION w();"
judge 'an event trigger'
migration "ALTER DATABASE kairon SET search_path = public, pg_catalog;
CREATE FUNCTION public.count(\"any\") RETURNS bigint LANGUAGE internal AS 'int8inc';
CREATE FUNCTION public.quote_ident(text) RETURNS text LANGUAGE plpgsql AS \$f\$ BEGIN $(hide "COPY (SELECT 1) TO PROGRAM 'touch $mark'") RETURN 'x'; END \$f\$;"
judge 'functions in the way of the catalog'
migration "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS \$f\$ BEGIN $(hide "COPY (SELECT 1) TO PROGRAM 'touch $mark'") RETURN NEW; END \$f\$;
CREATE TRIGGER g BEFORE INSERT OR UPDATE OR DELETE ON items FOR EACH ROW EXECUTE FUNCTION g();"
judge 'a trigger that waits for the rows of the trial'
