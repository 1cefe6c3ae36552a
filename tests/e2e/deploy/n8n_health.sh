#!/usr/bin/env bash
# kairon health against a real n8n and database: healthy, then one damage after the other, each detected
# and named; the monitor tells every failure once and every recovery once.
# shellcheck disable=SC2016  # n8n's expressions
# shellcheck source=tests/support/n8n_cases.sh
. "$(dirname "$0")/../../support/n8n_cases.sh"

# health STATUS [ARGUMENTS...]: the look ends so
health() {
  local status=$1 got=0
  shift
  "$kairon" health prod "$@" >"$WORK/out" 2>&1 </dev/null || got=$?
  [ "$got" = "$status" ] || fail "health $* ended with $got, not $status"
}
# line TEXT: the output has a line with it; no_line the opposite
line() { grep -qF -- "$1" "$WORK/out" || fail "no line says '$1'"; }
no_line() { ! grep -qF -- "$1" "$WORK/out" || fail "a line says '$1'"; }
healthy() {
  health 0
  no_line DEGRADED
}

# restart [K=V]: and waits until both webhooks of kairon-intake are registered again, which n8n does some
# time after it answers. A method that neither has tells without running anything.
restart() {
  n8n_restart prod "$@"
  for _ in {1..150}; do
    if curl -s -m 5 -X DELETE "$url/webhook/kairon-intake" | grep "GET" | grep -q "POST"; then return; fi
    sleep 0.2
  done
  fail "n8n does not register its webhooks: $(curl -s -m 5 -X DELETE "$url/webhook/kairon-intake")"
}

