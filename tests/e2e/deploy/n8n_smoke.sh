#!/usr/bin/env bash
# Smoke tests of a fixture system on a real n8n and PostgreSQL: it passes, and ten sabotaged versions
# of it are caught by the right case. KAIRON_FULL=1 runs every case against each of them.
# shellcheck source=tests/support/logbook.sh
. "$(dirname "$0")/../../support/logbook.sh"

smoke() { "$kairon" smoke dev "$@"; }
status_of() { smoke "$@" >"$WORK/out" 2>&1 </dev/null && echo 0 || echo $?; }

# sabotage WHAT WORKFLOW JQ CASE TEXT CONTROL: with the workflow changed by the jq program, CASE fails
# and says TEXT, while CONTROL passes. A good deployment is put back afterwards.
sabotage() {
  local what=$1 name=$2 program=$3 case=$4 text=$5 control=$6
  jq "$program" "n8n-workflows/$name.json" >"$WORK/changed"
  cmp -s "$WORK/changed" "n8n-workflows/$name.json" && fail "the sabotage '$what' changes nothing"
  cp "$WORK/changed" "n8n-workflows/$name.json"
  expect 0 "1 updated" "$kairon" deploy dev
  caught "$what" "$case" "$text" "$control"
  git checkout -q -- n8n-workflows
  expect 0 "1 updated" "$kairon" deploy dev
}
line_of() { grep -F -- "  $2  [" "$WORK/out" | grep -q "^  $1 "; }
caught() {
  local what=$1 case=$2 text=$3 control=$4 chosen=(--case "$2" --case "$4")
  [ "${KAIRON_FULL:-}" = 1 ] && chosen=()
  [ "$(status_of "${chosen[@]}")" = 1 ] || fail "$what: not caught"
  line_of FAIL "$case" || fail "$what: '$case' did not fail"
  says "$text"
  line_of ok "$control" || fail "$what: '$control' failed as well"
  ok "caught: $what"
}
node() { echo "(.nodes[] | select(.name == \"$1\"))"; }
query() { echo "$(node "$1").parameters.query |= $2"; }

# --- A system that works ------------------------------------------------------------------------
n8n_begin
n8n_start dev
logbook_repository
expect 0 "0 errors" "$kairon" check --all
logbook_environment dev
expect 0 "14 created" "$kairon" deploy dev
ok "the fixture passes the gate and is deployed"

expect 0 "dev: 55 of 55 cases passed, 4 failed executions" smoke
says "coverage: 14 of 14 workflows executed"
says "[Receive > Store_Event > Route_Message > Run_Command > Note_Error x3]"
ok "55 cases pass"
keys() { pg n8n_dev "select count(*) from execution_data where data ~* '$N8N_KEY'"; }
[ "$(keys)" = 0 ] || fail "the API key went to a webhook: it stands in $(keys) executions"
# and it would have been seen
curl -s -o /dev/null -X POST -H "X-N8N-API-KEY: $N8N_KEY" -H 'Content-Type: application/json' -d '{"event_type":"message"}' "$(n8n_value URL dev)/webhook/logbook-in"
for ((tries = 0; tries < 300 && $(keys) == 0; tries++)); do sleep 0.1; done
[ "$(keys)" = 1 ] || fail "a key that was sent is not found: this check has lost its input"
ok "the API key is in no execution"

