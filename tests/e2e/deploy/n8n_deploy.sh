#!/usr/bin/env bash
# Deployments to a real n8n: own fixture set, the audited workflows, and what goes wrong on the way.
# shellcheck source=tests/support/n8n_fixture.sh
. "$(dirname "$0")/../../support/n8n_fixture.sh"

# --- The set, again, and one change -------------------------------------------------------------
n8n_begin
n8n_start prod WEBHOOK_PATH=kairon-main
url=$(n8n_value URL prod)
use prod

fixture
expect 1 "which the server does not have" deploy
[ "$(pg n8n_prod 'select count(*) from workflow_entity')" = 0 ] || fail "an unresolvable credential, and yet something was written"
ok "an unknown credential stops before any write"

older=$(credential "n8n internal DB")
right=$(credential "Main DB")
credential "Yet another DB" >/dev/null
expect 0 "20 created" deploy
stored=$(pg n8n_prod "select nodes::jsonb #>> '{1,credentials,postgres,id}' from workflow_entity where name = 'Store'")
[ "$stored" = "$right" ] && [ "$stored" != "$older" ] || fail "Store got credential $stored, not $right"
ok "20 workflows, the credential trap avoided"
expect 0 "18 executeWorkflow and 17 errorWorkflow references resolve, 0 callerIds, 0 dangling" "$kairon" deploy prod --verify
curl -s "$url/webhook/kairon-entry" | grep -q "Did you mean" || fail "the webhook is not registered"
ok "every reference resolves, a cycle included; the webhook is live"
expect 0 "20 unchanged; 2 requests, 0 writes" deploy
ok "the second deployment sends no write"

workflow "Step 7" false step7 "[$trigger,$(code 700),$(call storeID Store)]" errID
commit one
git tag good
expect 0 "1 updated, 19 unchanged" deploy
grep -q ", 1 write," "$WORK/out" || fail "one changed workflow took more than one write"
ok "one changed workflow is one write"

# --- Paths that n8n works out, and what is gone from git ------------------------------------------
by_expression() { hook x | jq -c --arg path "$1" '.parameters.path = $path'; }
workflow Main true mainID "[$(by_expression '={{ $env.WEBHOOK_PATH }}')]"
commit main
expect 0 "1 created" deploy
workflow Lost true lostID "[$(by_expression '={{ $env.NOT_SET_HERE }}')]"
commit lost
KAIRON_ENV_PROD_N8NDATABASE='' expect 0 "the webhook path of 'Lost' is an expression: without n8nDatabase" deploy --dry-run
expect 1 "n8n says 'Lost' is active, but registered no webhook for its node 'In'" deploy
grep -q "Lost: deleted again" "$WORK/out" || fail "what n8n did not register stayed"
ok "a webhook that n8n did not register is a failure, also where its path is an expression"
git reset -q --hard good
id=$(pg n8n_prod "select id from workflow_entity where name = 'Main'")
api prod GET "/workflows/$id" | jq '{name, nodes: (.nodes | map(.notes = "mine")), connections, settings: {executionOrder: "v1"}}' >"$WORK/edit"
api prod PUT "/workflows/$id" "@$WORK/edit" >/dev/null
expect 1 "is gone from git and would be deleted, but was edited on the server" deploy --prune
[ "$(pg n8n_prod "select count(*) from workflow_entity where name = 'Main'")" = 1 ] || fail "an edit was deleted"
expect 0 "deleted     Main" deploy --prune --overwrite
ok "what is gone from git is deleted as it was deployed, not with somebody's edit"