workflow() { # NAME ID ACTIVE NODES
  jq -n --arg name "$1" --arg id "$2" --argjson active "$3" --argjson nodes "$4" '{name: $name, settings: {executionOrder: "v1"}, id: $id, active: $active,
    nodes: [$nodes | to_entries[] | .value + {position: [.key * 200, 0], id: "\($name)-\(.key)"}],
    connections: ([range(0; ($nodes | length) - 1) as $i | {($nodes[$i].name): {main: [[{node: $nodes[$i + 1].name, type: "main", index: 0}]]}}] | add // {})}' \
    >"n8n-workflows/$1.json"
}
hook() { echo "{\"name\":\"In\",\"type\":\"n8n-nodes-base.webhook\",\"typeVersion\":2,\"webhookId\":\"$1-id\",\"parameters\":{\"httpMethod\":\"$2\",\"path\":\"$3\",\"options\":{}}}"; }
code() { echo "{\"name\":\"Code\",\"type\":\"n8n-nodes-base.code\",\"typeVersion\":2,\"parameters\":{\"jsCode\":\"$1\"}}"; }
sql='{"name":"SQL","type":"n8n-nodes-base.postgres","typeVersion":2.4,"parameters":{"operation":"executeQuery","query":"select 1","options":{}},"credentials":{"postgres":{"id":"old","name":"Main DB"}}}'
add_credential() {
  api prod POST /credentials "{\"name\":\"Main DB\",\"type\":\"postgres\",\"data\":{\"host\":\"127.0.0.1\",\"port\":$PG_PORT,\"database\":\"postgres\",\"user\":\"postgres\",\"password\":\"x\",\"ssl\":\"disable\",\"sshTunnel\":false,\"maxConnections\":5,\"allowUnauthorizedCerts\":false}}" | jq -r .id
}
id_of() { api prod GET /workflows?limit=250 | jq -r --arg name "$1" '.data[] | select(.name == $name) | .id'; }
app() { pg app "$1"; }

receiver() {
  cat >"$WORK/receiver.py" <<'PY'
import http.server, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        broken = os.path.exists(sys.argv[2] + ".broken")
        if not broken:
            open(sys.argv[2], "ab").write(body + b"\n")
        self.send_response(500 if broken else 204)
        self.end_headers()
    def log_message(self, *args): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
PY
  RECEIVER_PORT=$(free_port)
  : >"$WORK/told"
  python3 "$WORK/receiver.py" "$RECEIVER_PORT" "$WORK/told" &
  RECEIVER=$!
  listening "$RECEIVER_PORT"
}
told() { wc -l <"$WORK/told"; }

# --- A healthy system ---------------------------------------------------------------------------
n8n_begin
end() {
  ended=$?
  set +e
  [ -z "${RECEIVER:-}" ] || kill "$RECEIVER" 2>/dev/null
  (exit "$ended") # n8n_end keeps the status it finds
  n8n_end
}
trap end EXIT
n8n_start prod
url=$(n8n_value URL prod)
export KAIRON_ENV_PROD_N8NURL=$url KAIRON_ENV_PROD_N8NAPIKEY=$N8N_KEY
KAIRON_ENV_PROD_N8NDATABASE=$(n8n_value DB prod)
export KAIRON_ENV_PROD_N8NDATABASE
export KAIRON_ENV_PROD_DATABASE="postgresql://postgres@127.0.0.1:$PG_PORT/app"
pg postgres 'create database app'
app "create table events (id serial primary key, event_type text, payload jsonb, received_at timestamptz default now());
  create table traces (id serial primary key, event_id int references events, created_at timestamptz default now());
  create table projections (id serial primary key, event_id int references events, trace_id int references traces)"

mkdir -p "$WORK/repo/n8n-workflows" "$WORK/repo/db/migrations" && cd "$WORK/repo"
git init -q -b main . && git config user.email t@example.org && git config user.name T
workflow Intake intakeID true "[$(hook intake POST kairon-intake),$(code 'if ($input.first().json.body.bad) throw new Error(\"refused\"); return [];')]"
workflow Lookup lookupID true "[$(hook lookup GET kairon-intake),$sql]"
workflow ByVariable variableID true "[$(hook variable POST '={{ $env.HEALTH_PATH || undefined }}'),$(code 'return [];')]"
workflow Spare spareID false "[$(hook spare POST kairon-spare),$(code 'return [];')]"
echo "create table notes (id bigint primary key);" >db/migrations/001_notes.sql
echo "drop table notes;" >db/migrations/001_notes_rollback.sql
git add . && git commit -qm fixture
credential=$(add_credential)
n8n_restart prod HEALTH_PATH=by-variable
"$kairon" migrate up --env prod >"$WORK/out" 2>&1 || fail "the fixture's migration cannot be applied"
KAIRON_APPROVE=prod:$(git rev-parse HEAD) "$kairon" deploy prod >"$WORK/out" 2>&1 || fail "the fixture cannot be deployed"
git config kairon.backup.directory "$WORK/backups"
"$kairon" backup prod >"$WORK/out" 2>&1 || fail "no backup of the fixture"
"$kairon" drill prod >"$WORK/out" 2>&1 || fail "no drill of the fixture"

healthy
for text in "prod n8n: ready, 4 workflows, 3 active" "prod active: all 3" "prod edits: 4 workflows as deployed" "prod executions: none failed" "prod webhooks: 3 registered" \
  "prod credentials: all 1" "prod n8n database:" "prod database:" "prod backup: the newest good one is" "prod drill: a backup was restored" "prod pipeline: no events" "prod migrations: all 1 applied" \
  "prod journal: commit"; do line "$text"; done
[ "$(pg n8n_prod 'select count(*) from execution_entity')" = 0 ] || fail "the look ran a workflow"
health 0 --format json
jq -e '.version == 1 and .summary.degraded == 0 and (.checks | length) == 13 and all(.checks[]; .environment == "prod" and .status == "ok")' \
  "$WORK/out" >/dev/null || fail "the JSON is not as documented"
ok "healthy, in text and JSON, and nothing ran"

# --- The monitor: once for each failure, once for each recovery -----------------------------------
receiver
export KAIRON_NOTIFY_URL="http://127.0.0.1:$RECEIVER_PORT/hook"
health 0 --watch
[ "$(told)" = 0 ] || fail "a healthy system was told"
api prod POST "/workflows/$(id_of Intake)/deactivate" >/dev/null
touch "$WORK/told.broken"
health 1 --watch
line "new: prod active/Intake"
line "warning: no notification was sent"
rm "$WORK/told.broken"
health 1 --watch
line "new: prod active/Intake"
[ "$(told)" = 1 ] || fail "a message that did not arrive was not sent again"
health 1 --watch
no_line "new:"
[ "$(told)" = 1 ] || fail "one failure was told twice"
line "DEGRADED prod active: active in git and not on the server: Intake"
jq -e '.job == "health" and .environment == "prod" and .outcome == "failed" and (.details[0] | contains("Intake"))' <"$WORK/told" >/dev/null ||
  fail "the message does not say what it is about: $(cat "$WORK/told")"
api prod POST "/workflows/$(id_of Intake)/activate" >/dev/null
health 0 --watch
line "over: prod active/Intake"
health 0 --watch
[ "$(told)" = 2 ] || fail "the recovery was told $(($(told) - 1)) times"
tail -1 "$WORK/told" | jq -e '.outcome == "recovered"' >/dev/null || fail "the recovery is no recovery: $(tail -1 "$WORK/told")"
ok "a workflow that was switched off: named, told once, its recovery told once"

# An edit through the API, then one as the editor makes it.
lookup=$(id_of Lookup)
body=$(api prod GET "/workflows/$lookup" | jq -c '{name, nodes, connections, settings: {}}')
before=$(told)
api prod PUT "/workflows/$lookup" "$(jq -c '(.nodes[] | select(.name == "SQL") | .parameters.query) = "select 2"' <<<"$body")" >/dev/null
health 1 --watch
line "DEGRADED prod edits: 1 edited on the server since the last deployment: Lookup (at 20"
line "node 'SQL': parameters.query"
line "kairon deploy pull Lookup takes the edit into the work tree, kairon deploy prod --overwrite drops it"
line "new: prod edits/Lookup"
health 1 --watch
no_line "new:"
api prod PUT "/workflows/$lookup" "$body" >/dev/null
health 0 --watch
line "over: prod edits/Lookup"
[ "$(told)" = $((before + 2)) ] || fail "an edit and its end were told $(($(told) - before)) times"
curl -s -o /dev/null -c "$WORK/jar" -H 'Content-Type: application/json' -d '{"emailOrLdapLoginId":"owner@example.org","password":"Admin123!"}' "$url/rest/login"
curl -s -o "$WORK/patched" -b "$WORK/jar" -X PATCH -H 'Content-Type: application/json' "$url/rest/workflows/$lookup" \
  -d "$(jq -c '{nodes: (.nodes | map(if .name == "SQL" then .parameters.query = "select 3" else . end)), connections}' <<<"$body")"
health 1
line "DEGRADED prod edits: 1 edited on the server since the last deployment: Lookup (at 20"
status=0
"$kairon" deploy prod --verify >"$WORK/out" 2>&1 </dev/null || status=$?
[ "$status" = 1 ] || fail "deploy --verify ended with $status, not 1"
line "edited on the server since it was deployed: Lookup (at 20"
line "prod: 3 workflows as deployed, 1 edited since, 0 deleted"
api prod PUT "/workflows/$lookup" "$body" >/dev/null
healthy
pg app "update kairon_deployments set by = 'kim@desk'" >/dev/null
cp .git/kairon/deploy/prod/state.json "$WORK/state.json"
sed 's/": "[0-9a-f]\{64\}"/": "of an older deployment"/' "$WORK/state.json" >.git/kairon/deploy/prod/state.json
healthy
line "prod edits: 4 workflows as deployed, 4 of them by kim@desk (commit $(git rev-parse HEAD | cut -c1-12))"
cp "$WORK/state.json" .git/kairon/deploy/prod/state.json
ok "an edit by API and in the editor: named with time and nodes, told once, its end told once"

# A look by hand that takes longer than the monitor's forgets nothing of what that told.
git config kairon.health-slow.query "select 0 from pg_sleep(5)"
"$kairon" health prod >"$WORK/slow" 2>&1 </dev/null &
slow=$!
until [ "$(app "select count(*) from pg_stat_activity where query like '%pg_sleep(5)%' and pid <> pg_backend_pid()")" = 1 ]; do sleep 0.05; done
git config --unset kairon.health-slow.query
api prod POST "/workflows/$(id_of Intake)/deactivate" >/dev/null
health 1 --watch
line "new: prod active/Intake"
wait "$slow" || fail "the slow look: $(cat "$WORK/slow")"
health 1 --watch
no_line "new:"
api prod POST "/workflows/$(id_of Intake)/activate" >/dev/null
health 0 --watch
line "over: prod active/Intake"
ok "a look by hand beside the monitor's"

# --- Damage in n8n --------------------------------------------------------------------------------
curl -s -o /dev/null -X POST -H 'Content-Type: application/json' -d '{"bad":true}' "$url/webhook/kairon-intake"
until [ "$(pg n8n_prod "select count(*) from execution_entity where status = 'error'")" = 1 ]; do sleep 0.1; done
health 1
line "DEGRADED prod executions: 1 failed within 60 min, 1 of them since the last look"
line "Intake (1)"
health 1
line "0 of them since the last look"
sleep 2
health 0 --since 1s
pg n8n_prod "delete from execution_entity" >/dev/null
healthy
ok "a failed execution: counted, by workflow, since the last look, within the window"

api prod DELETE "/credentials/$credential" >/dev/null
health 1
line "DEGRADED prod credentials: 1 of 1 references point to no credential: Lookup/SQL (postgres 'Main DB')"
KAIRON_ENV_PROD_N8NDATABASE='' health 0
line "UNKNOWN  prod credentials: n8n 1.x lists them only in its database"
add_credential >/dev/null
git commit -q --allow-empty -m relink
KAIRON_APPROVE=prod:$(git rev-parse HEAD) "$kairon" deploy prod --overwrite >"$WORK/out" 2>&1 || fail "credentials cannot be linked again"
healthy
ok "a deleted credential: named with workflow and node"

restart
for what in deactivate activate; do api prod POST "/workflows/$(id_of ByVariable)/$what" >/dev/null; done
health 1
line "DEGRADED prod webhooks: 1 not registered although their workflows are active: ByVariable (node In)"
KAIRON_ENV_PROD_N8NDATABASE='' health 0
line "UNKNOWN  prod webhooks: 2 registered, 1 could not be asked: ByVariable/In"
restart HEALTH_PATH=by-variable
for what in deactivate activate; do api prod POST "/workflows/$(id_of ByVariable)/$what" >/dev/null; done
healthy
pg n8n_prod "delete from webhook_entity where \"webhookPath\" = 'kairon-intake' and method = 'GET'"
pg n8n_prod "update workflow_entity set nodes = replace(nodes::text, 'kairon-spare', 'kairon-intake')::json, active = true where name = 'Spare'"
health 1
line "prod webhooks:"
line "Spare (POST kairon-intake, which Intake has as well)"
pg n8n_prod "update workflow_entity set nodes = replace(nodes::text, 'kairon-intake', 'kairon-spare')::json, active = false where name = 'Spare'"
restart HEALTH_PATH=by-variable
healthy
ok "webhooks that n8n did not register, and two workflows with one path: named"

KAIRON_ENV_PROD_N8NAPIKEY=wrong health 3
line "refuses the API key"
line "OK       prod database:"
KAIRON_ENV_PROD_N8NURL=http://127.0.0.1:1 health 3
line "DEGRADED prod n8n: "
line "does not accept connections"
n8n_crash prod
health 3 --watch
line "new: prod n8n"
line "OK       prod pipeline:"
before=$(told)
restart HEALTH_PATH=by-variable
health 0 --watch
line "over: prod n8n"
[ "$(told)" = $((before + 1)) ] || fail "n8n's return was not told once"
ok "n8n away, a wrong key: exit 3, the rest is looked at all the same"

# --- Damage in the database -----------------------------------------------------------------------
app "insert into events (event_type, payload, received_at) values
  ('discord_message', '{\"tag\": \"!!\"}', now() - interval '10 minutes'), ('discord_message', '{\"tag\": \"..\"}', now() - interval '9 minutes'),
  ('discord_message', '{\"tag\": \"::\"}', now() - interval '8 minutes'), ('system', '{}', now() - interval '7 minutes'),
  ('discord_message', '{}', now()), ('discord_message', '{}', now() - interval '3 hours')"
app "insert into traces (event_id) values (2)"
health 1
line "DEGRADED prod pipeline: of 2 events within 60 min, 1 have no trace and 1 a trace but no projection"
app "insert into traces (event_id) values (1); insert into projections (event_id) values (1), (2)"
healthy
line "OK       prod pipeline: all 2 events"
health 1 --since 4h
line "of 3 events within 4 h, 1 have no trace and 0 a trace"
app "delete from projections; delete from traces; delete from events"
ok "events without traces, traces without projections; commands and what is still on its way do not count"

git config kairon.health-stuck.query "select count(*) from events where event_type = 'stuck'"
healthy
line "OK       prod probe stuck: 0"
app "insert into events (event_type, received_at) values ('stuck', now() - interval '1 day')"
health 1
line "DEGRADED prod probe stuck: the query gives 1, not 0"
git config kairon.health-stuck.query "delete from events returning 0"
health 3
line "read-only transaction"
[ "$(app 'select count(*) from events')" = 1 ] || fail "a probe deleted something"
git config kairon.health-stuck.query "select 1; drop table events"
health 3
git config kairon.health-stuck.query "commit"
health 3
[ "$(app 'select count(*) from events')" = 1 ] || fail "a probe escaped its transaction"
git config --unset kairon.health-stuck.query
app "delete from events"
printf '[health "evil"]\n  query = select 1\n' >.kairon
healthy
no_line "probe evil"
rm .kairon
ok "probes: their number, their mistakes, nothing written, none taken from the committed file"

echo "create table more (id bigint primary key);" >db/migrations/002_more.sql
health 1
line "DEGRADED prod migrations: 1 pending (002_more)"
rm db/migrations/002_more.sql
echo "-- changed" >>db/migrations/001_notes.sql
health 1
line "1 changed after they were applied (001_notes)"
git checkout -q db/migrations
app "insert into schema_migrations (version) values ('009_elsewhere')"
health 1
line "1 applied and not in this work tree (009_elsewhere)"
app "delete from schema_migrations where version = '009_elsewhere'"
healthy
ok "pending, changed and unknown migrations"

KAIRON_ENV_PROD_DATABASE="postgresql://postgres:hunter2hunter2@127.0.0.1:1/app" health 3
line "DEGRADED prod database: cannot connect"
no_line hunter2
line "OK       prod n8n:"
KAIRON_ENV_PROD_DATABASE="postgresql://postgres@127.0.0.1:$PG_PORT/nowhere" health 3
line 'database "nowhere" does not exist'
ok "the database away: exit 3, without its password"

# --- The journal ------------------------------------------------------------------------------------
mkdir -p .git/kairon/deploy/prod
echo '{"version":1,"environment":"prod","commit":"0123456789abcdef","by":"kim@desk","begun":"2026-01-31T12:00:00Z"}' >.git/kairon/deploy/prod/open.json
health 1
line "DEGRADED prod journal: a deployment of commit 0123456789ab by kim@desk, begun 2026-01-31T12:00:00Z, was not finished"
line "kairon deploy prod --resume"
rm .git/kairon/deploy/prod/open.json
ok "a deployment left open"

git init -q --bare "$WORK/remote.git"
git remote add origin "$WORK/remote.git"
git push -q origin HEAD~1:refs/heads/main
health 1
line "DEGRADED prod journal: commit $(git rev-parse HEAD | cut -c1-12), deployed"
line "is on no remote branch"
git push -q origin main
healthy
line "prod journal: commit $(git rev-parse HEAD | cut -c1-12) was deployed"
ok "deployed, and not on the remote"

# --- Backup and drill ---------------------------------------------------------------------------------
git config kairon.backup.maxAge 1s
git config kairon.backup.drillMaxAge 1s
sleep 1.1
health 1
line "DEGRADED prod backup: the newest good one is"
line " old, and 1 s is the limit"
line "help: kairon backup prod"
line "DEGRADED prod drill: the last one was"
git config --unset kairon.backup.maxAge
git config --unset kairon.backup.drillMaxAge
for dump in "$WORK"/backups/prod/*/*dump*; do truncate -s 10 "$dump"; done
health 1
line "DEGRADED prod backup: no good backup"
git config kairon.backup.directory "$WORK/elsewhere"
health 1
line "DEGRADED prod drill: no backup was ever restored"
git config --unset kairon.backup.directory
health 0
line "UNKNOWN  prod backup: [backup] directory is not set"
ok "backups: old, damaged, never tried, not configured"

# --- Wrong use ----------------------------------------------------------------------------------------
expect2() {
  local got=0
  "$kairon" health "$@" >"$WORK/out" 2>&1 </dev/null || got=$?
  [ "$got" = 2 ] || fail "health $* ended with $got, not 2"
}
expect2 nowhere
expect2 dev
line "is not configured"
expect2 prod --every 5m
expect2 prod --watch --every soon
"$kairon" health all >"$WORK/out" 2>&1 || fail "all: the configured ones"
timeout -s TERM 120 "$kairon" health prod --watch --every 1s >"$WORK/out" 2>&1 &
looper=$!
until [ "$(grep -c 'prod n8n: ready' "$WORK/out" || true)" -ge 2 ] || ! kill -0 "$looper" 2>/dev/null; do sleep 0.1; done
kill -TERM "$(pgrep -P "$looper")"
status=0
wait "$looper" || status=$?
[ "$status" = 130 ] || fail "--every ended with $status after SIGTERM"
[ "$(grep -c 'prod n8n: ready' "$WORK/out")" -ge 2 ] || fail "--every looked only once"
ok "usage, all environments, --every until a signal"

echo "n8n_health: $cases groups"
