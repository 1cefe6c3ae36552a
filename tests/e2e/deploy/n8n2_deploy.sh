#!/usr/bin/env bash
# Deployments to n8n 2.41.1 on node 24: what 2.x does differently is taken from what it answers.
# shellcheck source=tests/support/n8n_two.sh
. "$(dirname "$0")/../../support/n8n_two.sh"
# shellcheck source=tests/support/n8n_fixture.sh
. "$(dirname "$0")/../../support/n8n_fixture.sh"

n8n_begin
n8n_start prod
use prod
unset KAIRON_ENV_PROD_N8NDATABASE # 2.x lists its credentials itself

fixture
expect 1 "which the server does not have" deploy
credential "n8n internal DB" >/dev/null
right=$(credential "Main DB")
credential "Yet another DB" >/dev/null
expect 0 "20 created" deploy
[ "$(pg n8n_prod "select nodes::jsonb #>> '{1,credentials,postgres,id}' from workflow_entity where name = 'Store'")" = "$right" ] || fail "the wrong credential"
[ "$(pg n8n_prod "select string_agg(name, ',' order by name) from workflow_entity where \"activeVersionId\" is not null")" = Entry,Errors,Store ] || fail "not the right ones are published"
expect 0 "18 executeWorkflow and 17 errorWorkflow references resolve, 0 callerIds, 0 dangling; 1 credentials" "$kairon" deploy prod --verify
expect 0 "20 unchanged" deploy
grep -q ", 0 writes" "$WORK/out" || fail "the second deployment wrote"
ok "20 workflows; what an active one calls is published first; the second deployment sends no write"

workflow "Step 7" false step7 "[$trigger,$(code 700),$(call storeID Store)]" errID
commit one
expect 0 "1 updated, 19 unchanged" deploy
grep -q ", 1 write," "$WORK/out" || fail "one changed workflow took more than one write"
workflow Deep false deepID "[$trigger,$(code 1)]"
workflow Middle false middleID "[$trigger,$(call deepID Deep)]"
workflow Entry true entryID "[$(hook kairon-entry),$(code 2),$(call middleID Middle),$(call storeID Store)]" errID
commit chain
expect 0 "2 created, 1 updated" deploy
curl -s "$KAIRON_ENV_PROD_N8NURL/webhook/kairon-entry" | grep -q "Did you mean" || fail "the webhook is not registered"
ok "a new chain below an active workflow is published leaves first"

before=$(normalised)
workflow Ping true pingID "[$trigger,$(call pongID Pong)]"
workflow Pong true pongID "[$trigger,$(call pingID Ping)]"
commit cycle
expect 1 "call each other, so this n8n can publish none of them: Ping, Pong" deploy
git reset -q --hard HEAD~1
ok "an active cycle, which 2.x cannot publish, stops before any write"

for i in 2 4 6; do workflow "Step $i" false "step$i" "[$trigger,$(code 99$i),$(call storeID Store)]" errID; done
workflow New false newID "[$trigger,$(code 5)]"
workflow Entry true entryID "[$(hook kairon-entry),$(code 3),{\"name\":\"Odd\",\"type\":\"n8n-nodes-base.noSuchNode\",\"typeVersion\":9,\"parameters\":{}},$(call newID New)]"
workflow Middle false middleID "[$trigger,$(code 77)]"
commit too-new
expect 1 "rollback: New: deleted again" deploy
[ "$before" = "$(normalised)" ] || fail "the rollback left something: $(diff <(echo "$before") <(normalised) | head -5)"
[ ! -e .git/kairon/deploy/prod/open.json ] || fail "the journal stayed open"
git reset -q --hard HEAD~1
ok "a refused workflow rolls everything back, published ones too"

api prod POST /workflows "$(jq -n --argjson node "$(hook taken)" '{name: "Stranger", nodes: [$node + {id: "x", position: [0, 0]}], connections: {}, settings: {}}')" | jq -r .id >"$WORK/stranger"
api prod POST "/workflows/$(cat "$WORK/stranger")/activate" >/dev/null
workflow Entry true entryID "[$(hook taken),$(code 1),$(call storeID Store)]" errID
commit conflict
expect 1 "is taken by the server's workflow 'Stranger'" deploy
git reset -q --hard HEAD~1
ok "a webhook conflict is seen before any write"

before=$(normalised)
changed 8
commit many
head=$(git rev-parse HEAD)
killed=0
for point in 0.3 0.6 0.9; do
  KAIRON_APPROVE=prod:$head timeout -s KILL "$point" "$kairon" deploy prod >"$WORK/out" 2>&1 </dev/null || true
  settle
  [ -e .git/kairon/deploy/prod/open.json ] || continue
  killed=$((killed + 1))
  undo
  [ "$before" = "$(normalised)" ] || fail "--rollback after $point s left something: $(diff <(echo "$before") <(normalised) | head -5)"
done
KAIRON_APPROVE=prod:$head timeout -s KILL 0.5 "$kairon" deploy prod >"$WORK/out" 2>&1 </dev/null || true
settle
if [ -e .git/kairon/deploy/prod/open.json ]; then expect 0 "prod: deployed" "$kairon" deploy prod --resume; else expect 0 "prod:" deploy --overwrite; fi
expect 0 "22 unchanged" deploy
ok "killed ($killed times with an open journal): --rollback and --resume"

workflow Lone true lone "[$(hook lone),$(call deepID Deep)]"
commit lone
expect 0 "1 created" deploy
git rm -q n8n-workflows/Deep.json n8n-workflows/Middle.json
commit broken
expect 1 "'Lone' still calls it" deploy --prune
git rm -q n8n-workflows/Lone.json
commit gone
expect 0 "retired     Lone" deploy
[ "$(pg n8n_prod "select count(*) from workflow_entity where name in ('Lone', 'Deep') and active")" = 0 ] || fail "retired, and still published"
expect 0 "deleted     Lone" deploy --prune
ok "gone from git: unpublished, then deleted"

workflow Pictures false picID "[$trigger,{\"name\":\"Wait\",\"type\":\"n8n-nodes-base.wait\",\"typeVersion\":1.1,\"parameters\":{\"amount\":1,\"unit\":\"seconds\"}}]"
jq '.settings.binaryMode = "separate" | .tags = [{name: "images"}]' n8n-workflows/Pictures.json >"$WORK/pictures" && mv "$WORK/pictures" n8n-workflows/Pictures.json
commit pictures
expect 0 "1 created" deploy
says "not deployed, because n8n's API does not take or keep it: settings.binaryMode (Pictures)"
expect 0 ", 0 writes" deploy
[ "$(api prod GET "/workflows/$(pg n8n_prod "select id from workflow_entity where name = 'Pictures'")" | jq -r '.tags[0].name')" = images ] || fail "no tag"
ok "what 2.x takes and throws away is named and not compared, nor the webhookId that it makes up"

pg n8n_prod "insert into user_api_keys (id, \"userId\", label, \"apiKey\", scopes, audience)
  select 'poor', id, 'poor', 'n8n_api_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', '[\"workflow:read\"]'::json, 'public-api' from \"user\" where \"roleSlug\" = 'global:owner'"
KAIRON_ENV_PROD_N8NAPIKEY=n8n_api_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa expect 3 "lacks a scope" deploy
ok "a key without the scopes is named"
echo "$cases cases passed"
