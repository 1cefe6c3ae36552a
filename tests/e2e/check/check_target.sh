#!/usr/bin/env bash
# kairon check --target: what an upgrade changes between two workflows is judged in the tree, and a note that allows it
# is not called unused without --target.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
kairon=$build/kairon
node() { # NAME TYPE VERSION PARAMETERS [MEMBERS]
  printf '{"id":"id-%s","name":"%s","type":"n8n-nodes-base.%s","typeVersion":%s,"position":[0,0],"parameters":%s%s}' \
    "$1" "$1" "$2" "$3" "$4" "${5:+,$5}"
}
workflow() { # NAME ACTIVE FROM TO NODES
  printf '{"name":"%s","active":%s,"settings":{},"pinData":{},"nodes":[%s],"connections":{"%s":{"main":[[{"node":"%s","type":"main","index":0}]]}}}\n' \
    "$1" "$2" "$5" "$3" "$4" >"n8n-workflows/$1.json"
}
call='{"workflowId":{"__rl":true,"mode":"list","value":"sub","cachedResultName":"Sub"},"options":{}}'
workflow Sub false T Pause "$(node T executeWorkflowTrigger 1.1 '{"inputSource":"passthrough"}'),$(node Pause wait 1.1 \
  '{"amount":2,"unit":"minutes"}' '"webhookId":"4d2c1d3e-53c7-4b56-9f0b-1f6f1d0c2a11"')"
workflow Main true Go Call "$(node Go scheduleTrigger 1.2 '{"rule":{"interval":[{"field":"hours"}]}}'),$(node Call \
  executeWorkflow 1.2 "$call")"
passes "$kairon" check
passes "$kairon" check --target 2
mentions "warning[upgrade/waiting-call]: 'Call' calls 'Sub'"
mentions "warning[upgrade/inactive-callee]: 'Call' calls 'Sub'"
passes "$kairon" check --target 2.41.1
mentions "warning[upgrade/waiting-call]"
sed -i 's/"active":false,//' n8n-workflows/Sub.json
passes "$kairon" check --target 2
[[ $output != *upgrade/inactive-callee* ]] || fail "a file that does not say whether it is active"
workflow Sub false T Pause "$(node T executeWorkflowTrigger 1.1 '{"inputSource":"passthrough"}'),$(node Pause wait 1.1 \
  '{"amount":2,"unit":"minutes"}' '"webhookId":"4d2c1d3e-53c7-4b56-9f0b-1f6f1d0c2a11"')"
git config -f .kairon kairon.n8nVersion 2.41.1
passes "$kairon" check --target 3
[[ $output != *upgrade/waiting-call* ]] || fail "told of a change that has been made"
git config -f .kairon --unset kairon.n8nVersion

sed -i 's/"name":"Call"/&,"notes":"kairon: allow upgrade\/waiting-call\\nkairon: allow upgrade\/inactive-callee"/' \
  n8n-workflows/Main.json
passes "$kairon" check --target 2
[[ $output != *upgrade/waiting-call]* ]] || fail "the note allowed nothing"
passes "$kairon" check
[[ $output != *suppression/unused* ]] || fail "a note for --target was called unused without it"
