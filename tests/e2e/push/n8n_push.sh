#!/usr/bin/env bash
# A real git push to a real bare remote: dev, smoke tests, staging, approval, production; refused at
# each stage when that stage is broken; production without its commit on the remote is told.
# shellcheck source=tests/support/logbook.sh
. "$(dirname "$0")/../../support/logbook.sh"

# refused STAGE TEXT [push arguments]: the push fails at the stage, and the remote does not move
refused() {
  local stage=$1 text=$2 before got=0
  shift 2
  before=$(git ls-remote "$WORK/remote.git" main)
  # setsid: no terminal to ask on
  setsid -w git push origin main "$@" >"$WORK/out" 2>&1 </dev/null || got=$?
  [ "$got" != 0 ] || fail "the push went through although $stage is broken"
  says "$text"
  says "kairon: push blocked"
  [ "$stage" = "stage 0" ] || says "push blocked at $stage"
  [ "$before" = "$(git ls-remote "$WORK/remote.git" main)" ] || fail "refused, and yet the remote moved"
}
passes() {
  local text=$1
  shift
  setsid -w "$@" >"$WORK/out" 2>&1 </dev/null || fail "failed: $*"
  says "$text"
}
workflows_on() { pg "n8n_$1" "select count(*) from workflow_entity"; }
edit() { # workflow, jq program
  jq "$2" "n8n-workflows/$1.json" >"$WORK/edited" && cp "$WORK/edited" "n8n-workflows/$1.json"
}
node() { echo "(.nodes[] | select(.name == \"$1\"))"; }
undo() { git reset -q --hard "$1"; }
last_result() { tail -1 ".git/kairon/deploy/$1/history.jsonl" | jq -r .result; }

# What the workflows outside of dev talk to.
start_stub() {
  python3 - "$STUB_PORT" <<'PY' &
import http.server, sys
class Stub(http.server.BaseHTTPRequestHandler):
    def reply(self):
        self.rfile.read(int(self.headers.get('content-length') or 0))
        self.send_response(200)
        self.send_header('content-type', 'application/json')
        self.end_headers()
        self.wfile.write(b'{"id": "1"}')
    do_GET = do_POST = do_PUT = reply
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Stub).serve_forever()
PY
  STUB_PID=$!
  listening "$STUB_PORT"
}
stop_stub() {
  kill "$STUB_PID" 2>/dev/null || true
  wait "$STUB_PID" 2>/dev/null || true
}

# On a pseudo-terminal, typing an answer when asked.
on_terminal() { # answer, command...
  python3 - "$@" <<'PY'
import os, pty, sys
answer, command = sys.argv[1], sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
seen, answered = b'', False
while True:
    try:
        chunk = os.read(fd, 65536)
    except OSError:
        break
    if not chunk:
        break
    seen += chunk
    if not answered and b'to deploy there' in seen:
        os.write(fd, answer.encode() + b'\n')
        answered = True
sys.stdout.buffer.write(seen)
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(status if answered else 99)
PY
}

