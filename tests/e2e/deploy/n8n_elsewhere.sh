#!/usr/bin/env bash
# What other clones and other days did to an environment, on a real n8n: `requires` sees a deployment that this
# repository's journal knows nothing of, and an interrupted deployment that is undone later is recorded and told.
# shellcheck source=tests/support/n8n_fixture.sh
. "$(dirname "$0")/../../support/n8n_fixture.sh"

app() { pg "app_$1" "$2"; }
results() { app "$1" "select string_agg(result, ',' order by id) from kairon_deployments"; }

n8n_begin
for name in staging prod; do
  n8n_start "$name"
  pg postgres "create database app_$name"
done
use prod
KAIRON_ENV_STAGING_N8NURL=$(n8n_value URL staging)
export KAIRON_ENV_STAGING_N8NURL KAIRON_ENV_STAGING_N8NAPIKEY=$N8N_KEY KAIRON_ENV_PROD_REQUIRES=staging
export KAIRON_ENV_STAGING_DATABASE=postgresql://postgres@127.0.0.1:$PG_PORT/app_staging
export KAIRON_ENV_PROD_DATABASE=postgresql://postgres@127.0.0.1:$PG_PORT/app_prod
repository
workflow Entry true entryID "[$(hook kairon-entry),$(code 1)]"
for ((i = 1; i <= 8; i++)); do workflow "Step $i" false "step$i" "[$trigger,$(code "$i")]"; done
mkdir -p db/migrations
echo 'CREATE TABLE events (id bigint PRIMARY KEY);' >db/migrations/001_events.sql
echo 'DROP TABLE events;' >db/migrations/001_events_rollback.sql
commit first
git init -q -b main --bare "$WORK/remote.git" && git remote add origin "$WORK/remote.git" && git push -q origin main
git clone -q "$WORK/remote.git" "$WORK/colleague"
mine=$PWD
there() { (cd "$WORK/colleague" && git pull -q && "$@") || exit 1; }

# --- requires -----------------------------------------------------------------------------------------
expect 1 "has no green deployment to staging, which prod requires: its n8n holds something else" deploy
there expect 0 "staging: deployed" "$kairon" deploy staging
cd "$mine"
expect 0 "note: staging has commit $(git rev-parse HEAD | head -c 12) from elsewhere" deploy
[ ! -e .git/kairon/deploy/staging/history.jsonl ] || fail "looking left a line in the journal"
ok "a colleague's deployment to staging counts for production"

workflow Entry true entryID "[$(hook kairon-entry),$(code 2)]"
commit second && git push -q origin main
there expect 0 "staging: deployed" "$kairon" deploy staging --only Entry
app staging "insert into kairon_deployments (environment, by, result) values ('staging', 'ci', 'smoke failed')"
expect 1 "its last run is recorded as 'smoke failed'" deploy
app staging "insert into kairon_deployments (environment, by, result) values ('staging', 'ci', 'smoke passed')"
app staging "insert into kairon_deployments (environment, by, result) values ('dev', 'ci', 'smoke failed')"
expect 0 "from elsewhere" deploy
echo 'ALTER TABLE events ADD COLUMN note text;' >db/migrations/002_note.sql
echo 'ALTER TABLE events DROP COLUMN note;' >db/migrations/002_note_rollback.sql
commit third && git push -q origin main
expect 1 "the migrations 002_note are pending there" deploy
there expect 0 "staging: unchanged" "$kairon" deploy staging
api staging PUT "/workflows/$(pg n8n_staging "select id from workflow_entity where name = 'Step 3'")" \
  '{"name":"Step 3","nodes":[],"connections":{},"settings":{}}' >/dev/null
expect 1 "Step 3" deploy
there expect 0 "staging: deployed" "$kairon" deploy staging --overwrite
KAIRON_ENV_STAGING_N8NURL='' expect 1 "has no way to look there" deploy
KAIRON_ENV_STAGING_N8NURL=http://127.0.0.1:9 KAIRON_ENV_STAGING_N8NAPIKEY=x expect 3 "127.0.0.1:9" timeout 100 "$kairon" deploy prod
expect 0 "from elsewhere" deploy
ok "not when something is missing there, was edited there, failed there, or cannot be looked at"

# --- What changed on the database while the question waited ---------------------------------------------
workflow Entry true entryID "[$(hook kairon-entry),$(code 3)]"
echo 'ALTER TABLE events ADD COLUMN more text;' >db/migrations/003_more.sql
echo 'ALTER TABLE events DROP COLUMN more;' >db/migrations/003_more_rollback.sql
commit fourth
unset KAIRON_ENV_PROD_REQUIRES
before=$(normalised)
expect 3 "002_note.sql became pending while this run was being prepared" python3 "$source_dir/tests/support/on_terminal.py" \
  "Type prod=!'$kairon' migrate down --env prod --to 001_events --yes" "Type prod=prod" -- "$kairon" deploy prod
