#!/usr/bin/env bash
# kairon report: one page about the work tree, without a server; it opens in a browser as it is.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
kairon=$build/kairon

seed
bad B >n8n-workflows/B.json
mkdir -p db/migrations
printf 'CREATE TABLE notes (id bigint PRIMARY KEY);\n' >db/migrations/001_notes.sql
printf 'DROP TABLE notes;\n' >db/migrations/001_notes_rollback.sql
run "$kairon" report --output "$sandbox/report.html"
[[ $status == 0 ]] || fail "no report"
mentions "report written to $sandbox/report.html"
page=$(cat "$sandbox/report.html")
[[ $page == "<!doctype html>"* ]] || fail "not a page"
for part in 'connection/missing-node' 'No Such Node' 'CREATE TABLE notes (id bigint PRIMARY KEY)' 'n8n-workflows/B.json' \
  'No trial is recorded' 'kairon report --env NAME asks the servers'; do
  [[ $page == *"$part"* ]] || fail "the page does not say: $part"
done
[[ $page != *"<script"* && $page != *"src="* ]] || fail "the page loads something"
grep -q 'DROP TABLE notes' "$sandbox/report.html" && fail "a rollback file is listed as a migration"

run "$kairon" report --format markdown
[[ $status == 0 ]] || fail "no markdown"
mentions '| `connection/missing-node` | 1 |'
mentions '| `B` | 2 |'

mentions '| `db/migrations/001_notes.sql` | 1 |'
mentions 'No trial is recorded on this machine'
mentions 'kairon report --env NAME'
mentions 'made without asking a server'

# What a trial saw of a migration is in the report, and in the diff of this very file.
if compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then
  printf 'ALTER TABLE notes ADD COLUMN body text;\n' >db/migrations/002_body.sql
  printf 'ALTER TABLE notes DROP COLUMN body;\n' >db/migrations/002_body_rollback.sql
  run "$kairon" migrate test
  [[ $status == 0 ]] || fail "the trial"
  run "$kairon" report
  mentions 'passed on '
  mentions 'ACCESS EXCLUSIVE on public.notes'
  run "$kairon" report --format markdown
  mentions '`+ column public.notes.body: text; '
  run "$kairon" diff
  mentions '  + column public.notes.body: text'
  mentions 'last trial: '
  echo '-- edited' >>db/migrations/002_body.sql
  run "$kairon" diff db/migrations/002_body.sql
  [[ $output != *"last trial"* ]] || fail "the trial of another content is shown"
else
  echo "skipped: no PostgreSQL server, so no trial was shown"
fi

# The gate's stages, on and off.
git config kairon.gate.smoke off
run "$kairon" report --format markdown
mentions 'off: smoke tests at push; [gate] smoke = off'
git config --unset kairon.gate.smoke
grep -q 'off: deployment at push; no environment is configured' "$sandbox/report.html" ||
  fail "the page says that a stage is on which has nothing to do"
grep -q 'on: migration trial at push' "$sandbox/report.html" || fail "the page does not say that a stage is on"

# An environment is asked only on request; what does not answer is said, and the report is made all the same.
ends_with 2 "$kairon" report --env prod
mentions 'no environment is configured'
ends_with 2 "$kairon" report --env nowhere
git config kairon.env-prod.n8nUrl http://127.0.0.1:9
git config kairon.env-prod.n8nApiKey not-a-key
run "$kairon" report --format markdown
[[ $output != *127.0.0.1* ]] || fail "a server was asked that nobody wanted to know of"
run "$kairon" report --output "$sandbox/configured.html"
grep -q 'on: deployment at push' "$sandbox/configured.html" || fail "the page does not say that deployments are on"
run "$kairon" report --env prod --format markdown
[[ $status == 0 ]] || fail "no report about a server that is away"
mentions 'asked: prod: n8n: '
mentions '- degraded: prod n8n: '
[[ $output != *not-a-key* ]] || fail "the key is in the report"
# A server that takes the connection and never answers.
python3 - "$sandbox/port" <<'PY' &
import socket, sys, time
server = socket.create_server(("127.0.0.1", 0))
open(sys.argv[1] + ".new", "w").write(str(server.getsockname()[1]))
import os
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(60)
PY
silent_server=$!
while [[ ! -e $sandbox/port ]]; do sleep 0.05; done
git config kairon.env-prod.n8nUrl "http://127.0.0.1:$(<"$sandbox/port")"
begun=$SECONDS
run "$kairon" report --env prod --output "$sandbox/report.html"
kill "$silent_server"
[[ $status == 0 && $((SECONDS - begun)) -lt 20 ]] || fail "the report waits $((SECONDS - begun)) s for a server"
grep -q 'asked: prod: no answer within 10 s' "$sandbox/report.html" || fail "the page does not say who did not answer"

# A repository without commits, and none at all.
new_repo "$sandbox/empty"
run "$kairon" report --format markdown
[[ $status == 0 ]] || fail "a repository without commits"
mentions 'at commit none'
mkdir "$sandbox/nowhere"
cd "$sandbox/nowhere"
ends_with 2 "$kairon" report
mentions 'works inside a git repository'