# --- Edited on the server -----------------------------------------------------------------------
id=$(pg n8n_prod "select id from workflow_entity where name = 'Step 3'")
api prod GET "/workflows/$id" | jq '{name, nodes: (.nodes | map(if .name == "Code" then .parameters.jsCode = "return [];" else . end)), connections, settings: {executionOrder: "v1"}}' >"$WORK/edit"
api prod PUT "/workflows/$id" "@$WORK/edit" >/dev/null
expect 1 "was edited on the server: node 'Code': parameters.jsCode" deploy
expect 1 "update    Step 3: 1 node changed" deploy --dry-run
expect 1 "      -return [];" deploy --dry-run --diff
ok "a foreign edit stops the deployment and is shown"
expect 0 "taken from prod" "$kairon" deploy pull "Step 3"
grep -q '^      +return \[\];' "$WORK/out" || fail "pull does not show what it takes"
grep -q 'return \[\];' "n8n-workflows/Step 3.json" || fail "pull did not bring the edit"
expect 0 "20 unchanged" "$kairon" deploy prod --dry-run
git checkout -q -- . && expect 0 "1 updated" deploy --overwrite
rm "n8n-workflows/Step 3.json"
expect 0 "taken from prod" "$kairon" deploy pull "Step 3" --overwrite
[ "$(jq -r .id "n8n-workflows/Step 3.json")" = "$id" ] || fail "a new file has no id that others could refer to"
git checkout -q -- n8n-workflows
ok "pull takes the edit, --overwrite drops it"
expect 0 "ok: prod n8n: " "$kairon" report --env prod --format markdown
grep -q "prod: .deployed: $(git rev-parse --short=12 HEAD)" "$WORK/out" || fail "the report does not list the deployment"
ok "the report asks the running n8n"

# --- All or nothing -----------------------------------------------------------------------------
api prod POST /workflows "$(jq -n --argjson node "$(hook taken)" '{name: "Stranger", nodes: [$node + {id: "x", position: [0, 0]}], connections: {}, settings: {}}')" | jq -r .id >"$WORK/stranger"
api prod POST "/workflows/$(cat "$WORK/stranger")/activate" >/dev/null
workflow Entry true entryID "[$(hook taken),$(code 1),$(call storeID Store)]" errID
commit conflict
expect 1 "is taken by the server's workflow 'Stranger'" deploy
ok "a webhook conflict is seen before any write"

before=$(normalised)
for i in 2 4 6; do workflow "Step $i" false "step$i" "[$trigger,$(code 99$i),$(call storeID Store)]" errID; done
workflow New false newID "[$trigger,$(code 5)]"
workflow Entry true entryID "[$(hook kairon-entry),$(code 3),{\"name\":\"Odd\",\"type\":\"n8n-nodes-base.noSuchNode\",\"typeVersion\":9,\"parameters\":{}},$(call newID New),$(call step2 "Step 2")]"
commit too-new
expect 1 "rollback: New: deleted again" deploy
grep -q "Entry' could not be" "$WORK/out" || fail "the cause is not named"
[ "$before" = "$(normalised)" ] || fail "the rollback left something: $(diff <(echo "$before") <(normalised) | head -5)"
ok "a refused workflow rolls everything back"

# --- Killed in the middle -----------------------------------------------------------------------
changed 7
commit many
head=$(git rev-parse HEAD)
back_to_good() { # what was deployed whole is taken back by a deployment
  KAIRON_APPROVE=prod:$(git rev-parse good) expect 0 "prod: deployed" "$kairon" deploy prod --commit good --overwrite --prune
  [ "$before" = "$(normalised)" ] || fail "not back at the good commit: $(diff <(echo "$before") <(normalised) | head -5)"
}
# How long it takes here says where the kill points have to lie.
begun=$(date +%s%3N)
KAIRON_APPROVE=prod:$head expect 0 "prod: deployed" "$kairon" deploy prod
whole=$(($(date +%s%3N) - begun))
back_to_good
points=($((whole * 15 / 100)) $((whole * 45 / 100)) $((whole * 75 / 100)))
if [ "${KAIRON_FULL:-}" = 1 ]; then mapfile -t points < <(for ((i = 0; i < 30; i++)); do echo $((whole * (RANDOM % 95 + 5) / 100)); done); fi
killed=0
points+=(0) # 0: as soon as the journal is open, however fast this machine has become meanwhile
for point in "${points[@]}"; do
  KAIRON_APPROVE=prod:$head "$kairon" deploy prod >"$WORK/out" 2>&1 </dev/null &
  run=$!
  if [ "$point" = 0 ]; then
    until [ -e .git/kairon/deploy/prod/open.json ] || ! kill -0 "$run" 2>/dev/null; do sleep 0.005; done
  else
    sleep "$((point / 1000)).$(printf %03d $((point % 1000)))"
  fi
  kill -KILL "$run" 2>/dev/null || true
  wait "$run" 2>/dev/null || true
  settle
  if [ -e .git/kairon/deploy/prod/open.json ]; then
    killed=$((killed + 1))
    [ "$(stat -c %a .git/kairon/deploy/prod/open.json)" = 600 ] || fail "the journal is readable for others"
    expect 3 "was interrupted and is neither finished nor undone" deploy
    undo
    [ "$before" = "$(normalised)" ] || fail "--rollback after $point ms left something: $(diff <(echo "$before") <(normalised) | head -5)"
  elif [ "$before" != "$(normalised)" ]; then
    tail -1 .git/kairon/deploy/prod/history.jsonl | grep -q '"deployed"' || fail "killed after $point ms without a journal entry, but the server changed"
    back_to_good
  fi
