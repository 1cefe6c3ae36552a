#!/usr/bin/env bash
# A set of 20 workflows and what the deployment tests share. Source it instead of n8n.sh.
# shellcheck source=tests/support/n8n_cases.sh
. "$(dirname "${BASH_SOURCE[0]}")/n8n_cases.sh"

deploy() { KAIRON_APPROVE=prod:$(git rev-parse HEAD) "$kairon" deploy prod "$@"; }

# workflow NAME ACTIVE ID NODES: nodes as JSON, joined one after the other
workflow() {
  jq -n --arg name "$1" --argjson active "$2" --arg id "$3" --argjson nodes "$4" --arg error "${5:-}" '
    {id: $id, name: $name, active: $active, settings: ({executionOrder: "v1"} + if $error == "" then {} else {errorWorkflow: $error} end),
     nodes: [$nodes | to_entries[] | .value + {position: [.key * 200, 0], id: "\($name)-\(.key)"}],
     connections: ([range(0; ($nodes | length) - 1) as $i | {($nodes[$i].name): {main: [[{node: $nodes[$i + 1].name, type: "main", index: 0}]]}}] | add // {}),
     pinData: {}, meta: {instanceId: "elsewhere"}, tags: []}' >"n8n-workflows/$1.json"
}
hook() { echo "{\"name\":\"In\",\"type\":\"n8n-nodes-base.webhook\",\"typeVersion\":2,\"webhookId\":\"$1\",\"parameters\":{\"httpMethod\":\"POST\",\"path\":\"$1\",\"options\":{}}}"; }
trigger='{"name":"Start","type":"n8n-nodes-base.executeWorkflowTrigger","typeVersion":1.1,"parameters":{"inputSource":"passthrough"}}'
call() { echo "{\"name\":\"Call $2\",\"type\":\"n8n-nodes-base.executeWorkflow\",\"typeVersion\":1.2,\"parameters\":{\"workflowId\":{\"__rl\":true,\"mode\":\"list\",\"value\":\"$1\",\"cachedResultName\":\"$2\"},\"options\":{}}}"; }
code() { echo "{\"name\":\"Code\",\"type\":\"n8n-nodes-base.code\",\"typeVersion\":2,\"parameters\":{\"jsCode\":\"return [{ json: { v: $1 } }];\"}}"; }
sql='{"name":"SQL","type":"n8n-nodes-base.postgres","typeVersion":2.4,"parameters":{"operation":"executeQuery","query":"select 1","options":{}},"credentials":{"postgres":{"id":"old","name":"Main DB"}}}'

credential() {
  api prod POST /credentials "{\"name\":\"$1\",\"type\":\"postgres\",\"data\":{\"host\":\"127.0.0.1\",\"port\":$PG_PORT,\"database\":\"postgres\",\"user\":\"postgres\",\"password\":\"x\",\"ssl\":\"disable\",\"sshTunnel\":false,\"maxConnections\":5,\"allowUnauthorizedCerts\":false}}" | jq -r .id
}

# What the server has, without what changes with every write.
normalised() {
  pg n8n_prod "select name, active, nodes::jsonb, connections::jsonb,
    settings::jsonb - '{callerPolicy,availableInMCP,saveDataErrorExecution,saveDataSuccessExecution,errorWorkflow}'::text[]
    from workflow_entity order by name"
}
# settle: n8n may still be at a request of the one that was killed
settle() {
  local seen=""
  until [ "$seen" = "$(normalised)" ]; do seen=$(normalised) && sleep 0.3; done
}
# undo: --rollback; what a killed run was sending, or a broken connection had, may first have to count as lost
undo() {
  local journal=.git/kairon/deploy/prod got=0
  "$kairon" deploy prod --rollback >"$WORK/out" 2>&1 </dev/null || got=$?
  if [ "$got" = 3 ] && says "may still be carried out"; then
    jq -c '.unanswered |= map(.sent -= 601)' "$journal/open.json" >"$WORK/open" && cp "$WORK/open" "$journal/open.json"
    : >"$journal/sent.json"
    got=0
    "$kairon" deploy prod --rollback >"$WORK/out" 2>&1 </dev/null || got=$?
  fi
  [ "$got" = 0 ] || fail "--rollback ended with $got"
  says "prod: rolled back"
  [ ! -e "$journal/open.json" ] || fail "the journal stayed open"
}
commit() { git add -A && git commit -qm "$1"; }
repository() {
  rm -rf "$WORK/repo" && mkdir -p "$WORK/repo/n8n-workflows" && cd "$WORK/repo"
  git init -q -b main . && git config user.email t@example.org && git config user.name T
}
fixture() {
  local i
  repository
  workflow Errors false errID "[{\"name\":\"On error\",\"type\":\"n8n-nodes-base.errorTrigger\",\"typeVersion\":1,\"parameters\":{}}]"
  workflow Store false storeID "[$trigger,$sql]" errID
  workflow Ping false pingID "[$trigger,$(call pongID Pong)]"
  workflow Pong false pongID "[$trigger,$(call pingID Ping)]"
  workflow Entry true entryID "[$(hook kairon-entry),$(code 1),$(call storeID Store)]" errID
  for ((i = 1; i <= 15; i++)); do workflow "Step $i" false "step$i" "[$trigger,$(code $i),$(call storeID Store)]" errID; done
  commit fixture
}

# A set of 20 with other content everywhere: changed FROM
changed() {
  local i
  workflow Entry true entryID "[$(hook kairon-entry),$(code "$1"),$(call storeID Store)]" errID
  for ((i = 1; i <= 15; i++)); do workflow "Step $i" false "step$i" "[$trigger,$(code "$1$i"),$(call storeID Store)]" errID; done
}
# use NAME: the environment prod is the server of that name
use() {
  KAIRON_ENV_PROD_N8NURL=$(n8n_value URL "$1") KAIRON_ENV_PROD_N8NDATABASE=$(n8n_value DB "$1")
  KAIRON_ENV_PROD_N8NAPIKEY=$N8N_KEY
  export KAIRON_ENV_PROD_N8NURL KAIRON_ENV_PROD_N8NDATABASE KAIRON_ENV_PROD_N8NAPIKEY
}

# n8n_proxy NAME: a proxy before that server, whose address is in $proxy and whose process is $PROXY; spoil RULE... says
# what goes wrong from now on (fault_proxy.py).
n8n_proxy() {
  local i
  : >"$WORK/rules"
  python3 "$source_dir/tests/support/fault_proxy.py" "$(n8n_value PORT "$1")" "$WORK/rules" "$WORK/proxy-port" &
  PROXY=$!
  on_end "kill $PROXY"
  for ((i = 0; i < 100; i++)); do [ -s "$WORK/proxy-port" ] && break || sleep 0.1; done
  # shellcheck disable=SC2034 # for the caller
  proxy=http://127.0.0.1:$(cat "$WORK/proxy-port")
}
spoil() { if [ $# = 0 ]; then : >"$WORK/rules.new"; else printf '%s\n' "$@" >"$WORK/rules.new"; fi && mv "$WORK/rules.new" "$WORK/rules"; }
