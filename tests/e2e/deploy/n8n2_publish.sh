#!/usr/bin/env bash
# Two steps on n8n 2: everything is stored as drafts, then all of it is published with nothing in between. What is
# refused, killed or cut in the middle is taken back: the versions that ran before run again.
# shellcheck source=tests/support/n8n_two.sh
. "$(dirname "$0")/../../support/n8n_two.sh"
# shellcheck source=tests/support/n8n_fixture.sh
. "$(dirname "$0")/../../support/n8n_fixture.sh"

n8n_begin
n8n_start prod
use prod
unset KAIRON_ENV_PROD_N8NDATABASE # 2.x lists its credentials itself
journal=.git/kairon/deploy/prod
n8n_proxy prod
KAIRON_ENV_PROD_N8NURL=$proxy

# What runs: the version of each workflow that is published, and the settings, which have no versions.
live() { pg n8n_prod "select name, \"activeVersionId\", settings::jsonb - '{callerPolicy,availableInMCP}'::text[] from workflow_entity order by name"; }
# What runs and what is shown, by content.
whole() {
  normalised
  pg n8n_prod "select w.name, h.nodes::jsonb, h.connections::jsonb from workflow_entity w join workflow_history h on h.\"versionId\" = w.\"activeVersionId\" order by w.name"
}
# together N: N publications, and nothing but publications between the first and the last of them
together() {
  local lines
  lines=$(grep -vE ' GET |^delivered' "$WORK/rules.seen" | sed -n '/\/activate/,$p' | tac | sed -n '/\/activate/,$p' | tac)
  [ "$(echo "$lines" | grep -c '/activate')" = "$1" ] || fail "not $1 publications: $lines"
  [ "$(echo "$lines" | grep -vc '/activate')" = 0 ] || fail "something came between the publications: $lines"
  [ "$(sed -n '/\/activate/,$p' "$WORK/rules.seen" | grep -c 'publishIfActive')" = 0 ] || fail "a draft came after a publication"
}
# seen REGEX: waits until the proxy has seen such a request
seen() { for ((i = 0; i < 3000; i++)); do grep -qE "$1" "$WORK/rules.seen" && return || sleep 0.02; done && fail "the proxy saw no $1"; }
begin() {
  : >"$WORK/rules.seen"
  KAIRON_APPROVE=prod:$(git rev-parse HEAD) "$kairon" deploy prod >"$WORK/out" 2>&1 </dev/null &
  DEPLOY=$!
}
finish() { got=0 && wait "$DEPLOY" || got=$?; }
# version N: eight published workflows that call one another, with that content
version() {
  local i
  workflow W0 true w0 "[$(hook kairon-w0),$(code "$1")]"
  for i in 1 2 3 4 5 6 7; do workflow "W$i" true "w$i" "[$(hook "kairon-w$i"),$(code "$1$i"),$(call "w$((i - 1))" "W$((i - 1))")]"; done
  [ "${2:-}" = "" ] || for i in 2 5; do jq ".settings.executionTimeout = $2" "n8n-workflows/W$i.json" >"$WORK/w" && cp "$WORK/w" "n8n-workflows/W$i.json"; done
}

repository
version 1 && commit one
expect 0 "8 created" deploy
before=$(live)
expect 0 "8 unchanged; 2 requests, 0 writes" deploy
version 2 && commit two
: >"$WORK/rules.seen"
spoil "delay3 1 PUT /workflows"
begin
seen '^delay3 PUT'
sleep 1
[ "$before" = "$(live)" ] || fail "production changed while the drafts were written"
finish
[ "$got" = 0 ] || fail "ended with $got"
together 8
[ "$before" != "$(live)" ] || fail "nothing was published"
two=$(whole)
expect 0 "8 unchanged; 2 requests, 0 writes" deploy
ok "eight drafts, then eight publications with nothing in between"

workflow W7 true w7 "[$(hook kairon-w7),$(code 27),$(call w6 W6),{\"name\":\"Wait\",\"type\":\"n8n-nodes-base.wait\",\"typeVersion\":1.1,\"parameters\":{\"amount\":1,\"unit\":\"seconds\"}}]"
commit wait
expect 0 "1 updated, 7 unchanged" deploy
sed -n 's/.*unchanged; \([0-9]* requests, [0-9]* writes\).*/one published workflow changed: \1/p' "$WORK/out"
expect 0 "8 unchanged; 2 requests, 0 writes" deploy
version 2 60 && commit settings
: >"$WORK/rules.seen"
expect 0 "3 updated" deploy
[ "$(pg n8n_prod "select count(*) from workflow_entity where (settings::jsonb ->> 'executionTimeout')::int = 60")" = 2 ] || fail "the settings did not arrive"
expect 0 "8 unchanged; 2 requests, 0 writes" deploy
ok "one changed, settings changed: the next deployment writes nothing"
version 2 && commit back-to-two
expect 0 "2 updated" deploy
[ "$two" = "$(whole)" ] || fail "not as before: $(diff <(echo "$two") <(whole) | head -3 | cut -c1-300)"
before=$(live)

