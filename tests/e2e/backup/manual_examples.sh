#!/usr/bin/env bash
# The commands that the pages backup, diff and report show are typed as they are there, in a repository with a real
# PostgreSQL; only addresses and folders are others. (The page recovery: n8n_disaster.sh; adopt: adopt_stories.sh.)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tests/support/postgres.sh
. "$here/../support/postgres.sh"
postgres_begin
build=$(cd "${KAIRON_BUILD_DIR:-$here/../../build-debug}" && pwd)
pages=$here/../../lib/manual
export PATH=$build:$PATH
sql postgres "CREATE DATABASE shop"
sql shop "CREATE TABLE note (id bigint PRIMARY KEY)"
mkdir "$folder/r" && cd "$folder/r"
git init -q . && mkdir n8n-workflows db "$folder/www"
echo '{"name":"Route_Event","nodes":[],"connections":{}}' >n8n-workflows/Route_Event.json
git add . && git -c user.name=t -c user.email=t@localhost commit -q -m first
echo '{"name":"Route_Event","nodes":[],"connections":{},"settings":{"timezone":"UTC"}}' >n8n-workflows/Route_Event.json
git -c user.name=t -c user.email=t@localhost commit -q -am second
git branch -m main && cp n8n-workflows/Route_Event.json "$folder/OLD.json" && cp "$folder/OLD.json" "$folder/NEW.json"

typed=0
# types LINE: as the page has it, with the places of this test.
types() {
  local line=$1 newest
  line=${line%%  #*}
  line=${line//\/var\/backups\/kairon/$folder/backups}
  line=${line//\/var\/www\/kairon/$folder/www}
  line=${line//postgresql:\/\/app@db.example.org\/shop/postgresql://postgres@/shop?host=$socket}
  line=${line//OLD.json/$folder/OLD.json}
  line=${line//NEW.json/$folder/NEW.json}
  newest=$(find "$folder/backups/prod" -mindepth 1 -maxdepth 1 -name '2*' 2>/dev/null | sort | tail -1 || true)
  read -ra words <<<"$line"
  KAIRON_APPROVE=prod:restore:prod/$(basename "${newest:-none}") ends_with 0 "${words[@]}"
  typed=$((typed + 1))
}
block() { awk '/^```/ { inside = !inside; next } inside && /^(kairon|git) /' "$pages/$1.md"; }

while IFS= read -r line; do types "$line"; done < <(block backup)
[ "$typed" = 6 ] || fail "the page backup has $typed commands"
says 'restore prod: ok, 1 table, 0 rows in '
ok "the page backup"

while IFS= read -r line; do types "$line"; done < <(block report)
[ "$typed" = 7 ] || fail "the page report has other commands"
grep -q '<!doctype html>' "$folder/www/index.html" || fail "no page was written"
ok "the page report"

# Placeholders of the table: two commits, a file, two files.
while IFS= read -r line; do
  line=${line//A..B/HEAD~1..HEAD}
  line=${line//COMMIT/HEAD~1}
  line=${line//main..HEAD/main~1..HEAD}
  types "${line//FILE/n8n-workflows/Route_Event.json}"
done < <(grep -oE '`kairon diff[^`]*`' "$pages/diff.md" | tr -d '`')
[ "$typed" = 15 ] || fail "the page diff has $((typed - 7)) commands"
says '"Route_Event"'
ok "the page diff"