# --- What else happens on the server is nobody's fault ------------------------------------------
stranger=$(api dev POST /workflows '{"name":"Stranger","settings":{},"connections":{"In":{"main":[[{"node":"Bad","type":"main","index":0}]]}},"nodes":[{"id":"a","name":"In","type":"n8n-nodes-base.webhook","typeVersion":2,"webhookId":"stranger","position":[0,0],"parameters":{"httpMethod":"POST","path":"stranger","options":{}}},{"id":"b","name":"Bad","type":"n8n-nodes-base.code","typeVersion":2,"position":[200,0],"parameters":{"jsCode":"throw new Error(\"not yours\")"}}]}' | jq -r .id)
api dev POST "/workflows/$stranger/activate" >/dev/null
(for ((i = 0; i < 3000; i++)); do
  [ ! -e "$WORK/quiet" ] || break
  curl -s -o /dev/null -X POST "$(n8n_value URL dev)/webhook/stranger" -d '{"message_id":"1"}'
  pg logbook_dev "insert into events (event_type, payload, idempotency_key) values ('message', '{}', 'stranger $i')"
  sleep 0.1
done) &
noise=$!
expect 0 "dev: 9 of 9 cases passed" smoke --case "tag *" --case "a todo *" --case "!*"
touch "$WORK/quiet" && wait "$noise"
grep -q "note: execution .* of Stranger failed meanwhile, no case caused it: not yours" "$WORK/out" || fail "the stranger's failures are not told"
api dev DELETE "/workflows/$stranger" >/dev/null
ok "other failing traffic fails no case, and is told"

# --- Formats, choice, usage ---------------------------------------------------------------------
smoke --format json --case "::ping*" >"$WORK/json"
jq -e '.version == 1 and .passed and .summary == {cases: 1, passed: 1, failed: 0, skipped: 0, elapsed_ms: .summary.elapsed_ms}
  and (.cases[0].executions | map(.workflow) == ["Receive", "Store_Event", "Route_Message", "Run_Command"])
  and .cases[0].executions[3].parent == .cases[0].executions[2].id and .coverage.executed == 4' "$WORK/json" >/dev/null || fail "JSON: $(cat "$WORK/json")"
smoke --format junit --case "tag !!*" --case "::*" >"$WORK/junit.xml"
xmllint --noout --schema "$source_dir/tests/support/junit.xsd" "$WORK/junit.xml" 2>"$WORK/out" || fail "the JUnit output does not fit its schema"
grep -q '<testsuite name="smoke dev" tests="6" failures="0"' "$WORK/junit.xml" || fail "JUnit: $(cat "$WORK/junit.xml")"
expect 2 "did you mean 'tag !! makes an activity'?" smoke --case "tag !! makes an activty"
expect 2 "the environment staging is not configured" "$kairon" smoke staging
ok "JSON, JUnit, --case"

cp n8n-workflows/tests/regression/tags.json "$WORK/tags.json"
jq '.[1].expected_db_changes.events_creatd = 1 | .[2].expect.within = "soon" | del(.[3].webhook_data)' "$WORK/tags.json" >n8n-workflows/tests/regression/tags.json
expect 2 'unknown key "events_creatd" (did you mean "events_created"?)' smoke
says "within is not a valid duration"
says "a case without webhook_data"
grep -q "n8n-workflows/tests/regression/tags.json:[0-9][0-9]*: " "$WORK/out" || fail "no line is named"
echo '[{"test_name": "x",' >n8n-workflows/tests/regression/tags.json
expect 2 "tags.json:2: no JSON" smoke
git checkout -q -- .
expect 2 "the case asserts rows, but the environment dev has no database" env -u KAIRON_ENV_DEV_DATABASE "$kairon" smoke dev
KAIRON_ENV_DEV_DATABASE=postgresql://postgres@127.0.0.1:9/x expect 3 "error" smoke
KAIRON_ENV_DEV_N8NURL=http://127.0.0.1:9 expect 3 "does not accept connections" smoke
ok "bad case files, no database, no n8n"

