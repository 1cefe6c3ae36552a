#!/usr/bin/env bash
# kairon fix --target: a rewrite that would bring a finding is left out, with the reason; callers decide what a Start
# node and a caller policy become; the pinned version keeps older changes out; twice changes nothing.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
kairon=$build/kairon
node() { # NAME TYPE VERSION PARAMETERS
  printf '{"id":"%s","name":"%s","type":"n8n-nodes-base.%s","typeVersion":%s,"position":[0,0],"parameters":%s}' \
    "$1" "$1" "$2" "$3" "$4"
}
workflow() { # NAME MEMBERS CONNECTIONS NODE...
  local name=$1 members=$2 connections=$3
  shift 3
  local IFS=,
  printf '{"name":"%s",%s"nodes":[%s],"connections":%s}\n' "$name" "$members" "$*" "$connections" \
    >"n8n-workflows/$name.json"
}
go=$(node Go manualTrigger 1 '{}')
wire='{"Go":{"main":[[{"node":"F","type":"main","index":0}]]}}'
workflow Lists '' "$wire" "$go" "$(node F function 1 '{"functionCode":"return [{json:[1]}];"}')"
workflow Items '' "$wire" "$go" "$(node F function 1 '{"functionCode":"const t = '"'getWorkflowStaticData('"'; getWorkflowStaticData('"'global'"').n = t;\nreturn items;"}')"
workflow Callee '"id":"c1","settings":{"callerPolicy":"any"},' '{"Start":{"main":[[{"node":"F","type":"main","index":0}]]}}' \
  "$(node Start start 1 '{}')" "$(node F noOp 1 '{}')"
workflow Caller '"id":"c2",' "$wire" "$go" "$(node F executeWorkflow 1 '{"workflowId":"c1"}')"

passes "$kairon" fix --target 3 --write
mentions "'F' becomes n8n-nodes-base.code: left out, it would bring code/return-shape at 'F'"
mentions '3 repairs made'
grep -q 'n8n-nodes-base.function' n8n-workflows/Lists.json
grep -q '"type":"n8n-nodes-base.code"' n8n-workflows/Items.json
grep -qF "const t = 'getWorkflowStaticData('; \$getWorkflowStaticData('global')" n8n-workflows/Items.json
grep -q '"type":"n8n-nodes-base.executeWorkflowTrigger","typeVersion":1.1' n8n-workflows/Callee.json
grep -q '"callerIds": "c2", "callerPolicy":"workflowsFromAList"' n8n-workflows/Callee.json
passes "$kairon" fix --target 3
mentions 'nothing to repair'

# The list of callers would lack one whose id nobody knows.
workflow Callee '"id":"c1","settings":{"callerPolicy":"any"},' '{}' "$(node T executeWorkflowTrigger 1.1 '{"inputSource":"passthrough"}')"
workflow Caller '' "$wire" "$go" "$(node F executeWorkflow 1 '{"workflowId":"c1"}')"
passes "$kairon" fix --target 3
mentions 'workflows of the same owner call (these files do not hold the ids of all callers)'

git config -f .kairon kairon.n8nVersion 2.41.1
workflow Callee '"id":"c1",' '{"Start":{"main":[[{"node":"F","type":"main","index":0}]]}}' \
  "$(node Start start 1 '{}')" "$(node F noOp 1 '{}')"
passes "$kairon" fix --target 3
mentions 'nothing to repair'
