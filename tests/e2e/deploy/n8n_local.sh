#!/usr/bin/env bash
# kairon smoke local: an n8n and a PostgreSQL for one run, without any server of ours; nothing is left of it, also after
# a signal; at push, where the user wants it.
# shellcheck source=tests/support/logbook.sh
. "$(dirname "$0")/../../support/logbook.sh"

local_run() { "$kairon" smoke local "$@"; }
# What a run could leave: processes below a folder of ours, temp folders. Runs of others are theirs: TMPDIR is our own.
left() {
  find "$TMPDIR" -mindepth 1 -maxdepth 1 -name 'kairon-*' | sort
  pgrep -f "$N8N_CACHE/node_modules/n8n/bin/n8n start" -P 1 2>/dev/null || true
}

command -v node >/dev/null || skip "no node"
[ -n "$PG_BIN" ] || skip "no PostgreSQL server below /usr/lib/postgresql"
install_n8n
WORK=$(mktemp -d "${TMPDIR:-/tmp}/kairon-test-local-XXXXXX")
trap 'rm -rf "$WORK"' EXIT
export TMPDIR=$WORK/tmp
mkdir "$TMPDIR" && chmod 711 "$WORK" "$TMPDIR" # the server is another user
logbook_repository
git config -f .kairon kairon.n8nVersion "$N8N_VERSION"
commit pinned

# --- A run ---------------------------------------------------------------------------------------
expect 0 "local: 55 of 55 cases passed, 4 failed executions" local_run
says "coverage: 14 of 14 workflows executed"
[ -z "$(left)" ] || fail "left behind: $(left)"
expect 0 "executed: 14 of 14 workflows (100 %)" "$kairon" check --coverage --min 80
says "last run on local"
ok "55 cases on servers that are gone"
expect 0 "passed for this content at" local_run --unless-proven

# --- A warm run costs n8n's own start-up and at most 5 s -------------------------------------------
# In turns, and the shortest of each: what else the machine does is in both. Where n8n itself takes longer than 5 s, the
# machine is busy, and a run may take twice as long as it.
milliseconds() { echo $(($(date +%s%N) / 1000000)); }
compare_starts() {
  local own=1000000 warm=1000000 begun took port
  start_postgres
  make_template
  pg postgres "create database n8n_own template n8n_template"
  for _ in 1 2 3 4; do
    port=$(free_port)
    begun=$(milliseconds)
    launch_n8n own "$port" n8n_own
    await_n8n own "$port"
    took=$(($(milliseconds) - begun))
    kill_n8n own KILL
    own=$((took < own ? took : own))
    begun=$(milliseconds)
    expect 0 "local: 1 of 1 cases passed" local_run --case "::ping*"
    took=$(($(milliseconds) - begun))
    warm=$((took < warm ? took : warm))
  done
  stop_postgres
  echo "n8n's own start-up: $own ms; a warm run of one case: $warm ms, $((warm - own)) ms more"
  [ $((warm - own)) -le $((own > 5000 ? own : 5000)) ] || fail "a warm run costs more than 5 s beyond n8n's own start-up"
  ok "one case, everything cached"
}
trap n8n_end EXIT
if only_full "the shortest of four starts and of four warm runs"; then compare_starts; fi
if [[ $N8N_VERSION == 2.* ]] && ! only_full "failures, signals, other folders, pushes and CI on 2.x"; then exit 0; fi

# --- A failure is one ----------------------------------------------------------------------------
jq '(.nodes[] | select(.name == "Insert Projection")).parameters.query |= sub("projection_type, data"; "projection_kind, data")' n8n-workflows/Capture_Projection.json >"$WORK/changed"
cp "$WORK/changed" n8n-workflows/Capture_Projection.json
expect 1 'column "projection_kind" of relation "projections" does not exist' local_run --case "tag .. makes a note"
[ -z "$(left)" ] || fail "left behind: $(left)"
git checkout -q -- n8n-workflows
ok "a failing case fails"