# --- Runs that leave nothing --------------------------------------------------------------------
id=$(pg n8n_dev "select id from workflow_entity where name = 'Receive'")
pg n8n_dev "update workflow_entity set settings = jsonb_set(settings::jsonb, '{saveDataSuccessExecution}', '\"none\"') where id = '$id'"
expect 1 "the webhook answered 200, but n8n executed nothing that it keeps" smoke --case "a tag alone is left out"
says "Receive keeps no executions (saveDataSuccessExecution is none)"
pg n8n_dev "update workflow_entity set settings = jsonb_set(settings::jsonb, '{saveDataSuccessExecution}', '\"all\"') where id = '$id'"
api dev POST "/workflows/$id/deactivate" >/dev/null
expect 1 "no active workflow listens at POST /webhook/logbook-in" smoke --case "a tag alone is left out"
api dev POST "/workflows/$id/activate" >/dev/null
got=0
timeout --preserve-status -s INT 1.5 "$kairon" smoke dev >"$WORK/out" 2>&1 </dev/null || got=$?
[ "$got" = 130 ] || fail "Ctrl-C ends with $got, not 130"
ok "silent runs and a dead webhook are failures; Ctrl-C ends with 130"

# --- Ten sabotaged versions ---------------------------------------------------------------------
sabotage "a wrong column" Capture_Projection "$(query "Insert Projection" 'sub("projection_type, data"; "projection_kind, data")')" \
  "tag .. makes a note" "failed at 'Insert Projection': column \"projection_kind\" of relation \"projections\" does not exist" "::ping answers and writes nothing but its event"
sabotage "a lost field" Store_Event "$(node "Event Context").parameters.jsCode |= sub(\"        author: data.author,\n\"; \"\")" \
  "an author without login is unknown" "expected \"unknown\", got null" "tag .. makes a note"
sabotage "a dead branch" Route_Message '.connections["By Tag"].main[2] = []' \
  "tag \$\$ makes a todo" "projections_created: expected 1, got 0" "tag .. makes a note"
sabotage "a sub-workflow that is not called" Receive '.connections["Store Message"].main[0] = []' \
  "::ping answers and writes nothing but its event" "Run_Command was not executed" "thumbs up is a good rating"
sabotage "a swallowed error" Mark_Projection "$(node "Insert Trace").continueOnFail = true | $(query "Insert Trace" 'sub("step_name, data"; "step, data")')" \
  "the cross voids a note" "'Insert Trace' failed and its workflow went on: column \"step\" of relation \"traces\" does not exist" "thumbs up is a good rating"
sabotage "a duplicate insert" Classify_Text "$(node "Split Sentences").parameters.jsCode |= sub(\"return parts.map\"; \"return [...parts, parts[0]].map\")" \
  "a message without tag is classified" "projections_created: expected 1, got 2" "tag .. makes a note"
sabotage "a wrong projection type" Rate_Projection "$(query "Insert Rating" "sub(\"'rating'\"; \"'note'\")")" \
  "thumbs down is a bad rating" "projection_types: expected rating, got note" "the cross voids a note"
sabotage "an answer before the failure" Receive "$(node "Message In").parameters.responseMode = \"responseNode\"
    | .nodes += [{id: \"early\", name: \"Early Answer\", type: \"n8n-nodes-base.respondToWebhook\", typeVersion: 1.1, position: [0, 400], parameters: {respondWith: \"noData\", options: {}}}]
    | .connections[\"Early Answer\"] = .connections[\"Message In\"] | .connections[\"Message In\"] = {main: [[{node: \"Early Answer\", type: \"main\", index: 0}]]}
    | $(node "Read Reaction").parameters.jsCode |= \"throw new Error('after the answer');\\n\" + ." \
  "another emoji is only kept as an event" "failed at 'Read Reaction': after the answer" "::ping answers and writes nothing but its event"
export KAIRON_SMOKE_TIMEOUT=8s
sabotage "a run that does not end in time" Run_Command "$(query "Write Setting" '"SELECT pg_sleep(20); " + .')" \
  "::set keeps a value" "was still running" "::ping answers and writes nothing but its event"
unset KAIRON_SMOKE_TIMEOUT
# deleted and made again in the UI: the same name, another id
api dev DELETE "/credentials/$(pg n8n_dev "select id from credentials_entity where name = 'Logbook DB'")" >/dev/null
logbook_postgres dev >/dev/null
caught "a dangling credential" "tag !! makes an activity" "Credential with ID" "a tag alone is left out"
echo "$cases cases passed"
