#!/usr/bin/env bash
# The manual's page "recovery", executed: its commands are taken from there, in their
# order, with the example's hosts replaced. Before: a system that works and is backed up. Then everything
# but the git remote and the backups is gone: both servers, their databases, the work tree, n8n's key.
# shellcheck source=tests/support/logbook.sh
. "$(dirname "$0")/../../support/logbook.sh"
command -v jq >/dev/null || skip "no jq"
page=$source_dir/lib/manual/recovery.md

# --- The chapter's commands ---------------------------------------------------------------------
mapfile -t lines < <(sed -n '/^```$/,/^```$/p' "$page" | grep -v '^```$')
[ "${#lines[@]}" -ge 12 ] || { echo "FAILED: the page has only ${#lines[@]} commands" && exit 1; }
for word in 'git clone' 'kairon restore latest' 'kairon restore credentials --template' 'kairon deploy' 'kairon smoke' 'kairon health' 'kairon drill'; do
  grep -q "^$word" < <(printf '%s\n' "${lines[@]}") || { echo "FAILED: the page lacks: $word" && exit 1; }
done

# --- A system that works ------------------------------------------------------------------------
n8n_begin
n8n_start prod WEBHOOK_PATH=logbook-in
logbook_repository
logbook_environment prod
# In production nothing is mocked: the chat's host is a server of our own, the model's cases are left out.
chat=$(free_port)
python3 - "$chat" <<'PY' &
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"id": "1"}')
    do_GET = do_POST = do_PUT = answer
    def log_message(self, *args):
        pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
PY
N8N_PIDS[chat]=$!
listening "$chat"
sed -i "s|https://chat.example.org|http://127.0.0.1:$chat|" n8n-workflows/*.json
(cd n8n-workflows/tests/regression && rm -f commands.json edges.json reactions.json aliases.json schedule.json &&
  jq 'map(select(.test_name | test("saves a thread") | not))' threads.json >threads && mv threads threads.json)
printf '[smoke]\n\twebhookPath = logbook-in\n' >.kairon
commit "production's chat"
export KAIRON_APPROVE
git clone -q --bare . "$WORK/remote.git"
backups=$WORK/backups
git config kairon.backup.directory "$backups"
KAIRON_APPROVE=prod:$(git rev-parse HEAD)
expect 0 "14 created" "$kairon" deploy prod
pg logbook_prod "insert into events (event_type, payload, idempotency_key) select 'message', jsonb_build_object('n', i), 'before ' || i from generate_series(1, 2000) i"
content() { pg logbook_prod "select md5(string_agg(e::text, ',' order by e::text)) from events e"; }
expect 0 "1 migration, 0 pending" "$kairon" migrate status --env prod
before=$(content)
expect 0 "14 workflows" "$kairon" backup prod
jq -e '.credentials | length > 0 and all(.type != "" and .name != "")' "$backups"/prod/2*/n8n.json >/dev/null || fail "n8n.json names no credentials"
jq -e '(.workflows | length) == 14 and (.workflows[0].nodes | length) > 0 and (.tags | type) == "array"' "$backups"/prod/2*/n8n.json >/dev/null || fail "n8n.json"
! grep -rq "$N8N_KEY" "$backups" || fail "the API key is in the backup"
ok "a system that works, backed up"

# --- Everything is gone -------------------------------------------------------------------------
cd "$WORK"
n8n_crash prod
stop_postgres
rm -rf "$WORK/pg" "$WORK/repo" "$WORK/n8n-prod"
for name in $(compgen -e KAIRON_ENV_); do unset "$name"; done
start_postgres
N8N_SECRET=another-key-of-a-new-server
make_template
n8n_start prod WEBHOOK_PATH=logbook-in
[ "$(pg postgres "select count(*) from pg_database where datname = 'logbook_prod'")" = 0 ] || fail "the database is still there"
[ "$(pg n8n_prod 'select count(*) from credentials_entity')" = 0 ] || fail "n8n still has credentials"
ok "new servers, empty"

