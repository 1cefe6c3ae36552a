#!/usr/bin/env bash
# Cases that are made of what a real n8n executed: answers of the outside in loops, error outputs, full responses and
# sub-workflows are replayed without the outside; what ran is counted, and the share gates.
# shellcheck source=tests/support/n8n_fixture.sh
. "$(dirname "$0")/../../support/n8n_fixture.sh"

# set_environment NAME: the running n8n NAME is the environment of that name
set_environment() {
  local upper=${1^^}
  export "KAIRON_ENV_${upper}_N8NURL=$(n8n_value URL "$1")" "KAIRON_ENV_${upper}_N8NAPIKEY=$N8N_KEY" \
    "KAIRON_ENV_${upper}_N8NDATABASE=$(n8n_value DB "$1")"
}
send() { # path, body
  curl -s -m 20 -o "$WORK/answer" -X POST "$(n8n_value URL prod)/webhook/$1" -H 'Content-Type: application/json' -H 'Authorization: Bearer sent-by-somebody' -d "$2"
}
finished() { # number of executions that have ended
  local tries
  for ((tries = 0; tries < 200; tries++)); do
    [ "$(pg n8n_prod "select count(*) from execution_entity where status in ('success', 'error')")" -ge "$1" ] && return
    sleep 0.1
  done
  fail "there are no $1 finished executions"
}
http() { # name, url, more parameters, more of the node
  jq -cn --arg name "$1" --arg url "$2" --argjson more "${3:-{\}}" --argjson node "${4:-{\}}" '{name: $name, type: "n8n-nodes-base.httpRequest", typeVersion: 4.2,
    parameters: ({method: "POST", url: $url, sendBody: true, specifyBody: "json", jsonBody: "={{ JSON.stringify($json) }}", options: {}} + $more)} + $node'
}

n8n_begin
n8n_start prod
n8n_start dev
python3 "$source_dir/tests/support/fake_hosts.py" "$WORK/fake-port" "$WORK/asked" &
FAKE=$!
on_end "kill $FAKE"
for ((i = 0; i < 100; i++)); do
  if [ -s "$WORK/fake-port" ]; then break; fi
  sleep 0.1
done
outside=http://127.0.0.1:$(cat "$WORK/fake-port")

repository
workflow Sub false subID "[$trigger,$(http Ask "$outside/ask")]"
# Entry: a loop of two requests, one with the full response, one that fails to its error output, and two calls of Sub.
jq -n --argjson hook "$(hook shop-in)" --argjson one "$(http 'Each' "$outside/each")" \
  --argjson full "$(http Full "$outside/full" '{"options":{"response":{"response":{"fullResponse":true}}}}')" \
  --argjson bad "$(http Bad "$outside/fail" '{"jsonBody":"{\"ask\": 1}"}' '{"onError":"continueErrorOutput"}')" --argjson call "$(call subID Sub)" '
  {id: "entryID", name: "Entry", active: true, settings: {executionOrder: "v1"}, pinData: {}, tags: [],
   nodes: ([$hook,
     {name: "Parts", type: "n8n-nodes-base.code", typeVersion: 2, parameters: {jsCode: "const b = $input.first().json.body;\nreturn b.parts.map((part) => ({ json: { part, order: b.message_id } }));"}},
     {name: "Loop", type: "n8n-nodes-base.splitInBatches", typeVersion: 3, parameters: {options: {}}},
     $one, $full,
     {name: "Many", type: "n8n-nodes-base.if", typeVersion: 2.2, parameters: {conditions: {options: {caseSensitive: true, typeValidation: "loose", version: 2}, combinator: "and", conditions: [{id: "c", leftValue: "={{ $(\"Parts\").all().length }}", rightValue: 1, operator: {type: "number", operation: "gt"}}]}, options: {}}},
     $bad,
     {name: "Told", type: "n8n-nodes-base.code", typeVersion: 2, parameters: {jsCode: "return [{ json: { wrong: $input.first().json.error ? 1 : 0, code: $(\"Full\").first().json.statusCode } }];"}},
     {name: "Topics", type: "n8n-nodes-base.code", typeVersion: 2, parameters: {jsCode: "return [\"apples and pears\", \"nuts or bolts\"].map((topic) => ({ json: { topic } }));"}},
     ($call | .parameters.mode = "each"),
     {name: "End", type: "n8n-nodes-base.code", typeVersion: 2, parameters: {jsCode: "const said = $input.all().map((i) => i.json.sent.topic).join();\nif (said !== \"apples and pears,nuts or bolts\") throw new Error(\"asked for \" + said);\nconst n = $(\"Full\").all().map((i) => i.json.body.sent.sent.part).join();\nif (n !== $(\"Parts\").all().map((i) => i.json.part).join()) throw new Error(\"parts \" + n);\nreturn [{ json: { n } }];"}}]
     | to_entries | map(.value + {position: [.key * 200, 0], id: "Entry-\(.key)"})),
   connections: {
     In: {main: [[{node: "Parts", type: "main", index: 0}]]}, Parts: {main: [[{node: "Loop", type: "main", index: 0}]]},
     Loop: {main: [[{node: "Full", type: "main", index: 0}], [{node: "Each", type: "main", index: 0}]]},
     Each: {main: [[{node: "Loop", type: "main", index: 0}]]}, Full: {main: [[{node: "Many", type: "main", index: 0}]]},
     Many: {main: [[{node: "Bad", type: "main", index: 0}], [{node: "Told", type: "main", index: 0}]]},
     Bad: {main: [[], [{node: "Told", type: "main", index: 0}]]}, Told: {main: [[{node: "Topics", type: "main", index: 0}]]},
     Topics: {main: [[{node: "Call Sub", type: "main", index: 0}]]}, "Call Sub": {main: [[{node: "End", type: "main", index: 0}]]}}}' >n8n-workflows/Entry.json
