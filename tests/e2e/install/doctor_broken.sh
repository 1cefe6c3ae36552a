#!/usr/bin/env bash
# kairon doctor on broken set-ups: each one is found, by a line of its own that names it and its remedy,
# and a whole one has no other line than OK.
set -euo pipefail
# shellcheck source=tests/e2e/install/installed.sh
. "$(dirname "$0")/installed.sh"
bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1 || true)
if [ -z "$bin" ] || ! command -v psql >/dev/null; then
  echo 'skipped: no PostgreSQL server is installed'
  exit 77
fi
for variable in $(compgen -e KAIRON_ || true); do unset "$variable"; done
install_suite

# --- Servers: a PostgreSQL, and what the doctor asks of an n8n 2 ------------------------------------
as=()
if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid=nobody --regid=nogroup --clear-groups) && chmod 755 "$work"; fi
mkdir -m 777 "$work/pg"
cat >"$work/n8n.py" <<'PY'
import http.server, json, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        path = self.path.split("?")[0]
        key = self.headers.get("X-N8N-API-KEY")
        status, body = 404, {"message": "not found"}
        if key != "the-right-key-0123456789":
            status, body = 401, {"message": "unauthorized"}
        elif path == "/api/v1/workflows":
            status, body = 200, {"data": [], "nextCursor": None}
        elif path == "/api/v1/credentials":
            status, body = 200, {"data": json.load(open(sys.argv[1] + "/credentials.json")), "nextCursor": None}
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)
    def log_message(self, *args): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
open(sys.argv[1] + "/port.tmp", "w").write(str(server.server_port))
os.rename(sys.argv[1] + "/port.tmp", sys.argv[1] + "/port")
server.serve_forever()
PY
trap '"${as[@]}" "$bin/pg_ctl" -D "$work/pg/data" -m immediate stop >/dev/null 2>&1; kill "${n8n_pid:-}" 2>/dev/null; chmod -R u+w "$work"; rm -rf "$work"' EXIT
"${as[@]}" "$bin/initdb" -D "$work/pg/data" -U postgres -A trust --no-sync >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$work/pg/data" -w -l "$work/pg/log" -o "-c listen_addresses= -c unix_socket_permissions=0777 -k $work/pg -c fsync=off" start >/dev/null
sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 "host=$work/pg user=postgres dbname=$1" -c "$2"; }
sql postgres 'create role kairon login'
sql postgres 'create role stranger login'
sql postgres 'create database app owner kairon'
sql app 'set role kairon; create table notes (id int)'
credential='[{"id":"c1","name":"Kairon DB","type":"postgres"}]'
echo "$credential" >"$work/credentials.json"
python3 "$work/n8n.py" "$work" &
n8n_pid=$!
until [ -s "$work/port" ]; do sleep 0.05; done