n8n_begin
STUB_PORT=$(free_port)
start_stub
trap 'stop_stub; n8n_end' EXIT
for name in dev staging prod; do n8n_start "$name" WEBHOOK_PATH=logbook-in; done
logbook_repository
rm n8n-workflows/tests/regression/{aliases,edges,reactions,schedule,threads}.json
sed -i "s#https://chat.example.org#http://127.0.0.1:$STUB_PORT#" n8n-workflows/*.json
commit small
git init -q --bare "$WORK/remote.git"
git remote add origin "$WORK/remote.git"
git config core.hooksPath "$(dirname "$kairon")"

# --- Nothing configured, dry run, nothing to push -----------------------------------------------
git commit -q --allow-empty --no-verify -m later
passes "new branch" git push origin main:topic
grep -q "deployed" "$WORK/out" && fail "a branch that is not deployed speaks of deployments"
passes "nothing deployed: no environment is configured" git push origin HEAD~2:refs/heads/main
passes "stage 'deploy' skipped: KAIRON_SKIP" env KAIRON_SKIP=deploy git push origin HEAD~1:refs/heads/main
for name in dev staging prod; do logbook_environment "$name"; done
passes "nothing deployed: this is a dry run" git push --dry-run origin main
passes "Everything up-to-date" git push origin HEAD~1:refs/heads/main
[ "$(workflows_on dev)$(workflows_on staging)$(workflows_on prod)" = 000 ] || fail "a dry run or an empty push deployed something"
ok "no environment, another branch, dry run, empty push: nothing deployed"

# --- Refused at each stage ----------------------------------------------------------------------
good=$(git rev-parse HEAD)
edit Receive '.connections["By Kind"].main[0][0].node = "Nobody"' && commit broken
refused "stage 0" "error[connection/missing-node]"
undo "$good"
printf "SET lock_timeout = '2s';\nSET statement_timeout = '10s';\nALTER TABLE public.no_such_table ADD COLUMN x text;\n" >db/migrations/002_x.sql
printf 'ALTER TABLE public.no_such_table DROP COLUMN x; -- kairon: allow migration/ban-drop-column\n' >db/migrations/002_x_rollback.sql
commit migration
refused "trial of the migrations" "no_such_table"
undo "$good"
edit Rate_Projection "$(node "Insert Trace").credentials.postgres.name = \"No Such DB\"" && commit credential
refused "stage 1, deployment to dev" "which the server does not have"
[ "$(workflows_on dev)" = 0 ] || fail "a refused deployment wrote to dev"
undo "$good"
edit Capture_Projection "$(node "Make Projection").parameters.jsCode |= sub(\"'open' : 'kept'\"; \"'closed' : 'kept'\")" && commit bug
refused "stage 2, smoke tests on dev" "a todo is open and of normal priority"
says "kairon: stage 1, deployment to dev: passed ("
says "kairon: stage 2, smoke tests on dev: failed ("
[ "$(workflows_on dev) $(workflows_on staging)$(workflows_on prod)" = "14 00" ] || fail "staging or prod were touched"
[ "$(last_result dev)" = "smoke failed" ] || fail "the journal of dev says $(last_result dev)"
undo "$good"
KAIRON_ENV_STAGING_N8NURL=http://127.0.0.1:9 refused "stage 3, deployment to staging" "does not accept connections"
ok "refused at stage 0, trial, 1, 2, and 3 on staging"

stop_stub
refused "stage 3, smoke tests on staging" "failed at 'Confirm'"
says "for this content at"
[ "$(workflows_on prod)" = 0 ] || fail "prod was touched although staging is not green"
start_stub
ok "refused at staging's smoke tests; dev was not tested twice"

# --- Production: approval -----------------------------------------------------------------------
refused "stage 3, deployment to prod" "was not approved"
[ "$(workflows_on prod)" = 0 ] || fail "prod was touched without approval"
got=0
on_terminal no git push origin main >"$WORK/out" 2>&1 || got=$?
[ "$got" != 0 ] && [ "$got" != 99 ] || fail "a wrong answer on the terminal deployed, or nobody asked ($got)"
[ "$(workflows_on prod)" = 0 ] || fail "prod was touched after a no"
on_terminal prod git push origin main >"$WORK/out" 2>&1 || fail "approved on the terminal, and yet refused"
says "Type prod to deploy there"
says "stage 3, verification of prod: passed"
[ "$(workflows_on prod)" = 14 ] || fail "prod has $(workflows_on prod) workflows"
[ "$(git ls-remote "$WORK/remote.git" main | cut -f1)" = "$(git rev-parse HEAD)" ] || fail "the remote does not have it"
expect 0 "14 unchanged" "$kairon" deploy prod --dry-run
grep -q "not on remote" "$WORK/out" && fail "it is on the remote, and yet said not to be"
[ "$(last_result prod)" = "on remote" ] || fail "the journal of prod says $(last_result prod)"
[ "$(pg n8n_prod 'select count(*) from execution_entity')" = 0 ] || fail "production was sent messages"
ok "approved on the terminal: deployed, verified, without a message to production"

git init -q --bare "$WORK/other.git" && git init -q --bare "$WORK/third.git"
passes "cases passed for this content at" git push "$WORK/other.git" main
[ "$(grep -c "0 writes" "$WORK/out")" = 3 ] || fail "the same commit again is not just looked at"
passes "stage 'smoke' skipped: KAIRON_SKIP" env KAIRON_SKIP=smoke git push "$WORK/third.git" main
ok "the same commit again: nothing is written, tested or asked twice"

# --- Production is ahead of the remote ----------------------------------------------------------
edit Nightly_Summary "$(node "Count Day").parameters.query |= sub(\"1 day\"; \"24 hours\")" && commit change
ahead=$(git rev-parse HEAD)
printf '#!/bin/sh\necho "not today"; exit 1\n' >"$WORK/remote.git/hooks/pre-receive" && chmod +x "$WORK/remote.git/hooks/pre-receive"
KAIRON_APPROVE=prod:$ahead setsid -w git push origin main >"$WORK/out" 2>&1 </dev/null && fail "the remote took it"
says "stage 3, verification of prod: passed"
says "not today"
[ "$(last_result prod)" = "deployed, not on remote" ] || fail "the journal of prod says $(last_result prod)"
expect 0 "prod runs commit ${ahead:0:12}" "$kairon" deploy prod --dry-run
says "deployed, not on remote"
"$kairon" health prod >"$WORK/out" 2>&1 </dev/null && fail "health is fine with it"
says "deployed, not on remote"
setsid -w git push origin main >"$WORK/out" 2>&1 </dev/null && fail "the remote took it"
says "prod runs commit ${ahead:0:12}"
git checkout -q -b side HEAD~1 && git commit -q --allow-empty --no-verify -m side && git checkout -q main
passes "deployed, not on remote" git merge -q --no-edit side
rm "$WORK/remote.git/hooks/pre-receive"
passes "deployed, not on remote" git push origin main
git commit -q --allow-empty --no-verify -m next
KAIRON_APPROVE=prod:$(git rev-parse HEAD) passes "stage 3, deployment to prod: passed" git push origin main
grep -q "not on remote" "$WORK/out" && fail "it has arrived, and yet is said not to be on the remote"
ok "a rejected push: the journal, the next push and kairon deploy say what prod runs"

echo "$cases cases passed"