# --- The chapter --------------------------------------------------------------------------------
export HOME=$WORK/home
mkdir -p "$HOME" "$WORK/bin"
ln -s "$kairon" "$WORK/bin/kairon"
PATH=$WORK/bin:$PATH
git config --global user.email t@example.org
git config --global user.name T
# What the example calls its hosts, and what they are here.
real() {
  sed -e "s|https://git.example.org/shop.git|$WORK/remote.git|" -e "s|postgresql://postgres@db.example.org/shop|postgresql://postgres@127.0.0.1:$PG_PORT/logbook_prod|" \
    -e "s|postgresql://postgres@db.example.org/n8n|$(n8n_value DB prod)|" -e "s|https://n8n.example.org|$(n8n_value URL prod)|" \
    -e "s|n8nApiKey KEY|n8nApiKey $N8N_KEY|" -e "s|/var/backups/kairon|$backups|"
}
# What the user types into the form.
fill_in() {
  jq '(.[] | select(.type == "postgres").data) |= (.host = "127.0.0.1" | .port = '"$PG_PORT"' | .database = "logbook_prod" | .user = "postgres" | .password = "x" | .maxConnections = 5 | .ssl = "disable")
    | (.[] | select(.type == "httpHeaderAuth").data) = {name: "Authorization", value: "x"} | (.[] | select(.type == "openRouterApi").data.apiKey) = "x"' "$1" >"$1.new"
  mv "$1.new" "$1"
}
begun=$SECONDS
ran=0
for line in "${lines[@]}"; do
  command=$(real <<<"${line%%  #*}" | sed 's/ *$//')
  [ -n "$command" ] || continue
  case $command in
    "kairon restore latest"*) KAIRON_APPROVE=prod:restore:prod/$(basename "$(find "$backups/prod" -name '2*' | sort | tail -1)") ;;
    "kairon smoke"*) KAIRON_APPROVE=prod:smoke ;;
    "kairon deploy"*) KAIRON_APPROVE=prod:$(git rev-parse HEAD) ;;
    "kairon restore credentials ~"*) fill_in "$HOME/credentials.json" ;;
    "kairon "* | "git clone "* | "git config "* | "cd "* | "rm "*) ;;
    *) fail "the chapter has a command that is neither kairon nor git: $command" ;;
  esac
  started=$SECONDS
  # In this shell, because of cd.
  eval "$command" >"$WORK/out" 2>&1 </dev/null || { grep -q . "$WORK/out" || true; fail "the chapter's command failed: $command"; }
  ran=$((ran + 1))
  [[ $command != kairon* ]] || ok "$command [$((SECONDS - started)) s]: $(grep -v '^ *$' "$WORK/out" | tail -1 | cut -c1-150)"
done
took=$((SECONDS - begun))

# --- It is the system that it was ---------------------------------------------------------------
[ "$(pg logbook_prod "select count(*) from events where idempotency_key like 'before %'")" = 2000 ] || fail "rows are missing"
[ "$(pg logbook_prod "select md5(string_agg(e::text, ',' order by e::text)) from events e where idempotency_key like 'before %'")" = "$before" ] || fail "rows have changed"
[ "$(pg n8n_prod 'select count(*) from workflow_entity where not "isArchived"')" = 14 ] || fail "not all workflows are there"
expect 0 "14 unchanged" kairon deploy prod
echo '[{"type": "httpHeaderAuth", "name": "Chat API", "data": {"name": "a", "value": "b"}}]' >"$WORK/again.json"
expect 0 "0 made, 1 were there, 0 missing" kairon restore credentials "$WORK/again.json" prod
pg n8n_prod "delete from credentials_entity where name = 'Chat API'"
echo '[{"type": "httpHeaderAuth", "name": "Chat API", "data": {"nonsense": 1}}]' >"$WORK/again.json"
expect 1 "n8n refuses the httpHeaderAuth credential 'Chat API'" kairon restore credentials "$WORK/again.json" prod
says "still missing: the httpHeaderAuth credential 'Chat API'"
ok "$ran commands of the page, $took seconds: the system is what it was"