# --- A set-up that is whole --------------------------------------------------------------------------
new_repository repo
mkdir n8n-workflows
cat >n8n-workflows/Uses_Database.json <<'JSON'
{"name": "Uses_Database", "active": false, "settings": {"executionOrder": "v1"}, "connections": {"Start": {"main": [[{"node": "Query", "type": "main", "index": 0}]]}},
 "nodes": [{"id": "1", "name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
  {"id": "2", "name": "Query", "type": "n8n-nodes-base.postgres", "typeVersion": 2.4, "position": [200, 0],
   "parameters": {"operation": "executeQuery", "query": "select 1", "options": {}}, "credentials": {"postgres": {"id": null, "name": "Kairon DB"}}}]}
JSON
printf '.env\n' >.gitignore
printf 'N8N_API_URL=\nN8N_API_KEY=\n' >.env.example
printf '[gate]\n  smoke = off\n' >.kairon
git add -A && git commit -qm fixture
touch .env && chmod 600 .env
printf 'N8N_API_URL=http://127.0.0.1:%s\nN8N_API_KEY=the-right-key-0123456789\n' "$(cat "$work/port")" >.env
git config --global kairon.env-prod.database "host=$work/pg user=kairon dbname=app"
chmod 600 "$HOME/.gitconfig"
"$kairon" hooks install --repo . >/dev/null
chmod 600 .git/config
cp -R "$work/repo" "$work/whole" && cp "$HOME/.gitconfig" "$work/gitconfig"

whole() { # back to it
  cd "$work" && rm -rf repo && cp -R whole repo && cp gitconfig "$HOME/.gitconfig" && chmod 600 "$HOME/.gitconfig" && cd repo
}
set_ups=0
# diagnosed STATUS LINE REMEDY: exactly that, and nothing else that is not OK
diagnosed() {
  local others
  expect "$1" "$kairon" doctor
  expect_said "$2"
  expect_said "$3"
  others=$(grep -cE '^(WARN|FAIL)' <<<"$output" || true)
  [ "$others" = "${4:-1}" ] || fail "$others lines that are not OK"
  [[ $output != *right-key* ]] || fail "a secret is shown"
  set_ups=$((set_ups + 1))
}

diagnosed 0 'OK   settings: [env "prod"] n8nApiKey = (set, 24 characters) (.env: N8N_API_KEY)' "may migrate and back up 1 table" 0
expect_said 'OK   settings: [gate] smoke = off (.kairon)'
expect_said "has the credentials of all 1 nodes that name one"
expect 0 "$kairon" doctor --format json
jq -e '.version == 1 and .summary.warn == 0 and .summary.fail == 0 and any(.checks[]; .topic == "environment")' <<<"$output" >/dev/null || fail "the JSON is not as documented"
kill -STOP "$n8n_pid"
expect 0 timeout 60 "$kairon" doctor --offline
kill -CONT "$n8n_pid"
expect_silent_about "prod: n8n at"

# --- Settings ------------------------------------------------------------------------------------------
printf '[kairon]\n  worflows = flows/*.json\n' >.kairon
diagnosed 0 'WARN settings: .kairon: unknown setting [kairon] worflows' 'did you mean workflows?'
printf '[gaet]\n  trial = off\n' >.kairon
diagnosed 0 'WARN settings: .kairon: unknown setting [gaet] trial' 'did you mean the section gate?'
printf '[gate]\n  trial = maybe\n' >.kairon
diagnosed 1 "FAIL settings: [gate] trial (.kairon): 'maybe' is neither on nor off" 'correct it in .kairon' 2 # the tools cannot tell whether a server is needed
printf '[kairon]\n  ruleset = kairn\n' >.kairon
diagnosed 1 "FAIL settings: [kairon] ruleset (.kairon): 'kairn' is not one of kairon, n8n; did you mean kairon?" 'correct it in .kairon'
printf '[lint "node/unreachabel"]\n  severity = off\n' >.kairon
diagnosed 0 'unknown rule node/unreachabel' 'did you mean node/unreachable?'
printf '[env "prod"]\n  n8nUrl = http://evil.example\n' >.kairon
diagnosed 1 'FAIL settings: [env "prod"] n8nUrl is not taken from the committed .kairon' 'git config kairon.env-prod.n8nUrl VALUE'
whole
git config --global kairon.smoke.timeout soon
diagnosed 1 "FAIL settings: [smoke] timeout ($HOME/.gitconfig): 'soon' is not a valid duration" "correct it in $HOME/.gitconfig"
whole
git config kairon.env-prd.window '02:00-06:00 Europe/Vienna'
diagnosed 0 'unknown environment prd' 'did you mean prod?'
whole
git config kairon.env-prod.window '2 to 6'
diagnosed 1 'FAIL settings: [env "prod"] window' "correct it in"
whole
export KAIRON_NOTIFY_ULR=https://example.org
diagnosed 0 'WARN settings: the environment: nothing reads KAIRON_NOTIFY_ULR' 'did you mean KAIRON_NOTIFY_URL?'
unset KAIRON_NOTIFY_ULR

# --- Secrets -------------------------------------------------------------------------------------------
git add -f .env
diagnosed 1 'FAIL settings: .env is committed, so nothing in it is used' 'git rm --cached .env' 2 # and not ignored
whole
chmod 644 .env
diagnosed 0 "WARN credentials: $work/repo/.env has mode 0644: others can read it" "chmod 600 $work/repo/.env"
whole
chmod 644 "$HOME/.gitconfig"
diagnosed 0 "WARN credentials: $HOME/.gitconfig holds secrets and has mode 0644" "chmod 600 $HOME/.gitconfig"
whole
: >.gitignore
diagnosed 0 'WARN credentials: .env is not ignored by git' '.gitignore'
whole
echo 'DISCORD_KAIRON_LOGS_WEBHOOK=' >>.env.example
diagnosed 0 'WARN credentials: .env lacks DISCORD_KAIRON_LOGS_WEBHOOK of .env.example' "add them to $work/repo/.env"
whole

# --- Tools and hooks -----------------------------------------------------------------------------------
printf '[kairon]\n  postgresVersion = 99\n' >.kairon
diagnosed 0 'WARN tools: no PostgreSQL 99 here' 'apt-get install postgresql-99'
whole
git config core.hooksPath .husky
diagnosed 1 'FAIL hooks:' 'kairon hooks install'
whole

# --- Servers -------------------------------------------------------------------------------------------
sed -i 's/^N8N_API_URL=.*/N8N_API_URL=http:\/\/127.0.0.1:1/' .env
diagnosed 1 'FAIL environment: prod: n8n is not ready: http://127.0.0.1:1 does not accept connections' 'check kairon.env-NAME.n8nUrl'
whole
sed -i 's/^N8N_API_KEY=.*/N8N_API_KEY=an-old-key-0123456789/' .env
diagnosed 1 'refuses the API key' 'make a key in n8n'
whole
echo '[{"id":"c1","name":"Other DB","type":"postgres"}]' >"$work/credentials.json"
diagnosed 1 "n8n-workflows/Uses_Database.json: node 'Query' uses the postgres credential 'Kairon DB', which the server does not have" 'create it on the server'
echo "$credential" >"$work/credentials.json"
git config kairon.env-prod.database "host=$work/pg user=kairon dbname=gone"
diagnosed 1 'database "gone" does not exist' 'start PostgreSQL, or correct the connection string'
git config kairon.env-prod.database "host=$work/pg user=stranger dbname=app"
diagnosed 1 "FAIL environment: prod: stranger may not create anything in schema 'public'" 'GRANT CREATE ON SCHEMA public TO stranger' 3
expect_said "stranger may not read 1 of 1 tables (notes): a backup is not whole"
expect_said "1 of 1 tables are not stranger's (notes): migrations cannot alter them"
git config kairon.env-prod.database "host=$work/pg dbname = = x"
diagnosed 1 'the value is not a libpq connection string or url' 'correct it in' 2
whole
git config kairon.env-prod.n8nDatabase "host=$work/pg user=kairon dbname=app"
diagnosed 1 "is not n8n's database" 'correct kairon.env-prod.n8nDatabase'

echo "$set_ups set-ups"
finish