workflow Unused false unusedID "[$trigger,$(code 1)]"
commit shop
set_environment prod
set_environment dev
expect 0 "3 created" deploy
ok "deployed to production"

# --- Nothing to record ---------------------------------------------------------------------------
expect 1 "no execution in that time of which a case can be made" "$kairon" record prod
expect 2 "n8n keeps no execution 99999" "$kairon" new test --from-execution 99999 --env prod
says "saveDataSuccessExecution"
expect 3 "no smoke run of this content is recorded" "$kairon" check --coverage --min 80
ok "what is not there is explained"

# --- Recording -----------------------------------------------------------------------------------
send shop-in '{"message_id":"order-778812","parts":["bolt","nut"],"customer":"Maria Muster","password":"hunter2-Really99"}'
finished 3
send shop-in '{"message_id":"order-778813","parts":["screw"],"customer":"Paul Panther"}'
finished 6
send shop-in '{"message_id":"order-778814","parts":["left","right"],"customer":"Maria Muster"}'
finished 9
[ "$(pg n8n_prod "select count(*) from execution_entity where status = 'error'")" = 0 ] || fail "production failed: $(pg n8n_prod "select data from execution_data where \"executionId\" = (select max(id) from execution_entity where status = 'error')" | grep -o '"message[^}]*' | head -3)"
expect 1 "writing messages of production was not confirmed" "$kairon" record prod
[ ! -e n8n-workflows/tests/regression/recorded_Entry.json ] || fail "written without being asked for"
KAIRON_APPROVE=prod:record expect 0 "n8n-workflows/tests/regression/recorded_Entry.json: 2 cases written" "$kairon" record prod
file=n8n-workflows/tests/regression/recorded_Entry.json
says "1 execution took paths that cases take already"
for secret in hunter2 sent-by-somebody ghp_Zq81 a1b2c3d4 order-7788; do
  ! grep -q "$secret" "$file" || fail "$secret stands in the case"
done
jq -e 'length == 2 and .[0].webhook_path == "shop-in" and .[0].webhook_data.message_id == "{{run}}" and .[0].expect.status == 200
  and .[0].environments == ["dev"] and (.[0].mocks["Entry/Each"] | length) == 2 and .[0].mocks["Entry/Full"][0].items[0].statusCode == 200
  and (.[0].mocks["Entry/Bad"][0].outputs | length) == 2 and .[0].mocks["Sub/Ask"][0].when == "apples and pears"
  and (.[0].expect.nodes.Entry | index("Bad")) and (.[1].expect.nodes.Entry | index("Bad") | not)' "$file" >/dev/null || fail "the cases: $(cat "$file")"
KAIRON_APPROVE=prod:record expect 0 "nothing new: 3 executions took paths that cases take already" "$kairon" record prod
ok "one case for each path, without ids and secrets, once"

# --- Replay --------------------------------------------------------------------------------------
expect 1 "no active workflow listens" "$kairon" smoke dev
expect 0 "3 created" "$kairon" deploy dev
: >"$WORK/asked"
expect 0 "dev: 2 of 2 cases passed" "$kairon" smoke dev
expect 0 "dev: 2 of 2 cases passed" "$kairon" smoke dev
[ ! -s "$WORK/asked" ] || fail "the outside was asked: $(cat "$WORK/asked")"
ok "replayed twice without the outside"
if [[ $N8N_VERSION == 2.* ]] && ! only_full "coverage, lost paths, one execution on 2.x"; then exit 0; fi

# --- Coverage ------------------------------------------------------------------------------------
expect 1 "66.7 % of the workflows were executed, --min wants 80 %" "$kairon" check --coverage --min 80
says "executed: 2 of 3 workflows (67 %), 13 of 15 nodes, 4 of 4 branches; last run on dev"
expect 0 "reachable: 2 of 3 workflows (67 %)" "$kairon" check --coverage --min 60
"$kairon" check --coverage --format json | jq -e '.summary.executed == 2 and .summary.reachable == 2 and .run.environment == "dev" and .summary.executed_nodes == 13
  and (.workflows[] | select(.workflow == "Unused") | .executed_by == [] and .executed_nodes == 0)' >/dev/null || fail "coverage as JSON"
