#!/usr/bin/env bash
# Every kind of bad answer, on a real n8n: to what is read and to a write in the middle. Each ends as deployed, as
# rolled back, or with a journal that --rollback heals; the message names the cause. n8n_weather.sh has what dies.
# shellcheck source=tests/support/n8n_fixture.sh
. "$(dirname "$0")/../../support/n8n_fixture.sh"

n8n_begin
n8n_start prod
use prod
unset KAIRON_ENV_PROD_N8NDATABASE # the lock is a tag
real=$KAIRON_ENV_PROD_N8NURL
journal=.git/kairon/deploy/prod
n8n_proxy prod
KAIRON_ENV_PROD_N8NURL=$proxy

# three CONTENT: a set of three, whose first is active and calls the others
three() {
  workflow Third false third "[$trigger,$(code "3$1")]"
  workflow Second false second "[$trigger,$(code "2$1"),$(call third Third)]"
  workflow Entry true entry "[$(hook kairon-entry),$(code "1$1"),$(call second Second)]"
}
# turn N: that version is what is to be deployed; same N: it is what the server has
turn() { git checkout -q "$1"; }
same() {
  local want=$one
  [ "$1" = one ] || want=$two
  [ "$want" = "$(normalised)" ] || fail "not as version $1: $(diff <(echo "$want") <(normalised) | cut -c1-200 | head -5)"
  [ ! -e "$journal/open.json" ] || fail "the journal is open"
}

repository
three 1 && commit one && git tag one
expect 0 "3 created" deploy
one=$(normalised)
three 2 && commit two && git tag two
expect 0 "3 updated" deploy
two=$(normalised)

# --- Answers to what is read ----------------------------------------------------------------------
turn one
spoil "error 1 GET /workflows"
expect 3 "answers 500: Internal Server Error" deploy
spoil "redirect 1000 * ."
expect 3 "is not an n8n with its public API" deploy
says "check kairon.env-NAME.n8nUrl"
! grep -q "/elsewhere" "$WORK/rules.seen" || fail "a redirect was followed"
spoil "denied 1 GET ."
expect 3 "refuses the API key (unauthorized)" deploy
says "kairon.env-NAME.n8nApiKey"
KAIRON_ENV_PROD_N8NAPIKEY=n8n_api_expired expect 3 "refuses the API key" deploy
spoil "limit3600 1 GET ."
expect 3 "refuses more requests" deploy
same two
ok "500, a redirect, an expired key, a wait of an hour: named, nothing written"
spoil "limit 2 GET ." "limit2 1 GET ." "cut 2 GET ." "slow2 1 GET ."
begun=$SECONDS
expect 0 "3 updated" deploy
[ $((SECONDS - begun)) -ge 4 ] || fail "neither Retry-After nor the slow answer was waited for"
same one
ok "429, a truncated and a slow answer: waited for, read again"

# --- Answers to a write in the middle -------------------------------------------------------------
turn two
for how in "error|Internal Server Error (HTTP 500)" "redirect|HTTP 302" "html|HTTP 404" "forbidden|Forbidden (HTTP 403)" "limit3600|asks to wait 3600 s"; do
  spoil "pass 1 PUT /workflows" "${how%%|*} 1 PUT /workflows"
  expect 1 "prod: rolled back" deploy
  says "${how##*|}"
  same one
done
! grep -q "/elsewhere" "$WORK/rules.seen" || fail "a redirect of a write was followed"
ok "500, a redirect, a page, a missing scope, a wait of an hour: rolled back with the cause"
spoil "limit 1 PUT ." "limit1 1 PUT ." "cut 1 PUT ." "slow2 1 PUT ." "cut 1 POST /activate" "limit1 1 POST /activate"
expect 0 "3 updated" deploy
same two
ok "429, a truncated and a slow answer to writes: sent again, deployed"

# --- A key that ends in the middle ----------------------------------------------------------------
turn one
spoil "pass 6 * ." "denied 100000 * ." # two lists, the credentials, the lock, one PUT
expect 3 "prod: rollback failed" deploy
says "unauthorized (HTTP 401)"
expect 3 "refuses the API key" "$kairon" deploy prod --rollback
spoil
undo
same two
if [[ $N8N_VERSION == 2.* ]]; then
  scopes=$(pg n8n_prod "select scopes from user_api_keys")
  pg n8n_prod "update user_api_keys set scopes = (scopes::jsonb - 'workflow:update')::json"
  expect 1 "Forbidden (HTTP 403)" deploy
  same two
  pg n8n_prod "update user_api_keys set scopes = (scopes::jsonb - 'workflow:list')::json"
  expect 3 "lacks a scope" deploy
  pg n8n_prod "update user_api_keys set scopes = '$scopes'"
