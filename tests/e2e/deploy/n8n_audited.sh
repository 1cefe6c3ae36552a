#!/usr/bin/env bash
# The 22 workflows that were audited, on a real n8n whose outside hosts are local fakes: their own public test messages
# are sent, the executions recorded, and the cases replayed twice on a throw-away n8n. No case is edited by hand, and 80 %
# of the workflows have to be executed. With KAIRON_FULL=1, in a clone of the public repository that KAIRON_AUDITED names.
# shellcheck source=tests/support/n8n_fixture.sh
. "$(dirname "$0")/../../support/n8n_fixture.sh"

[ "${KAIRON_FULL:-}" = 1 ] || skip "several minutes: KAIRON_FULL=1 runs it"
[ -d "${KAIRON_AUDITED:-}" ] || skip "KAIRON_AUDITED has to name a clone of https://github.com/chriskevini/kairon"
command -v openssl >/dev/null || skip "no openssl"
audited_commit=bec910192e2bd2f611e8c027a3a3d561a424b5c4

# What `kairon check` and the first messages find, and no message gets past.
repair() {
  local file
  for file in n8n-workflows/*.json; do
    jq '
      # parameters of a query are read from queryReplacement alone, as one expression
      def as_list: if startswith("=") then . else "={{ [" + (gsub("\\{\\{|\\}\\}"; "")) + "] }}" end;
      (.nodes[] | select(.type | endswith(".postgres")) | .parameters.options | objects | select(has("values")))
        |= (.queryReplacement = (.values | as_list) | del(.values))
      # an output that a Switch does not have
      | (.nodes[] | select(.type | endswith(".switch")) | .parameters.options.fallbackOutput | numbers) |= "extra"
      | (.nodes[] | select(.name == "MergeClassifiers").parameters.numberInputs) |= 3
      | (.nodes[] | select(.name == "WhenCalledByAnotherWorkflow").parameters) |= {inputSource: "passthrough"}
      | (.nodes[] | select(.name == "SetNextPulse(default)")) += {alwaysOutputData: true}
      | (.nodes[] | select(.name == "ParseExtractions").parameters.jsCode) |= gsub("}\\];"; "};")
      | (.nodes[] | select(.type | endswith(".code")).parameters.jsCode) |= gsub("role, text FROM thread_history"; "role, content AS text FROM thread_history")
      # once a minute, for a test that ends
      | (.nodes[] | select(.type | endswith(".scheduleTrigger")) | .parameters.rule.interval[].minutesInterval) |= 1
    ' "$file" | sed "s/'Build Summary Message'/'BuildSummaryMessage'/g; s/'Build Correction Queries'/'BuildCorrectionQueries'/g; s/'What Action'/'WhatAction'/g; s/'Merge for Discord'/'MergeForDiscord'/g" >"$WORK/repaired"
    mv "$WORK/repaired" "$file"
  done
}

# What this machine does not have, and the configuration of production that the workflows read.
local_schema() {
  sed -i -e '/^CREATE EXTENSION IF NOT EXISTS vector/d' -e '/USING ivfflat/d' -e '/idx_projections_data_timestamp/d' -e 's/vector(384)/vector/' db/schema.sql
  sed -i '0,/^BEGIN;/s//BEGIN;\nCREATE DOMAIN vector AS text;\nCREATE FUNCTION vector_distance(text, text) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT 0.5::float8 $$;\nCREATE OPERATOR <=> (LEFTARG = text, RIGHTARG = text, FUNCTION = vector_distance);/' db/schema.sql
  cat >>db/schema.sql <<'SQL'
INSERT INTO config (key, value) VALUES
  ('emoji_mapping', '{"corrections": ["🔵"], "types": {"🔵": {"type": "activity", "tag": "!!"}}, "actions": {}, "status": {}}'),
  ('north_star', 'Build meaningful projects'), ('timezone', 'UTC'), ('verbose', 'true');
SQL
}

n8n_begin
cat >"$WORK/model.json" <<'JSON'
[["Output ONLY valid JSON, no explanation", "{\"activity\": {\"category\": \"work\", \"description\": \"finishing the report\", \"confidence\": 0.9}, \"note\": {\"category\": \"fact\", \"text\": \"the cat is hungry\", \"confidence\": 0.8}, \"todo\": {\"priority\": \"high\", \"text\": \"buy food\", \"confidence\": 0.9}}"],
 ["You are an activity classifier", "work|98\nadmin|2"], ["You are a note classifier", "reflection|90\nfact|10"],
 ["You are a todo priority classifier", "medium|85\nlow|15"], ["SKIP, ENCOURAGE, or REDIRECT", "ENCOURAGE\nNice flow, keep going."],
 ["`type|text`", "todo|send the report\nfact|the office is closed"], ["compose a proactive message", "You have been at the report for a while, a break would do you good."]]
JSON
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=fake -keyout "$WORK/key" -out "$WORK/certificate" 2>/dev/null
cat "$WORK/key" >>"$WORK/certificate"
python3 "$source_dir/tests/support/fake_hosts.py" "$WORK/fake-port" "$WORK/asked" "$WORK/certificate" "$WORK/model.json" &
FAKE=$!
on_end "kill $FAKE"
for ((i = 0; i < 100; i++)); do [ -s "$WORK/fake-port" ] && break || sleep 0.1; done

repository
git -C "$KAIRON_AUDITED" archive "$audited_commit" n8n-workflows db tools/test-all-paths.sh | tar x
rm -rf n8n-workflows/tests db/migrations && find n8n-workflows -type f ! -name '*.json' -delete
[ "$(find n8n-workflows -name '*.json' | wc -l)" = 22 ] || fail "not 22 workflows"
repair
local_schema
git config kairon.smoke.webhookPath kairon-in
git config kairon.kairon.n8nVersion "$N8N_VERSION"
commit audited

n8n_start prod NODE_OPTIONS="--require=$source_dir/tests/support/outside.cjs" NODE_TLS_REJECT_UNAUTHORIZED=0 \
  KAIRON_FAKE_TLS_PORT="$(cat "$WORK/fake-port.tls")" EMBEDDING_SERVICE_URL="http://127.0.0.1:$(cat "$WORK/fake-port")" \
  WEBHOOK_PATH=kairon-in DISCORD_GUILD_ID=1000000000000000003 DISCORD_CHANNEL_KAIRON_LOGS=1000000000000000005 \
  DISCORD_CHANNEL_ARCANE_SHELL=1000000000000000006 DISCORD_CHANNEL_OBSIDIAN_BOARD=1000000000000000007
use prod
pg postgres "create database audited"
psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$PG_PORT" -U postgres -d audited -f db/schema.sql
export KAIRON_ENV_PROD_DATABASE=postgresql://postgres@127.0.0.1:$PG_PORT/audited
credential_of() { api prod POST /credentials "$(jq -n --arg name "$1" --arg type "$2" --argjson data "$3" '{name: $name, type: $type, data: $data}')" | jq -er .id >/dev/null; }
credential_of "Postgres account" postgres '{"host":"127.0.0.1","port":'"$PG_PORT"',"database":"audited","user":"postgres","password":"x","ssl":"disable","sshTunnel":false,"maxConnections":5,"allowUnauthorizedCerts":false}'
credential_of "Discord Bot account" discordBotApi '{"botToken":"x"}'
credential_of "Discord Bot" discordBotApi '{"botToken":"x"}'
credential_of "OpenRouter account" openRouterApi '{"apiKey":"x"}'
expect 0 "22 created" deploy
sed -n 's/.*unchanged; \([0-9]* requests, [0-9]* writes\).*/first deployment: \1/p' "$WORK/out"
ok "22 workflows deployed, whose outside is here"

# --- The public messages -------------------------------------------------------------------------
expect 0 "wrote 49 cases" "$kairon" new test --from tools/test-all-paths.sh
mv n8n-workflows/tests/regression/from_test-all-paths.json "$WORK/messages.json"
rm -r n8n-workflows/tests
# idle: nothing has begun or runs
idle() {
  local seen=""
  until [ "$seen" = "$(pg n8n_prod "select count(*), count(*) filter (where status in ('new', 'running', 'waiting')) from execution_entity")" ] && [[ "$seen" == *"|0" ]]; do
    seen=$(pg n8n_prod "select count(*), count(*) filter (where status in ('new', 'running', 'waiting')) from execution_entity")
    sleep 0.4
  done
}
last=""
while read -r message; do
  [ "$(jq -r .event_type <<<"$message")" = reaction ] || last=test-msg-$(date +%s%N)
  jq --arg id "$last" '.message_id = $id' <<<"$message" >"$WORK/message"
  [ "$(curl -s -m 20 -o /dev/null -w '%{http_code}' -X POST "$(n8n_value URL prod)/webhook/kairon-in" -H 'Content-Type: application/json' -d @"$WORK/message")" = 200 ] || fail "a message was not taken"
  idle
done < <(jq -c '.[].webhook_data' "$WORK/messages.json")
sleep $((75 - $(date +%-S) % 60)) # the schedules of one more minute
idle
for name in Auto_Backfill Proactive_Agent_Cron; do
  api prod POST "/workflows/$(pg n8n_prod "select id from workflow_entity where name = '$name'")/deactivate" >/dev/null
done
idle
pg n8n_prod "select w.name, e.status, count(*) from execution_entity e join workflow_entity w on w.id = e.\"workflowId\" group by 1, 2 order by 1"
ok "49 messages"

# --- Recorded ------------------------------------------------------------------------------------
begun=$SECONDS
KAIRON_APPROVE=prod:record expect 0 "written" "$kairon" record prod
cat "$WORK/out"
jq -r '.[] | .test_name' n8n-workflows/tests/regression/*.json
ok "recorded in $((SECONDS - begun)) s by one command"

# --- Replayed ------------------------------------------------------------------------------------
for round in 1 2; do
  begun=$SECONDS
  expect 0 "cases passed" "$kairon" smoke local
  ok "replay $round in $((SECONDS - begun)) s: $(grep -o 'local: .*' "$WORK/out" | tail -1)"
done
expect 0 "executed: " "$kairon" check --coverage --min 80
grep "executed" "$WORK/out"
ok "80 % of the workflows are executed"
echo "n8n_audited: $cases groups"