echo >>n8n-workflows/Unused.json
expect 1 "66.7 %" "$kairon" check --coverage --min 80
jq '.nodes[1].parameters.jsCode = "return [];"' n8n-workflows/Unused.json >"$WORK/changed" && cp "$WORK/changed" n8n-workflows/Unused.json
expect 3 "no smoke run of this content is recorded" "$kairon" check --coverage --min 60
git checkout -q -- n8n-workflows/Unused.json
expect 0 "67 %" "$kairon" check --coverage --min 60
ok "what was executed counts, for this content"

# --- Another path is a failure -------------------------------------------------------------------
jq '(.nodes[] | select(.name == "Many")).parameters.conditions.conditions[0].rightValue = 5' n8n-workflows/Entry.json >"$WORK/changed" && cp "$WORK/changed" n8n-workflows/Entry.json
expect 0 "1 updated" "$kairon" deploy dev
expect 1 "Entry: 'Bad' did not run" "$kairon" smoke dev
git checkout -q -- n8n-workflows/Entry.json
expect 0 "1 updated" "$kairon" deploy dev
jq '.[0].mocks["Entry/Full"][0].items[0].body.sent.sent.part = "wing"' "$file" >"$WORK/changed" && cp "$WORK/changed" "$file"
expect 1 "Entry/Full on the server lacks recorded answers of the cases: kairon deploy dev" "$kairon" smoke dev
expect 0 "1 updated" "$kairon" deploy dev
expect 1 "parts wing,nut" "$kairon" smoke dev
ok "a lost path, a stale answer and another answer are seen"

# --- One execution; texts replaced ---------------------------------------------------------------
rm "$file"
id=$(pg n8n_prod "select min(id) from execution_entity")
KAIRON_APPROVE=prod:record expect 0 "1 case written" "$kairon" new test Entry --from-execution "$id" --env prod --redact
! grep -q "Maria\|Muster" "$file" || fail "a name stands in the case"
jq -e '.[0].webhook_data.customer | test("^[A-Z][a-z]{4} [A-Z][a-z]{5}$")' "$file" >/dev/null || fail "no shape: $(jq .[0].webhook_data "$file")"
expect 0 "updated" "$kairon" deploy dev
expect 0 "dev: 1 of 1 cases passed" "$kairon" smoke dev
# What n8n itself cannot read, what came with a file, and what a workflow that git does not have executed.
pg n8n_prod "update execution_data set data = left(data, 200) where \"executionId\" = $id"
expect 2 "n8n cannot read the data of execution $id: " "$kairon" new test --from-execution "$id" --env prod
id=$(pg n8n_prod "select min(id) from execution_entity where id > $id and mode = 'webhook'")
stranger=$(api prod POST /workflows "$(jq -nc --argjson hook "$(hook stranger)" '{name: "Stranger", nodes: [$hook + {id: "1", position: [0, 0]}], connections: {}, settings: {}}')" | jq -r .id)
api prod POST "/workflows/$stranger/activate" >/dev/null
last=$(pg n8n_prod "select max(id) from execution_entity")
curl -s -m 20 -o "$WORK/answer" -F file=@/bin/true -F message_id=upload-1 "$(n8n_value URL prod)/webhook/stranger"
for ((i = 0; i < 100; i++)); do [ "$(pg n8n_prod "select count(*) from execution_entity where id > $last and status = 'success'")" = 1 ] && break || sleep 0.1; done
rm "$file"
KAIRON_APPROVE=prod:record expect 0 "cases written" "$kairon" record prod
says "1 execution whose data n8n cannot read"
says "1 execution left out: Stranger is not a workflow of this work tree"
uploaded=$(pg n8n_prod "select max(id) from execution_entity")
expect 2 "Stranger is not a workflow of this work tree" "$kairon" new test --from-execution "$uploaded" --env prod
workflow Stranger true stranger "[$(hook stranger)]"
KAIRON_APPROVE=prod:record expect 0 "binary data of the message is not recorded" "$kairon" new test --from-execution "$uploaded" --env prod
api prod POST "/workflows/$stranger/deactivate" >/dev/null
sleep 1
api prod DELETE "/workflows/$stranger" >/dev/null
expect 2 "n8n keeps no execution $uploaded" "$kairon" new test --from-execution "$uploaded" --env prod
rm n8n-workflows/Stranger.json n8n-workflows/tests/regression/recorded_Stranger.json
ok "executions that are cut, hold a file, or are of a workflow that is gone"
expect 2 "did not execute Unused" "$kairon" new test Unused --from-execution "$id" --env prod
expect 2 "not the number of an execution" "$kairon" new test --from-execution x
ok "one execution, with its texts replaced"
echo "n8n_record: $cases groups"
