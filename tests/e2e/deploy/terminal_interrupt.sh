#!/usr/bin/env bash
# Ctrl-C on a real terminal: in the trial of a migration, at the question before a restore, in the restore itself, and at
# the question before production. Each ends with 130 and a clean line, and leaves no server, no temporary folder and no
# change of index, work tree or database. At 80 and at 50 columns.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tests/support/postgres.sh
. "$here/../support/postgres.sh"
# shellcheck source=tests/support/terminal.sh
. "$here/../support/terminal.sh"
command -v python3 >/dev/null || { echo "skipped: no python3" && exit 77; }
postgres_begin
build=$(cd "${KAIRON_BUILD_DIR:-$here/../../build-debug}" && pwd)
export PATH=$build:$PATH TMPDIR=$folder/tmp XDG_CACHE_HOME=$folder/home/.cache
mkdir -m 1777 "$TMPDIR"
git config --global user.name terminal && git config --global user.email terminal@localhost
git config --global init.defaultBranch main

# --- A repository with a slow migration, a database with a backup, an n8n that answers without workflows ---
sql postgres "CREATE DATABASE shop"
sql shop "CREATE TABLE note (id bigint PRIMARY KEY, v text); INSERT INTO note SELECT i, repeat('x', 900) FROM generate_series(1, 60000) i"
git init -q "$folder/r" && cd "$folder/r"
mkdir -p n8n-workflows db/migrations
printf '{"name":"A","nodes":[{"id":"1","name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{}}],"connections":{},"settings":{}}\n' >n8n-workflows/A.json
git add . && git commit -q -m first
git init -q --bare "$folder/remote.git" && git remote add origin "$folder/remote.git" && git push -q -u origin main
printf 'SELECT pg_sleep(120);\nCREATE TABLE a_table_with_a_long_name (id bigint PRIMARY KEY);\n' >db/migrations/001_a_migration_with_a_name_that_is_long.sql
printf 'DROP TABLE a_table_with_a_long_name;\n' >db/migrations/001_a_migration_with_a_name_that_is_long_rollback.sql
git add . && printf '\n' >>n8n-workflows/A.json
git config kairon.backup.directory "$folder/backups"
git config kairon.env-prod.database "postgresql://postgres@/shop?host=$socket"
ends_with 0 kairon backup prod
cat >"$folder/n8n.py" <<'PY'
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"data":[],"nextCursor":null}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_POST(self):
        open(sys.argv[1] + ".written", "a").write(self.path + "\n")
        self.send_error(500)
    def log_message(self, *_): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
open(sys.argv[1] + ".new", "w").write(str(server.server_address[1]))
import os
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
PY
python3 "$folder/n8n.py" "$folder/port" &
n8n=$!
end_all() { terminal_end && kill "$n8n" 2>/dev/null; }
until [ -e "$folder/port" ]; do sleep 0.1; done

# as WORDS...: kairon, whose process id is in $folder/pid
printf '#!/bin/sh\necho $$ >%s/pid\nexec kairon "$@"\n' "$folder" >"$folder/as"
chmod +x "$folder/as"

state() {
  git status --porcelain
  git ls-files --stage
  find . -path ./.git -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
}
databases() { sql postgres "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database"; }
rows() { sql shop "SELECT count(*), sum(id) FROM note"; }
before=$(state)
databases_before=$(databases)
rows_before=$(rows)