[ "$(app prod 'select count(*) from schema_migrations')" = 1 ] || fail "a migration ran that nobody was shown"
[ "$before" = "$(normalised)" ] || fail "the workflows went on"
expect 0 "prod: deployed" deploy
ok "what was not in the plan that was approved does not run"

# --- Who may write the row and nothing else -------------------------------------------------------------
app prod "create role reporter login; revoke create on schema public from public;
  grant select on all tables in schema public to reporter; grant insert on kairon_deployments to reporter"
workflow Entry true entryID "[$(hook kairon-entry),$(code 4)]"
commit fifth
KAIRON_ENV_PROD_DATABASE=${KAIRON_ENV_PROD_DATABASE/postgres@/reporter@} expect 0 "prod: deployed" deploy
grep -q "not written" "$WORK/out" && fail "the row needs more than the right to insert it"
[ "$(app prod "select count(*) from kairon_deployments where commit_id = '$(git rev-parse HEAD)'")" = 1 ] || fail "no row"
ok "a role that may only insert rows records the deployment"

# --- An interrupted deployment, undone later ------------------------------------------------------------
cat >"$WORK/receiver.py" <<'PY'
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        open(sys.argv[2], "ab").write(self.rfile.read(int(self.headers["Content-Length"])) + b"\n")
        self.send_response(204)
        self.end_headers()
    def log_message(self, *args): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
PY
port=$(free_port)
python3 "$WORK/receiver.py" "$port" "$WORK/told" &
on_end "kill $!"
listening "$port"
export KAIRON_NOTIFY_URL=http://127.0.0.1:$port/hook KAIRON_NOTIFY_KIND=json

# Migrations ran, and then n8n had something else than was planned.
workflow Entry true entryID "[$(hook kairon-entry),$(code 5)]"
echo 'ALTER TABLE events ADD COLUMN slow text; SELECT pg_sleep(4);' >db/migrations/004_slow.sql
echo 'ALTER TABLE events DROP COLUMN slow;' >db/migrations/004_slow_rollback.sql
commit sixth
entry=$(pg n8n_prod "select id from workflow_entity where name = 'Entry'")
(
  for ((i = 0; i < 300; i++)); do [ "$(app prod "select count(*) from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid() and state = 'active'")" = 0 ] || break && sleep 0.1; done
  api prod POST "/workflows/$entry/deactivate" >/dev/null
) &
changer=$!
KAIRON_SKIP=trial expect 3 "'Entry' was changed on the server while this deployment was being prepared" deploy
wait "$changer"
grep -q "still applied on prod: 004_slow" "$WORK/out" || fail "the migration that remains is not named"
row=$(app prod "select result, migrations, failure like '%was changed on the server%' from kairon_deployments order by id desc limit 1")
[ "$row" = "not deployed|{004_slow}|t" ] || fail "kairon_deployments says $row"
grep -q "still applied on prod: 004_slow" "$WORK/told" || fail "nobody was told: $(cat "$WORK/told")"
KAIRON_SKIP=trial expect 0 "prod: deployed" deploy --overwrite
ok "migrations that stand without their workflows are recorded and told"

before=$(normalised)
for ((try = 1; try <= 10; try++)); do
  for ((i = 1; i <= 8; i++)); do workflow "Step $i" false "step$i" "[$trigger,$(code "$try$i")]"; done
  commit "try $try"
  KAIRON_APPROVE=prod:$(git rev-parse HEAD) "$kairon" deploy prod >"$WORK/out" 2>&1 </dev/null &
  DEPLOY=$!
  for ((i = 0; i < 3000; i++)); do [ -e .git/kairon/deploy/prod/open.json ] || ! kill -0 "$DEPLOY" 2>/dev/null && break || sleep 0.01; done
  kill -KILL "$DEPLOY" 2>/dev/null || true
  wait "$DEPLOY" 2>/dev/null || true
  settle
  [ ! -e .git/kairon/deploy/prod/open.json ] || break
  before=$(normalised)
done
[ -e .git/kairon/deploy/prod/open.json ] || fail "no deployment could be killed in time"
: >"$WORK/told"
expect 0 "prod: rolled back" "$kairon" deploy prod --rollback
[ "$before" = "$(normalised)" ] || fail "the rollback left something"
row=$(app prod "select environment, commit_id, result, failure, requests > 0 from kairon_deployments order by id desc limit 1")
[ "$row" = "prod|$(git rev-parse HEAD)|rolled back|it was interrupted|t" ] || fail "kairon_deployments says $row"
grep -q "rolled back: it was interrupted" "$WORK/told" || fail "no message: $(cat "$WORK/told")"
grep -q "commit $(git rev-parse HEAD)" "$WORK/told" || fail "the message does not name the commit"
count=$(results prod)
expect 2 "no interrupted deployment to prod" "$kairon" deploy prod --rollback
[ "$count" = "$(results prod)" ] || fail "a rollback of nothing was recorded"
ok "--rollback is recorded in kairon_deployments and told, as a deployment is"
echo "$cases cases passed"
