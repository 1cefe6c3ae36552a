#!/usr/bin/env bash
# kairon report --env: what an n8n and the environment's own database answer: health, and deployments that other
# machines made.
# shellcheck source=tests/support/postgres.sh
. "$(dirname "$0")/../../support/postgres.sh"
postgres_begin
kairon=$(cd "${KAIRON_BUILD_DIR:-build-debug}" && pwd)/kairon
export XDG_CACHE_HOME=$folder/home/.cache GIT_CONFIG_GLOBAL=/dev/null

# An n8n with one active workflow. It answers what the look at its health asks.
cat >"$folder/n8n.py" <<'PY'
import http.server, json, os, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        rows = []
        if self.path.startswith("/api/v1/workflows"):
            rows = [{"id": "1", "name": "Intake", "active": True, "nodes": [], "connections": {}, "settings": {}}]
        body = json.dumps({"data": rows, "nextCursor": None}).encode()
        self.send_response(200 if self.headers["X-N8N-API-KEY"] == "the-key" else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
open(sys.argv[1] + ".new", "w").write(str(server.server_address[1]))
os.rename(sys.argv[1] + ".new", sys.argv[1])
server.serve_forever()
PY
python3 "$folder/n8n.py" "$folder/port" &
n8n=$!
extra_end() { kill "$n8n" 2>/dev/null; }
# shellcheck disable=SC2034  # postgres_end calls it
extra_end=extra_end
while [[ ! -e $folder/port ]]; do sleep 0.05; done

git init -q "$folder/r"
cd "$folder/r"
mkdir n8n-workflows
sql postgres 'CREATE DATABASE app'
git config kairon.env-prod.n8nUrl "http://127.0.0.1:$(<"$folder/port")"
git config kairon.env-prod.n8nApiKey the-key
git config kairon.env-prod.database "host=$socket user=postgres dbname=app"

# Without a table of deployments there is none, and nothing is made.
ends_with 0 "$kairon" report --env prod --format markdown
says '^`asked: prod answered`$'
says '^- ok: prod n8n: `ready, 1 workflow, 1 active'
says '^- ok: prod database: '
[[ $(sql app "SELECT to_regclass('kairon_deployments') IS NULL") == t ]] || fail "a report made a table"
ok "health comes from the servers"

sql app "CREATE TABLE kairon_deployments (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL,
  environment text NOT NULL, commit_id text, by text NOT NULL, result text NOT NULL, failure text);
  INSERT INTO kairon_deployments (at, environment, commit_id, by, result) VALUES
  ('2026-01-02 03:04:05+00', 'prod', '0123456789abcdef0123', 'anna', 'deployed'),
  ('2026-01-03 03:04:05+00', 'prod', NULL, '<b>eve</b>', 'rolled back'),
  ('2026-01-04 03:04:05+00', 'prod', NULL, 'anna', 'unchanged'),
  ('2026-01-05 03:04:05+00', 'dev', NULL, 'dora', 'deployed')"
# The first one is in this machine's journal as well.
mkdir -p .git/kairon/deploy/prod
echo '{"at":"2026-01-02T03:04:06Z","commit":"0123456789abcdef0123","by":"anna","result":"deployed"}' >.git/kairon/deploy/prod/history.jsonl
ends_with 0 "$kairon" report --format markdown
says 'prod: `deployed: 0123456789ab by anna`'
! grep -q 'eve' "$folder/out" || fail "the database was asked unasked"
ends_with 0 "$kairon" report --env all --format markdown
[[ $(grep -c 'deployed: 0123456789ab by anna' "$folder/out") == 1 ]] || fail "one deployment is listed twice"
says '^- 2026-01-03 03:04 UTC prod: `rolled back: the work tree by <b>eve</b>`'
! grep -qE 'unchanged|dora' "$folder/out" || fail "what is no deployment to prod is listed"
ends_with 0 "$kairon" report --env prod --env prod
says 'rolled back: the work tree by &lt;b&gt;eve&lt;/b&gt;'
! grep -q 'the-key' "$folder/out" || fail "the key is in the report"
ok "deployments of other machines are in the report"

# One part that does not answer does not hide the other.
kill "$n8n"
ends_with 0 "$kairon" report --env prod --format markdown
says '^`asked: prod: n8n: '
says '^- ok: prod database: '
says 'rolled back: the work tree'
ok "the database is heard without n8n"