# --- Refused in the middle of publishing ----------------------------------------------------------
version 3 90 && commit three
if only_full "refused before the first and after five publications"; then refused="0 3 5"; else refused=3; fi
for passes in $refused; do # W2 and W5 go live with their settings, by a PUT
  spoil "pass $passes POST /activate" "refuse 1 POST /activate"
  [ "$passes" != 0 ] || spoil "refuse 1 POST /activate"
  expect 1 "prod: rolled back" deploy
  says "could not be published: something is wrong with it"
  [ "$before" = "$(live)" ] || fail "after $passes publications: other versions run than before: $(diff <(echo "$before") <(live) | head -4)"
  [ "$two" = "$(whole)" ] || fail "after $passes publications: the drafts differ"
done
spoil
ok "refused in the middle of publishing: the same versions run as before"

# --- What n8n itself refuses to publish -------------------------------------------------------------
workflow W7 true w7 "[$(hook kairon-w7),$(code 37),$(call w6 W6),{\"name\":\"Odd\",\"type\":\"n8n-nodes-base.noSuchNode\",\"typeVersion\":9,\"parameters\":{}}]"
commit odd
expect 1 "prod: rolled back" deploy
says "'W7' could not be published"
[ "$before" = "$(live)" ] || fail "other versions run than before"
git reset -q --hard HEAD~1
ok "what n8n refuses to publish: the same versions run as before"

# --- Killed ---------------------------------------------------------------------------------------
moments=('POST /api/v1/workflows/[^/]*/activate')
if only_full "killed between the drafts"; then moments+=('PUT /api/v1/workflows'); fi
for moment in "${moments[@]}"; do
  spoil "pass 3 ${moment%% *} /workflows/[^?]*[?/]" "delay4 1 ${moment%% *} /workflows/[^?]*[?/]"
  begin
  seen "^delay4 $moment"
  kill -KILL "$DEPLOY" && finish
  [ -e "$journal/open.json" ] || fail "no journal"
  expect 3 "was interrupted" deploy
  spoil
  undo
  [ "$two" = "$(whole)" ] || fail "killed at $moment: $(diff <(echo "$two") <(whole) | head -3 | cut -c1-300)"
  [ "$before" = "$(live)" ] || fail "killed at $moment: other versions run than before"
  sleep 5
  [ "$before" = "$(live)" ] || fail "killed at $moment: what was on its way arrived after the rollback"
done
ok "kairon killed between the drafts and while publishing: --rollback"
spoil "pass 3 POST /activate" "delay4 1 POST /activate"
begin
seen '^delay4 POST'
kill -KILL "$DEPLOY" && finish
spoil
sleep 5
expect 0 "prod: deployed" "$kairon" deploy prod --resume
expect 0 "8 unchanged" deploy
ok "kairon killed while publishing: --resume"

git checkout -q HEAD~1 -- . && commit two-again
expect 0 "8 updated" deploy
[ "$two" = "$(whole)" ] || fail "not as before"
git checkout -q HEAD~1 -- . && commit three-again
three=
moments=()
if only_full "n8n killed between the drafts and while publishing"; then moments=('^pass PUT' '^pass POST .*/activate'); fi
for moment in "${moments[@]}"; do
  begin
  seen "$moment"
  n8n_crash prod && sleep 1 && n8n_restart prod && finish
  if [ "$got" != 0 ]; then
    [ ! -e "$journal/open.json" ] || undo
    [ "$two" = "$(whole)" ] || fail "n8n killed at $moment: neither before nor after: $(diff <(echo "$two") <(whole) | head -3 | cut -c1-300)"
    expect 0 "prod: deployed" deploy
  fi
  three=$(whole)
  git checkout -q HEAD~1 -- . && commit two-once-more
  expect 0 "8 updated" deploy
  git checkout -q HEAD~1 -- . && commit three-once-more
  ok "n8n killed at $moment and back: ended with $got"
done
expect 0 "8 updated" deploy
[ -z "$three" ] || [ "$three" = "$(whole)" ] || fail "not as before"

# --- What 2.x takes besides ------------------------------------------------------------------------
jq '.description = "counts" | .nodeGroups = [{id: "g1", name: "Counting", nodeIds: [.nodes[1].id]}]' n8n-workflows/W3.json >"$WORK/w" && cp "$WORK/w" n8n-workflows/W3.json
commit groups
expect 0 "1 updated, 7 unchanged" deploy
says "node groups"
[ "$(api prod GET "/workflows/$(pg n8n_prod "select id from workflow_entity where name = 'W3'")" | jq -c '[.description, .nodeGroups[0].name]')" = '["counts","Counting"]' ] || fail "description or groups did not arrive"
expect 0 "8 unchanged; 2 requests, 0 writes" deploy
id=$(api prod POST /workflows '{"name":"Shelf","nodes":[],"connections":{},"settings":{}}' | jq -r .id)
api prod POST "/workflows/$id/archive" >/dev/null
workflow Shelf false shelf "[$trigger]" && commit shelf
expect 0 "archived workflows of these names, which stay as they are: Shelf ($id)" deploy
ok "description, node groups, archived twins"