done
[ "$killed" -gt 0 ] || fail "no kill point met a deployment under way"
ok "${#points[@]} kill points, $killed with an open journal, all undone"
KAIRON_APPROVE=prod:$head timeout -s KILL 0.4 "$kairon" deploy prod >"$WORK/out" 2>&1 </dev/null || true
settle
if [ -e .git/kairon/deploy/prod/open.json ]; then expect 0 "prod: deployed" "$kairon" deploy prod --resume; else expect 0 "prod:" deploy; fi
expect 0 "21 unchanged; 2 requests, 0 writes" deploy
ok "--resume finishes it"

# --- Bad weather --------------------------------------------------------------------------------
KAIRON_ENV_PROD_N8NAPIKEY=n8n_api_ffffffffffffffffffffffffffffffffffffffff expect 3 "refuses the API key" deploy
grep -q ffffffff "$WORK/out" && fail "the key is in the output"
KAIRON_ENV_PROD_N8NURL=http://127.0.0.1:9 expect 3 "does not accept connections" deploy
workflow "Step 1" false step1 "[$trigger,$(code 1234),$(call storeID Store)]" errID
expect 1 "production gets commits only" deploy
commit unapproved
expect 1 "was not approved" env -u KAIRON_APPROVE setsid "$kairon" deploy prod
git reset -q --hard HEAD~1
ok "wrong key, wrong port, no approval"

# --- The audited system -------------------------------------------------------------------------
corpus=$source_dir/../shared/corpus/audited
if [ -d "$corpus" ]; then
  n8n_reset prod
  repository
  cp "$corpus"/*.json n8n-workflows/
  commit audited
  credential "Postgres account" >/dev/null
  for name in "Discord Bot account" "Discord Bot"; do api prod POST /credentials "{\"name\":\"$name\",\"type\":\"discordBotApi\",\"data\":{\"botToken\":\"x\"}}" >/dev/null; done
  api prod POST /credentials '{"name":"OpenRouter account","type":"openRouterApi","data":{"apiKey":"x"}}' >/dev/null
  expect 0 "22 created" deploy
  expect 0 "48 executeWorkflow and 17 errorWorkflow references resolve, 0 callerIds, 0 dangling" "$kairon" deploy prod --verify
  expect 0 "22 unchanged; 2 requests, 0 writes" deploy
  ok "the audited system: 48 and 17 references"
  for id in $(pg n8n_prod 'select id from workflow_entity'); do api prod DELETE "/workflows/$id" >/dev/null; done
  export KAIRON_ENV_DEV_N8NURL=$url KAIRON_ENV_DEV_N8NAPIKEY=$N8N_KEY KAIRON_ENV_DEV_N8NDATABASE=$KAIRON_ENV_PROD_N8NDATABASE
  expect 0 "22 created" "$kairon" deploy dev
  outward=$(pg n8n_prod "select count(*) from workflow_entity, jsonb_array_elements(nodes::jsonb) n where n->>'type' ~ '(discord|httpRequest|langchain|scheduleTrigger)'")
  [ "$outward" = 0 ] || fail "$outward outward nodes are left on dev"
  expect 0 "22 unchanged; 2 requests, 0 writes" "$kairon" deploy dev
  ok "its dev version has no outward node, and is stable"
else
  echo "part left out: no corpus at $corpus"
fi
echo "$cases cases passed"
