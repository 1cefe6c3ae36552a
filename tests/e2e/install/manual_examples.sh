#!/usr/bin/env bash
# Every command that the manual shows is typed as it is there: a block's lines in their order, those in a sentence each
# in a repository of its own. Only placeholders, addresses and folders are others. A new example is typed without being
# named here; what cannot run here is in one of the two lists below, which hold nothing that the manual does not show.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tests/support/postgres.sh
. "$here/../support/postgres.sh"
pages=$here/../../lib/manual

# Example | the test that runs it | why it is not typed here. "PAGE:" is a block of that page.
elsewhere() {
  cat <<'LIST'
recovery: | deploy/n8n_disaster.sh | an empty n8n server and a lost database
kairon deploy dev|staging|prod | deploy/n8n_deploy.sh | an n8n server
kairon deploy ENV | deploy/n8n_deploy.sh | an n8n server
kairon deploy ENV --dry-run | deploy/n8n_deploy.sh | an n8n server
kairon deploy ENV --resume | deploy/n8n_deploy.sh | an n8n server
kairon deploy ENV --rollback | deploy/n8n_late.sh | an n8n server
kairon deploy ENV --verify | deploy/n8n_health.sh | an n8n server
kairon deploy pull NAME | deploy/n8n_deploy.sh | an n8n server
kairon smoke ENV | deploy/n8n_smoke.sh | an n8n server
kairon smoke local | deploy/n8n_local.sh | an n8n that can be started
kairon new test --from FILE | deploy/n8n_local.sh | a file of payloads
kairon new test --from-execution 1234 --env prod | deploy/n8n_record.sh | an n8n server
kairon record ENV | deploy/n8n_record.sh | an n8n server
kairon record prod --since 7d | deploy/n8n_record.sh | an n8n server
kairon restore --salvage FILE | backup/restore.sh | a damaged dump
kairon health [ENV] | deploy/n8n_health.sh | an n8n server
kairon health ENV | deploy/n8n_health.sh | an n8n server
kairon health prod | deploy/n8n_health.sh | an n8n server
kairon hooks install --server --repo shop.git | push/receive.sh | a bare repository on a server
kairon hooks install --config | install/hooks_configured.sh | git 2.54
git push -o kairon.skip | push/receive.sh | a server that takes push options
kairon catalogue update | check/n8n_catalogue.sh | node descriptions of an n8n
kairon catalogue update --community PACKAGE | check/n8n_catalogue.sh | the npm registry
kairon catalogue update --n8n | check/n8n_catalogue.sh | an n8n server
kairon ops install | install/ops_install.sh | the machine's systemd
./install.sh --uninstall | install/install_script.sh | builds and installs the suite
docker run -d --name kairon-trial -p 127.0.0.1:5499:5432 -e POSTGRES_PASSWORD=trial postgres:16 | migrate/migrate_versions.sh | a Docker daemon
LIST
}

# The name of a command in a sentence about it: its help page is what the reader is sent to.
named() {
  cat <<'LIST'
git config
kairon deploy
kairon drill
kairon health
kairon restore
kairon restore credentials
kairon smoke
LIST
}

# Example | its exit status here | why it is not 0.
answers() {
  cat <<'LIST'
LIST
}

# blocks PAGE: the commands of its ``` blocks; sentences PAGE: those between ` and `
blocks() { awk '/^```/ { inside = !inside; next } inside && /^([A-Z_]+=|kairon |git |docker |export |cd |rm |\.\/|psql |pg_)/' "$pages/$1.md"; }
sentences() {
  awk '/^```/ { inside = !inside; next } !inside' "$pages/$1.md" | tr '\n' ' ' | grep -oE '`[^`]+`' | tr -d '`' |
    grep -E '^([A-Z_]+=[^ ]* )*(kairon|git|docker|pg_dump|\./install\.sh) ' || true
}

