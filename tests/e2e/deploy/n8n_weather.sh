#!/usr/bin/env bash
# Deployments in bad weather, on a real n8n: what is wrong on the server, what dies or is cut in the middle. After
# each of them the server is as before or as wanted, or a journal entry is there that --rollback heals.
# shellcheck source=tests/support/n8n_fixture.sh
. "$(dirname "$0")/../../support/n8n_fixture.sh"

n8n_begin
n8n_start prod
use prod
real=$KAIRON_ENV_PROD_N8NURL
journal=.git/kairon/deploy/prod

n8n_proxy prod

# begin: a deployment in the background that has written its journal; finish: its status into $got
begin() {
  KAIRON_APPROVE=prod:$(git rev-parse HEAD) "$kairon" deploy prod >"$WORK/out" 2>&1 </dev/null &
  DEPLOY=$!
  local i
  for ((i = 0; i < 3000; i++)); do [ -e "$journal/open.json" ] || ! kill -0 "$DEPLOY" 2>/dev/null && break || sleep 0.01; done
  [ -e "$journal/open.json" ] || fail "the deployment did not begin"
}
finish() { got=0 && wait "$DEPLOY" || got=$?; }
# healed WHAT: the state is the one before, by itself or after --rollback, and a deployment goes through
healed() {
  if [ -e "$journal/open.json" ]; then undo; fi
  [ "$before" = "$(normalised)" ] || fail "$1 left something: $(diff <(echo "$before") <(normalised) | head -5)"
}
# settled WHAT: after a deployment that ended with $got
settled() {
  case $got in
    0) [ "$after" = "$(normalised)" ] || fail "$1: passed, but the server differs: $(diff <(echo "$after") <(normalised) | head -5)" ;;
    *) healed "$1" ;;
  esac
}
# part WHAT: on 2.x, where everything takes longer, some parts are for KAIRON_FULL=1; 1.x always runs them
part() { [[ $N8N_VERSION != 2.* ]] || only_full "$1"; }
# turn N: the other version of the set is what is to be deployed; keeps the states of both
turn() { git checkout -q "$1"; if [ "$1" = one ]; then before=$two after=$one; else before=$one after=$two; fi; }

fixture
credential "Main DB" >/dev/null
expect 0 "20 created" deploy
one=$(normalised)
git tag one
changed 2
commit second
git tag two
expect 0 "16 updated" deploy
two=$(normalised)

# --- What is wrong on the server ----------------------------------------------------------------
credential "Main DB" >/dev/null
turn one
expect 1 "2 postgres credentials named 'Main DB'" deploy
pg n8n_prod "delete from credentials_entity where id = (select id from credentials_entity where name = 'Main DB' order by \"createdAt\" desc limit 1)"
twin=$(api prod POST /workflows '{"name":"Step 5","nodes":[],"connections":{},"settings":{}}' | jq -r .id)
expect 1 "2 workflows named 'Step 5'" deploy
grep -q "$twin" "$WORK/out" || fail "the ids of the two are not named"
api prod DELETE "/workflows/$twin" >/dev/null
[ "$two" = "$(normalised)" ] || fail "a refused deployment wrote something"
ok "two credentials or workflows of one name: named, nothing written"

# --- What answers ---------------------------------------------------------------------------------
turn two
KAIRON_ENV_PROD_N8NURL=$proxy
spoil "html 1000 * ."
expect 3 "is not an n8n with its public API" deploy
grep -q "check kairon.env-NAME.n8nUrl" "$WORK/out" || fail "no remedy for a wrong url"
spoil "starting 3 * ." "database 3 * ." "busy 3 * ."
expect 0 "20 unchanged" deploy
spoil "lose 1 GET /workflows" "drop 1 GET /workflows"
expect 0 "20 unchanged" deploy
KAIRON_ENV_PROD_N8NURL=${proxy/http:/ftp:} expect 2 "is not an http or https URL" deploy
ok "not n8n, starting, its database down, a broken connection"

turn one
spoil "drop 2 PUT /workflows" "lose 3 PUT /workflows" "database 2 PUT /workflows" "busy 2 POST activate" "lose 2 GET /workflows/"
expect 0 "16 updated" deploy
grep -c -E "^(drop|lose|database|busy)" "$WORK/rules.seen" | grep -qE "^1[0-9]" || fail "the proxy spoiled too little"
turn two
spoil
expect 0 "16 updated" deploy
git checkout -q main
workflow Newcomer true newcomer "[$(hook newcomer),$(code 1)]"
workflow Newer false newer "[$trigger,$(call newcomer Newcomer)]"
commit newcomers
spoil "lose 2 POST /workflows$" "lose 1 POST activate"
expect 0 "2 created" deploy
[ "$(pg n8n_prod "select count(*) from workflow_entity where name like 'Newc%' or name = 'Newer'")" = 2 ] || fail "a lost answer made a workflow twice"
git rm -q n8n-workflows/Newcomer.json n8n-workflows/Newer.json && commit gone && spoil
expect 0 "retired     Newcomer" deploy
expect 0 "deleted     Newcomer" deploy --prune
[ "$two" = "$(normalised)" ] || fail "--prune left something"
git checkout -q two
grep -q "key=True" "$WORK/rules.seen" || fail "the proxy saw no key at all"
grep "/webhook/" "$WORK/rules.seen" | grep -q "key=True" && fail "the API key went to a webhook"
ok "lost answers are looked up before anything is repeated; the key goes to the API only"