fi
ok "a key that is revoked in the middle or lacks a scope"

# --- Others at the same time ------------------------------------------------------------------------
git clone -q . "$WORK/other" 2>"$WORK/out"
: >"$WORK/rules.seen"
spoil "delay4 1 PUT /workflows"
KAIRON_APPROVE=prod:$(git rev-parse HEAD) "$kairon" deploy prod >"$WORK/first" 2>&1 </dev/null &
FIRST=$!
for ((i = 0; i < 1000; i++)); do grep -q "^delay4" "$WORK/rules.seen" && break || sleep 0.02; done
expect 3 "another deployment to this environment is running: $(id -un)@" env -C "$WORK/other" KAIRON_APPROVE="prod:$(git rev-parse HEAD)" "$kairon" deploy prod --overwrite
wait "$FIRST" || fail "the second disturbed the first: $(cat "$WORK/first")"
same one
expect 0 "3 unchanged; 2 requests, 0 writes" env -C "$WORK/other" KAIRON_APPROVE="prod:$(git rev-parse HEAD)" "$kairon" deploy prod
[ "$(api prod GET /tags | jq '.data | length')" = 0 ] || fail "a lock tag stayed"
# Killed with the lock in its hands: the next run of the same repository goes on, another repository is told.
turn two && git -C "$WORK/other" checkout -q two
: >"$WORK/rules.seen"
spoil "delay4 1 POST /tags"
KAIRON_APPROVE=prod:$(git rev-parse HEAD) "$kairon" deploy prod >"$WORK/first" 2>&1 </dev/null &
FIRST=$!
for ((i = 0; i < 1000; i++)); do grep -q "^delay4" "$WORK/rules.seen" && break || sleep 0.02; done
kill -KILL "$FIRST" && wait "$FIRST" || true
for ((i = 0; i < 1000; i++)); do grep -q "^delivered" "$WORK/rules.seen" && break || sleep 0.02; done
spoil
expect 3 "another deployment to this environment is running" env -C "$WORK/other" KAIRON_APPROVE="prod:$(git rev-parse HEAD)" "$kairon" deploy prod --overwrite
expect 0 "3 updated" deploy
same two
[ "$(api prod GET /tags | jq '.data | length')" = 0 ] || fail "a lock tag stayed"
ok "two deployers; one that was killed while it took the lock"

turn one
: >"$WORK/rules.seen"
spoil "delay3 1 POST /tags"
KAIRON_APPROVE=prod:$(git rev-parse HEAD) "$kairon" deploy prod >"$WORK/out" 2>&1 </dev/null &
FIRST=$!
for ((i = 0; i < 1000; i++)); do grep -q "^delay3" "$WORK/rules.seen" && break || sleep 0.02; done
second=$(pg n8n_prod "select id from workflow_entity where name = 'Second'")
body=$(api prod GET "/workflows/$second" | jq -c '{name, nodes, connections, settings: {}}')
api prod PUT "/workflows/$second" "$(jq -c '(.nodes[] | select(.name == "Code") | .parameters.jsCode) = "return [];"' <<<"$body")" >/dev/null
got=0 && wait "$FIRST" || got=$?
[ "$got" = 3 ] || fail "an edit meanwhile ended with $got"
says "'Second' was changed on the server while this deployment was being prepared"
expect 1 "'Second' was edited on the server: node 'Code': parameters.jsCode" deploy
api prod PUT "/workflows/$second" "$body" >/dev/null
same two
ok "an edit between the plan and the lock: seen, nothing written"

# --- Silence ------------------------------------------------------------------------------------------
if only_full "silence, which costs the client's 30 seconds each time"; then
  spoil "pass 2 GET ." "silent40 1 GET /workflows" # the list under the lock
  expect 3 "did not answer within 30000 ms" deploy
  same two
  [ "$(api prod GET /tags | jq '.data | length')" = 0 ] || fail "the lock tag stayed"
  spoil "pass 1 PUT /workflows" "silent40 1 PUT /workflows"
  expect 3 "may still be carried out" deploy
  ! grep -q "prod: rolled back" "$WORK/out" || fail "rolled back is said while a write is out"
  spoil
  undo
  same two
  ok "silence: nothing written after a read; a write is looked for, and the journal stays open"
fi
KAIRON_ENV_PROD_N8NURL=$real
echo "$cases cases passed"
