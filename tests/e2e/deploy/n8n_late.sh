#!/usr/bin/env bash
# A proxy delays one write past the time-out, on a real n8n: it arrives before the rollback, after it, or when nobody
# looks any more. "Rolled back" is never said while production is mixed, in text, JSON, exit status and health. The
# unit tests have 20 moments for each write. By default the one in the middle; all three with KAIRON_FULL=1.
# shellcheck source=tests/support/n8n_fixture.sh
. "$(dirname "$0")/../../support/n8n_fixture.sh"

n8n_begin
n8n_start prod
use prod
journal=.git/kairon/deploy/prod
n8n_proxy prod
KAIRON_ENV_PROD_N8NURL=$proxy
delivered() { for ((i = 0; i < 1200; i++)); do grep -q "^delivered" "$WORK/rules.seen" && return || sleep 0.1; done && fail "the delayed write never arrived"; }
# same STATE: production is that
same() { [ "$1" = "$(normalised)" ] || fail "production is mixed: $(diff <(echo "$1") <(normalised) | cut -c1-200 | head -5)"; }
# id_of NAME
id_of() { pg n8n_prod "select id from workflow_entity where name = '$1'"; }

fixture
credential "Main DB" >/dev/null
expect 0 "20 created" deploy
git tag one
changed 2
commit second
git tag two
entry=$(id_of Entry)

# --- Arrives before anything is rolled back ------------------------------------------------------
: >"$WORK/rules.seen"
[ "${KAIRON_FULL:-0}" = 0 ] || spoil "delay34 1 PUT /workflows/$entry"
expect 0 "prod: deployed" deploy
[ "${KAIRON_FULL:-0}" = 0 ] || delivered
two=$(normalised)
[ "$(grep -c "PUT /api/v1/workflows/$entry" <(grep -v '^delivered' "$WORK/rules.seen"))" = 1 ] || fail "an unanswered write was sent again"
[ "${KAIRON_FULL:-0}" = 0 ] || ok "arrives while it is looked for: deployed"

# --- Arrives after the rollback, while it is still looked for ------------------------------------
git checkout -q one
: >"$WORK/rules.seen"
spoil "delay75 1 PUT /workflows/$entry"
expect 1 "prod: rolled back" deploy
says "did not answer within 30000 ms"
says "Entry: restored"
grep -q "^delivered 200" "$WORK/rules.seen" || fail "rolled back before the write arrived"
same "$two"
[ ! -e "$journal/open.json" ] || fail "the journal stayed open"
expect 0 "prod edits: 20 workflows as deployed" "$kairon" health prod
ok "arrives after the rollback: undone, then rolled back"

# --- Arrives when nobody looks any more ------------------------------------------------------------
if [ "${KAIRON_FULL:-0}" != 0 ]; then
  : >"$WORK/rules.seen"
  spoil "delay110 1 PUT /workflows/$entry"
  expect 3 '"outcome": "unsettled"' deploy --format json
  jq -e '.rollback.unsettled | length == 1 and (.[0] | contains("the update of '"'Entry'"'"))' < <(sed -n '/^{/,/^}/p' "$WORK/out") >/dev/null || fail "the JSON does not name the write"
  same "$two"
  expect 1 "was not answered and may still be carried out" "$kairon" health prod
  says "the update of 'Entry'"
  says "kairon deploy prod --rollback"
  expect 3 "was not answered and may still be carried out" deploy
  expect 3 "was not answered and may still be carried out" deploy --resume
  delivered
  sleep 1
  [ "$two" != "$(normalised)" ] || fail "the delayed write changed nothing: this test shows nothing"
  expect 0 "prod: rolled back" "$kairon" deploy prod --rollback
  same "$two"
  [ ! -e "$journal/open.json" ] || fail "the journal stayed open"
  expect 0 "prod edits: 20 workflows as deployed" "$kairon" health prod
  ok "arrives when nobody looks: said, the journal stays open, --rollback undoes it"
fi

# --- A rollback that fails names the cause ----------------------------------------------------------
spoil "pass 5 PUT ." "refuse 1000 PUT ."
expect 3 "rollback failed" deploy
says "something is wrong with it (HTTP 400)"
! grep -q "stored something else" "$WORK/out" || fail "a consequence is told as the cause"
spoil
expect 0 "prod: rolled back" "$kairon" deploy prod --rollback
same "$two"
ok "a failing rollback: the server's answer is named"
echo "$cases cases passed"
