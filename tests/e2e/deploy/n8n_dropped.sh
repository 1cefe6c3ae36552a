#!/usr/bin/env bash
# Nothing is dropped silently, on a real n8n: tags, keys that the API does not take, webhooks without an id, paths of
# forms that somebody else has.
# shellcheck source=tests/support/n8n_fixture.sh
. "$(dirname "$0")/../../support/n8n_fixture.sh"

n8n_begin
n8n_start prod
use prod
repository
git commit -q --allow-empty -m begin
start='{"id":"1","name":"Start","type":"n8n-nodes-base.executeWorkflowTrigger","typeVersion":1.1,"position":[0,0],"parameters":{"inputSource":"passthrough"}}'
# billing TAGS
billing() {
  echo '{"id":"st","name":"Billing","active":false,"description":"monthly run","tags":'"$1"',"staticData":null,"settings":{"executionOrder":"v1","binaryMode":"separate","engineType":"v2"},"nodes":['"$start"'],"connections":{}}' \
    >n8n-workflows/Billing.json && commit "billing $1"
}
tags() { api prod GET "/workflows/$(pg n8n_prod "select id from workflow_entity where name = 'Billing'")" | jq -r '[.tags[].name] | sort | join(",")'; }

billing '[{"name":"billing"},{"name":"monthly"}]'
expect 0 "1 created" deploy
[ "$(grep -c "does not take or keep it: description (Billing), settings.binaryMode (Billing), settings.engineType (Billing)" "$WORK/out")" = 1 ] || fail "what was left out is not named once"
[ "$(tags)" = billing,monthly ] || fail "the tags are $(tags)"
expect 0 "1 unchanged; 2 requests" deploy
billing '[{"name":"weekly"}]'
expect 0 "tags: weekly" deploy
[ "$(tags)" = weekly ] || fail "the tags are $(tags)"
expect 0 "prod edits: 1 workflow as deployed" "$kairon" health prod
id=$(pg n8n_prod "select id from workflow_entity where name = 'Billing'")
api prod PUT "/workflows/$id/tags" '[]' >/dev/null
expect 1 "prod edits: 1 edited on the server since the last deployment: Billing (at " "$kairon" health prod
says ": tags)"
expect 1 "edited on the server since it was deployed: Billing (at " deploy --verify
# 1.x shows a description in its editor, and its API takes none: no drift.
pg n8n_prod "update workflow_entity set description = 'by hand' where id = '$id'"
expect 0 "tags: weekly" deploy
expect 0 "prod edits: 1 workflow as deployed" "$kairon" health prod
billing '[]'
expect 0 "1 unchanged" deploy
ok "tags reach the server; what the API does not take is named once"

echo '{"id":"Orders","name":"Orders","active":true,"settings":{"executionOrder":"v1"},"nodes":[{"id":"1","name":"In","type":"n8n-nodes-base.webhook","typeVersion":2,"position":[0,0],"parameters":{"httpMethod":"POST","path":"shop-orders","options":{}}},{"id":"2","name":"Done","type":"n8n-nodes-base.noOp","typeVersion":1,"position":[200,0],"parameters":{}}],"connections":{"In":{"main":[[{"node":"Done","type":"main","index":0}]]}}}' >n8n-workflows/Orders.json
commit orders
expect 0 "1 created" deploy
[ "$(pg n8n_prod "select \"webhookPath\" from webhook_entity")" = shop-orders ] || fail "the webhook is at $(pg n8n_prod 'select "webhookPath" from webhook_entity')"
expect 0 "2 unchanged" deploy
ok "a webhook without webhookId is registered at its path"

form='{"name":"Ask","type":"n8n-nodes-base.formTrigger","typeVersion":2.2,"position":[0,0],"parameters":{"formTitle":"Sign up","options":{"path":"sign-up"},"formFields":{"values":[{"fieldLabel":"mail"}]}}}'
other=$(api prod POST /workflows "$(jq -nc --argjson form "$form" '{name: "Somebody", nodes: [$form + {id: "9", webhookId: "sb-1"}], connections: {}, settings: {}}')" | jq -r .id)
api prod POST "/workflows/$other/activate" | jq -e .active >/dev/null || fail "the other form is not active"
jq -nc --argjson form "$form" '{id: "Signup", name: "Signup", active: true, settings: {}, nodes: [$form + {id: "1", webhookId: "sg-1"}], connections: {}}' >n8n-workflows/Signup.json
commit signup
count=$(pg n8n_prod 'select count(*) from workflow_entity')
expect 1 "the form path sign-up of 'Signup' is taken by the server's workflow 'Somebody' ($other)" deploy
[ "$count" = "$(pg n8n_prod 'select count(*) from workflow_entity')" ] || fail "written before the conflict was seen"
api prod DELETE "/workflows/$other" >/dev/null
expect 0 "1 created" deploy
ok "a form path that is taken stops the plan"
echo "$cases cases passed"