# --- A description alone ---------------------------------------------------------------------------
shown() { api prod GET "/workflows/$(pg n8n_prod "select id from workflow_entity where name = 'W3'")" | jq -r .description; }
# describe TEXT: another description of W3 and nothing else
describe() { jq --arg text "$1" '.description = $text' n8n-workflows/W3.json >"$WORK/w" && cp "$WORK/w" n8n-workflows/W3.json && commit "$1"; }
before=$(live) versions=$(pg n8n_prod 'select count(*) from workflow_history')
describe "counts more"
expect 0 "1 updated, 8 unchanged" deploy
grep -qx " *description" "$WORK/out" || fail "the plan does not name the description"
[ "$(shown)" = "counts more" ] || fail "the description is '$(shown)'"
[ "$before" = "$(live)" ] || fail "a description made another version live"
[ "$versions" = "$(pg n8n_prod 'select count(*) from workflow_history')" ] || fail "a description made another version"
expect 0 "9 unchanged; 2 requests, 0 writes" deploy
# A clone that never deployed reads it, and writes nothing.
git clone -q . "$WORK/clone"
expect 0 "9 unchanged; 3 requests, 0 writes" env -C "$WORK/clone" KAIRON_APPROVE="prod:$(git rev-parse HEAD)" "$kairon" deploy prod
describe "counts less"
workflow W7 true w7 "[$(hook kairon-w7),$(code 37),$(call w6 W6),{\"name\":\"Odd\",\"type\":\"n8n-nodes-base.noSuchNode\",\"typeVersion\":9,\"parameters\":{}}]"
commit odd
expect 1 "prod: rolled back" deploy
[ "$(shown)" = "counts more" ] || fail "the rollback left the description '$(shown)'"
[ "$before" = "$(live)" ] || fail "other versions run than before"
git reset -q --hard HEAD~1
expect 0 "1 updated, 8 unchanged" deploy
[ "$(shown)" = "counts less" ] || fail "the description is '$(shown)'"
ok "a description alone: deployed, not published anew, restored by a rollback"

# --- Edits of what is no content ---------------------------------------------------------------------
id=$(pg n8n_prod "select id from workflow_entity where name = 'W3'")
edits() { "$kairon" health prod >"$WORK/out" 2>&1 </dev/null || true && grep -o 'prod edits: .*' "$WORK/out" || fail "no line of edits"; }
[[ $(edits) == "prod edits: 9 workflows as deployed"* ]] || fail "a drift that is none: $(edits)"
curl -s -o /dev/null -c "$WORK/jar" -H 'Content-Type: application/json' -d '{"emailOrLdapLoginId":"owner@example.org","password":"Admin123!"}' "$(n8n_value URL prod)/rest/login"
patched() { curl -s -o "$WORK/patched" -b "$WORK/jar" -X PATCH -H 'Content-Type: application/json' "$(n8n_value URL prod)/rest/workflows/$id" -d "$1"; }
patched '{"description":"by hand"}'
[ "$(shown)" = "by hand" ] || fail "the editor's request changed nothing: $(head -c 300 "$WORK/patched")"
[[ $(edits) == "prod edits: 1 edited on the server since the last deployment: W3 (at "*": description)" ]] || fail "a description edited in n8n: $(edits)"
: >"$WORK/rules.seen"
expect 1 "edited on the server since it was deployed: W3 (at 20" deploy --verify
[ "$(grep -c "GET /api/v1/workflows/$id" "$WORK/rules.seen")" = 0 ] || fail "a description that is known was read again"
expect 0 "taken from prod" "$kairon" deploy pull W3
[ "$(jq -r .description n8n-workflows/W3.json)" = "by hand" ] || fail "pull did not take the description"
git checkout -q -- n8n-workflows
expect 0 "1 updated, 8 unchanged" deploy
[ "$(shown)" = "counts less" ] || fail "the next deployment left the edited description"
api prod POST "/workflows/$id/deactivate" '{}' >/dev/null
expect 0 "activated" deploy
! grep -q "not deployed, because" "$WORK/out" || fail "a description that is there is called dropped"
[[ $(edits) == "prod edits: 9 workflows as deployed"* ]] || fail "a drift that is none: $(edits)"
api prod POST "/workflows/$id/activate" '{}' >/dev/null # saved again, with nothing changed
[[ $(edits) == "prod edits: 9 workflows as deployed"* ]] || fail "a drift that is none: $(edits)"
ok "a description edited in n8n is seen by health and --verify, pulled, and deployed over"
echo "$cases cases passed"