# --- What is refused in the middle ---------------------------------------------------------------
turn one
spoil "refuse 1 PUT /workflows/$(pg n8n_prod "select id from workflow_entity where name = 'Step 9'")"
expect 1 "'Step 9' could not be updated: something is wrong with it" deploy
healed "a refused write"
[ ! -e "$journal/open.json" ] || fail "the journal stayed open after a complete rollback"
spoil "pass 5 PUT ." "refuse 1000 PUT ."
expect 3 "rollback failed" deploy
grep -q "kairon deploy prod --rollback" "$WORK/out" || fail "no word of --rollback"
spoil
healed "a rollback that failed"
ok "refused in the middle: rolled back; when that fails too, --rollback does it later"

# --- Cut, killed, interrupted ---------------------------------------------------------------------
KAIRON_ENV_PROD_N8NURL=$real
turn one
begin && kill -INT "$DEPLOY" && finish
[ "$got" = 130 ] || [ "$got" = 0 ] || fail "Ctrl-C ended with $got"
[ ! -e "$journal/open.json" ] || fail "Ctrl-C left the journal open"
settled "Ctrl-C"
KAIRON_ENV_PROD_N8NURL=$real && [ "$got" = 0 ] && turn two && expect 0 "prod: deployed" deploy && turn one
begin && kill -STOP "$DEPLOY" # or it might be over before the others look
expect 3 "is deploying to prod" deploy
expect 3 "is deploying to prod" "$kairon" deploy prod --rollback
kill -CONT "$DEPLOY" && finish
[ "$got" = 0 ] || fail "a second process disturbed the first"
ok "Ctrl-C rolls back; a second process keeps away"

if part "n8n killed in the middle"; then
  turn two
  begin && n8n_crash prod && sleep 1 && n8n_restart prod && finish
  settled "n8n killed and back"
  turn one && git checkout -q one && { [ "$(normalised)" = "$one" ] || expect 0 "prod: deployed" deploy; }
  ok "n8n killed in the middle and back: ended with $got"
fi

if part "PostgreSQL killed in the middle"; then
  turn two
  begin && stop_postgres && sleep 1 && resume_postgres && finish
  for ((i = 0; i < 100; i++)); do api prod GET "/workflows?limit=1" | grep -q '"data"' && break || sleep 0.2; done
  settled "PostgreSQL killed and back"
  turn one && { [ "$(normalised)" = "$one" ] || expect 0 "prod: deployed" deploy; }
  ok "PostgreSQL killed in the middle and back: ended with $got"
fi

KAIRON_ENV_PROD_N8NURL=$proxy
turn two
spoil "pass 15 * ." "drop 100000 * ."
begin && finish
[ "$got" = 3 ] || fail "a cut network ended with $got"
[ -e "$journal/open.json" ] || fail "a cut network left no journal entry"
spoil
KAIRON_ENV_PROD_N8NURL=$real expect 3 "the interrupted deployment went to" "$kairon" deploy prod --rollback
healed "a cut network"
ok "network cut for good: the journal heals it"
KAIRON_ENV_PROD_N8NURL=$real

# --- A full disk ------------------------------------------------------------------------------------
mkdir -p "$journal"
if ! part "a full disk"; then
  :
elif mount -t tmpfs -o size=256k none "$journal" 2>/dev/null; then
  on_end "umount -l '$PWD/$journal'"
  cp -a "$WORK/state.json" "$journal/" 2>/dev/null || true
  head -c 300000 /dev/zero >"$journal/filler" 2>/dev/null || true
  expect 3 "the deploy journal" deploy --overwrite
  grep -q "No space left" "$WORK/out" || fail "the full disk is not named"
  [ "$before" = "$(normalised)" ] || fail "written without a journal"
  umount -l "$journal"
  ok "no room for the journal: nothing written"
else
  echo "part left out: this machine mounts no tmpfs for a full disk (the unit tests have one)"
fi

# --- Many workflows ---------------------------------------------------------------------------------
if part "276 workflows"; then
  turn two
  expect 0 "prod: deployed" deploy --overwrite
  pg n8n_prod "insert into workflow_entity (id, name, active, nodes, connections, settings, \"versionId\", \"triggerCount\")
    select 'many' || i, 'A many ' || i, false, '[]', '{}', '{}', gen_random_uuid()::text, 0 from generate_series(1, 255) i" ||
    fail "the many workflows could not be made"
  git checkout -q main
  workflow Last false last "[$trigger]"
  commit last
  expect 0 "1 created" deploy
  expect 0 "21 unchanged" deploy
  [ "$(pg n8n_prod 'select count(*) from workflow_entity')" = 276 ] || fail "workflows beyond the first page were made again"
  ok "276 workflows: pages are read to the end"
fi
echo "$cases cases passed"