# interrupted WHAT: the screen ends with the status, the question and the progress are gone, nothing is left behind.
interrupted() {
  terminal_wait 'ended with 130'
  screen >"$folder/out"
  grep -qx 'ended with 130' "$folder/out" || fail "$1: the status is not on a line of its own"
  ! grep -qE '\([0-9]+ s\)' "$folder/out" || fail "$1: the progress line stays"
  local left
  left=$(find "$TMPDIR" -mindepth 1 | head -3)
  [ -z "$left" ] || fail "$1 leaves $left"
  # A server may be in memory; its folder's name holds the process id of the command.
  left=$(compgen -G "/dev/shm/kairon-*-$(cat "$folder/pid")-*" || true)
  [ -z "$left" ] || fail "$1 leaves $left"
  left=$(pgrep -f "$TMPDIR/|$XDG_CACHE_HOME/" || true)
  [ -z "$left" ] || fail "$1 leaves the processes $left"
  [ "$(state)" = "$before" ] || fail "$1 changes index or work tree"
  [ "$(databases)" = "$databases_before" ] || fail "$1 leaves $(databases)"
  [ "$(rows)" = "$rows_before" ] || fail "$1 changes rows"
  # What is typed next is seen.
  terminal_type "stty -a | grep -ow -- '-\\?echo'"
  terminal_wait "grep -ow"
  terminal_wait 'echo'
  screen | grep -qx 'echo' || fail "$1: the terminal does not echo"
  terminal_end
  ok "$1, $width columns"
}

for width in 80 50; do
  terminal_begin "$width" 24
  extra_end=end_all
  terminal_type "'$folder/as' migrate test; echo ended with \$?"
  terminal_wait 'migrations 001_a_migration'
  screen >"$folder/out"
  [ "$(grep -c 'migrations 001_a_migration' "$folder/out")" = 1 ] || fail "the progress line wraps or repeats"
  terminal_keys C-c
  interrupted "Ctrl-C in the trial"

  terminal_begin "$width" 24
  extra_end=end_all
  terminal_type "'$folder/as' restore latest prod; echo ended with \$?"
  terminal_wait 'ype prod'
  terminal_keys C-c
  interrupted "Ctrl-C at the question before a restore"

  terminal_begin "$width" 24
  extra_end=end_all
  terminal_type "'$folder/as' restore latest prod; echo ended with \$?"
  terminal_wait 'ype prod'
  terminal_type prod
  # Inside of the restore: its database is there.
  for _ in $(seq 1 600); do
    [ "$(databases)" = "$databases_before" ] || break
    sleep 0.02
  done
  terminal_keys C-c
  interrupted "Ctrl-C in a restore"

  terminal_begin "$width" 24
  extra_end=end_all
  KAIRON_PORT=$(cat "$folder/port")
  terminal_type "git stash -q; KAIRON_GATE_MIGRATE=off KAIRON_ENV_PROD_N8NURL=http://127.0.0.1:$KAIRON_PORT KAIRON_ENV_PROD_N8NAPIKEY=k '$folder/as' deploy prod; code=\$?; git stash pop -q --index; echo ended with \$code"
  terminal_wait 'ype prod'
  terminal_keys C-c
  interrupted "Ctrl-C at the question before production"
  [ ! -e "$folder/port.written" ] || fail "production was written to"
done

# --- A result begins its line: nothing of the question or the progress is in front of it ---
terminal_begin 80 24
extra_end=end_all
terminal_type "'$folder/as' restore latest prod; echo ended with \$?"
terminal_wait 'ype prod'
terminal_type prod
terminal_wait 'ended with 0'
screen >"$folder/out"
grep -q '^restore prod: ok, 1 table' "$folder/out" || fail "the result does not begin its line"
ok "a restore's result is on a clean line"

# --- Colours: on a terminal, not with NO_COLOR ---
printf '{"name":"B","nodes":[],"connections":{"X":{"main":[[{"node":"Y","type":"main","index":0}]]}}}\n' >n8n-workflows/B.json
terminal_type "clear; env -u NO_COLOR TERM=screen kairon check n8n-workflows/B.json; echo ended with \$?"
terminal_wait 'ended with 1'
painted | grep -q $'\033\\[[0-9;]*31m' || fail "an error is not red on a terminal"
terminal_type "clear; NO_COLOR=1 kairon check n8n-workflows/B.json; echo ended with \$?"
terminal_wait 'ended with 1'
! painted | grep -q $'\033\\[[0-9;]*31m' || fail "NO_COLOR is not honoured"
ok "colours on a terminal, and none with NO_COLOR"