# --- Signals -------------------------------------------------------------------------------------
if only_full "signals at six moments"; then moments="1 3 6"; else moments=4; fi
for signal in INT TERM; do
  for moment in $moments; do
    got=0
    timeout --preserve-status -s "$signal" "$moment" "$kairon" smoke local >"$WORK/out" 2>&1 </dev/null || got=$?
    [ "$got" = 130 ] || fail "SIG$signal after $moment s ends with $got"
    [ -z "$(left)" ] || fail "SIG$signal after $moment s leaves $(left)"
  done
done
"$kairon" smoke local >"$WORK/out" 2>&1 </dev/null &
run=$!
sleep 5
kill -KILL "$run"
wait "$run" 2>/dev/null || true
sleep 1
pgrep -f "$N8N_CACHE/node_modules/n8n/bin/n8n start" >"$WORK/out" && fail "an n8n outlives a SIGKILL of kairon"
"$kairon" --version >/dev/null
expect 0 "1 of 1 cases passed" local_run --case "::ping*"
[ -z "$(left)" ] || fail "the run after a SIGKILL leaves $(left)"
ok "signals end all of it"

# --- Which n8n -----------------------------------------------------------------------------------
expect 2 "holds no n8n" local_run --n8n "$WORK"
expect 0 "1 of 1 cases passed" local_run --n8n "$N8N_CACHE" --case "::ping*"
expect 2 "--n8n is for kairon smoke local alone" "$kairon" smoke dev --n8n "$WORK"
ok "a given folder"

# --- At push -------------------------------------------------------------------------------------
# A pinned version without its catalogue is refused before anything else. A cache that had none has none afterwards.
index=${XDG_CACHE_HOME:-$HOME/.cache}/kairon/catalogue/$N8N_VERSION.idx
if [ ! -e "$index" ]; then
  trap 'rm -rf "$WORK" "$index"' EXIT
  "$kairon" catalogue update --from "$N8N_CACHE" >/dev/null
fi
git init -q --bare "$WORK/remote.git"
git remote add origin "$WORK/remote.git"
only_full "all cases at push" || find n8n-workflows/tests/regression -name '*.json' ! -name tags.json -delete
git config core.hooksPath "$(dirname "$kairon")"
git config -f .kairon smoke.local on
commit "somebody wants it for everybody"
expect 0 "" git push -q origin main
! grep -q "throw-away\|smoke tests on local" "$WORK/out" || fail "the committed setting starts an n8n"
git config kairon.smoke.local on
jq '.[0].test_name = "renamed"' n8n-workflows/tests/regression/tags.json >"$WORK/changed" && cp "$WORK/changed" n8n-workflows/tests/regression/tags.json
git add -A && git commit -q --no-verify -m renamed
expect 0 "stage 2, smoke tests on local: passed" git push origin main
ok "at push, by the user's own setting"

# --- Cases from curl commands --------------------------------------------------------------------
cat >"$WORK/messages.sh" <<'SH'
send() { curl -s -X POST "https://n8n.example/webhook/any" -d "{\"event_type\": \"message\", \"message_id\": \"m-$(date +%s)\", \"channel_id\": \"1\", \"author\": {\"login\": \"t\"}, \"content\": \"$1\"}"; }
send ".. the sky is green"
send "::ping"
SH
expect 0 "wrote 2 cases to" "$kairon" new test --from "$WORK/messages.sh"
expect 0 "local: 2 of 2 cases passed" local_run --case "messages: *"
ok "cases from a script"

# --- CI ------------------------------------------------------------------------------------------
expect 0 "kairon smoke local --format junit" "$kairon" ci init --smoke --stdout
expect 0 "kairon smoke local --format junit" "$kairon" ci init --smoke --gitlab
"$kairon" ci init --stdout | grep -q "smoke local" && fail "smoke tests in CI without --smoke"
ok "in CI"
echo "n8n_local: $cases groups"