# --- The lists name what the manual shows, and tests that exist ---
shown=$(for page in "$pages"/*.md; do name=$(basename "$page" .md) && { [ "$name" = README ] || { sentences "$name" && blocks "$name"; }; }; done | sort -u)
while IFS='|' read -r -a parts; do
  # The command may hold a | itself: test and reason are the last two parts.
  count=${#parts[@]}
  command=$(IFS='|' && echo "${parts[*]:0:count-2}" | sed 's/ *$//')
  test_file=$(tr -d ' ' <<<"${parts[count - 2]}")
  [ -x "$here/$test_file" ] || { echo "the list of examples names no test: $test_file" && exit 1; }
  case $command in
    *:) grep -q "lib/manual/${command%:}.md" "$here/$test_file" || { echo "$test_file does not read the page ${command%:}" && exit 1; } ;;
    *) grep -qxF -- "$command" <<<"$shown" || { echo "the manual does not show: $command" && exit 1; } ;;
  esac
done < <(elsewhere)
while IFS= read -r command; do
  grep -qxF -- "$command" <<<"$shown" || { echo "the manual does not name: $command" && exit 1; }
done < <({ named && answers | sed 's/ |.*//'; })
is_elsewhere() { elsewhere | grep -qF -- "$1 | "; }
is_named() { named | grep -qxF -- "$1"; }

# --- A repository with a remote, a staged change, databases and an installed suite ---
postgres_begin
build=$(cd "${KAIRON_BUILD_DIR:-$here/../../build-debug}" && pwd)
cmake --install "$build" --prefix "$folder/prefix" >"$folder/install.log"
export PATH=$folder/prefix/bin:$PATH XDG_CACHE_HOME=$folder/home/.cache npm_config_registry=http://127.0.0.1:9
export GIT_EDITOR="sh -c 'echo message >\"\$0\"'"
git config --global user.name manual && git config --global user.email manual@localhost
git config --global init.defaultBranch main
sql postgres "CREATE DATABASE shop"
sql postgres "CREATE DATABASE dev"
sql shop "CREATE TABLE note (id bigint PRIMARY KEY)"
git init -q "$folder/template" && cd "$folder/template"
mkdir -p n8n-workflows db/migrations "$folder/www"
workflow() {
  printf '{"id":"abcdefghijklmnop","name":"Route_Event","nodes":[{"id":"1","name":"Start","type":"n8n-nodes-base.webhook","typeVersion":2,"webhookId":"route","position":[0,0],"parameters":{"path":"route","httpMethod":"POST"}}],"connections":{},"settings":{%s}}\n' "$1"
}
workflow '' >n8n-workflows/Route_Event.json
git add . && git commit -q -m first
workflow '"timezone":"UTC"' >n8n-workflows/Route_Event.json
printf 'CREATE TABLE IF NOT EXISTS public.tag (id bigint PRIMARY KEY);\n' >db/migrations/001_tag.sql
printf 'DROP TABLE public.tag;\n' >db/migrations/001_tag_rollback.sql
git add . && git commit -q -m second
cp n8n-workflows/Route_Event.json "$folder/OLD.json" && cp "$folder/OLD.json" "$folder/NEW.json"
git init -q --bare "$folder/template.git"
git remote add origin "$folder/template.git" && git push -q -u origin main
git config kairon.backup.directory "$folder/backups"
git config kairon.env-prod.database "postgresql://postgres@/shop?host=$socket"
git config kairon.env-dev.database "postgresql://postgres@/dev?host=$socket"
workflow '"timezone":"Europe/Vienna"' >n8n-workflows/Route_Event.json
git add .
kairon hooks install >/dev/null

number=0
# fresh: a copy of the template with a remote of its own becomes the current folder.
fresh() {
  number=$((number + 1))
  cp -a "$folder/template" "$folder/r$number" && cp -a "$folder/template.git" "$folder/r$number.git"
  cd "$folder/r$number" && git remote set-url origin "$folder/r$number.git"
}

# placed LINE: with this test's places instead of placeholders and addresses.
placed() {
  sed -e 's/  *#.*//' -e 's/ *\[[^]]*\]//g' \
    -e "s|/var/backups/kairon|$folder/backups|; s|/var/www/kairon|$folder/www|" \
    -e "s|postgresql://app@db.example.org/shop|'postgresql://postgres@/shop?host=$socket'|" \
    -e "s|docker exec kairon-trial psql|psql -h $socket -d postgres|" \
    -e "s|kairon_test:trial@127.0.0.1:5499/postgres|kairon_test:trial@/postgres?host=$socket|" \
    -e 's/--write-baseline FILE/--write-baseline new.json/; s/--output FILE/--output page.html/' \
    -e 's/\bmain\.\.HEAD/main~1..HEAD/; s/\bA\.\.B\b/HEAD~1..HEAD/; s/\bCOMMIT\b/HEAD~1/' \
    -e "s|OLD\.json|$folder/OLD.json|; s|NEW\.json|$folder/NEW.json|" \
    -e 's|\bFILE\b|n8n-workflows/Route_Event.json|; s|\bPATH\b|n8n-workflows/Route_Event.json|; s|\bURL\b|https://n8n.example.org|' \
    -e 's|\bRULE\b|node/unreachable|; s|\bWORKFLOW\b|Route_Event|' \
    -e 's|\bNODE\b|Start|; s|\bNAME\b|add_tags|; s|\bENV\b|prod|; s|\bTOPIC\b|check|; s|\bCOMMAND\b|check|' \
    -e "s|^pg_dump|pg_dump -h $socket -U postgres -d shop|" <<<"$1"
}

typed=0
types() {
  local line newest wanted
  line=$(placed "$1")
  wanted=$(answers | grep -F -- "$1 | " | cut -d'|' -f2 | tr -d ' ' || true)
  newest=$(find "$folder/backups/prod" -mindepth 1 -maxdepth 1 -name '2*' 2>/dev/null | sort | tail -1 || true)
  typed=$((typed + 1))
  case $line in
    export\ *) eval "$line" ;;
    *) KAIRON_APPROVE=prod:restore:prod/$(basename "${newest:-none}") ends_with "${wanted:-0}" bash -c "$line" ;;
  esac
}

for file in "$pages"/*.md; do
  page=$(basename "$file" .md)
  [ "$page" != README ] || continue
  before=$typed
  if [ -n "$(blocks "$page")" ] && ! is_elsewhere "$page:"; then
    fresh
    while IFS= read -r line; do is_elsewhere "$line" || types "$line"; done < <(blocks "$page")
    case $page in
      backup) says 'restore prod: ok, 1 table, 0 rows in ' ;;
      report) grep -q '<!doctype html>' "$folder/www/index.html" || fail "no page was written" ;;
      security) ends_with 0 kairon migrate test ;;
    esac
    unset KAIRON_TEST_DATABASE_URL
  fi
  while IFS= read -r line; do
    fresh
    if is_named "$line"; then
      [[ $line == git* ]] || ends_with 0 bash -c "$(cut -d' ' -f1,2 <<<"$line") --help"
    elif ! is_elsewhere "$line"; then
      types "$line"
    fi
  done < <(sentences "$page" | sort -u)
  ok "the page $page: $((typed - before)) commands"
done
[ "$typed" -ge 80 ] || fail "only $typed commands are found in the manual: this test has lost its input"
