#!/usr/bin/env bash
# kairon fix --target 3: each rewrite ends the finding that asked for it, and brings no other one.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
kairon=$build/kairon
column=0
node() { # NAME TYPE VERSION PARAMETERS [MEMBERS]
  column=$((column + 220))
  printf '{"id":"id-%s","name":"%s","type":"%s","typeVersion":%s,"position":[%s,0],"parameters":%s%s}' \
    "$1" "$1" "$2" "$3" "$column" "$4" "${5:+,$5}"
}
edge() { # FROM TO
  printf '"%s":{"main":[[{"node":"%s","type":"main","index":0}]]}' "$1" "$2"
}
workflow() { # NAME NODES EDGES [MEMBERS]
  printf '{"name":"%s","settings":{"executionOrder":"v1"},"pinData":{},%s"nodes":[%s],"connections":{%s}}\n' \
    "$1" "${4:+$4,}" "$2" "$3" >"n8n-workflows/$1.json"
}
base=n8n-nodes-base
go=$(node Go $base.manualTrigger 1 '{}'),$(node Make $base.code 2 '{"jsCode":"return [{json:{a:1}},{json:{a:2}}];"}')
made=$(edge Go Make)
call='{"workflowId":{"__rl":true,"mode":"list","value":"sub","cachedResultName":"Sub"},"mode":"each","options":{}}'
workflow Sub "$(node Called $base.executeWorkflowTrigger 1.1 '{"inputSource":"passthrough"}'),$(node Out $base.noOp 1 '{}')" \
  "$(edge Called Out)" '"id":"sub"'
workflow Each "$go,$(node Call $base.executeWorkflow 1.2 "$call"),$(node End $base.noOp 1 '{}')" \
  "$made,$(edge Make Call),$(edge Call End)"
workflow Last "$go,$(node Call $base.executeWorkflow 1.2 "$call")" "$made,$(edge Make Call)"
workflow Item "$go,$(node FI $base.functionItem 1 '{"functionCode":"item.b = item.a + 1;\nreturn item;"}')" \
  "$made,$(edge Make FI)"
workflow Lists "$go,$(node L $base.itemLists 3 '{"operation":"limit","maxItems":1}'),$(node D $base.itemLists 3 \
  '{"operation":"removeDuplicates","compare":"selectedFields","fieldsToCompare":"a","options":{}}'),$(node C \
  $base.itemLists 2.1 '{"operation":"aggregateItems","aggregate":"aggregateAllItemData"}')" \
  "$made,$(edge Make L),$(edge L D),$(edge D C)"
# shellcheck disable=SC2016
conditions='{"conditions":{"combinator":"and","options":{"caseSensitive":true,"leftValue":"","typeValidation":"strict","version":2},"conditions":[{"id":"1","leftValue":"={{ $json.a }}","rightValue":1,"operator":{"type":"number","operation":"equals"}}]},"options":{}}'
workflow Always "$go,$(node If $base.if 2.2 "$conditions" '"alwaysOutputData":true'),$(node No $base.noOp 1 '{}')" \
  "$made,$(edge Make If),\"If\":{\"main\":[[],[{\"node\":\"No\",\"type\":\"main\",\"index\":0}]]}"
workflow Mail "$(node G $base.gmailTrigger 1.2 '{"pollTimes":{"item":[{"mode":"everyMinute"}]},"filters":{}}'),$(node End $base.noOp 1 '{}')" \
  "$(edge G End)"
workflow Cron "$(node C $base.cron 1 '{"triggerTimes":{"item":[{"mode":"everyDay","hour":8,"minute":30}]}}'),$(node End $base.noOp 1 '{}')" \
  "$(edge C End)"
workflow Every "$(node I $base.interval 1 '{"interval":15,"unit":"minutes"}'),$(node End $base.noOp 1 '{}')" "$(edge I End)"

run "$kairon" check --target 3
for rule in call-modes removed-in-3 always-output-data gmail-trigger; do mentions "[upgrade/$rule]"; done
passes "$kairon" fix --target 3 --write
mentions '10 repairs made'
passes "$kairon" check --target 3
mentions 'no findings'
mentions 'no change concerns these files'
passes "$kairon" fix --target 3
mentions 'nothing to repair'
