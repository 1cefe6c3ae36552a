#!/usr/bin/env bash
# The fixture system tests/fixtures/smoke ("logbook": webhook -> events -> traces -> projections) in a
# repository of its own, with its database and credentials on an n8n started by n8n.sh.
#
#   logbook_repository          a fresh repository in $WORK/repo, committed; goes there
#   logbook_environment NAME    database and credentials for a running n8n NAME; exports its settings
# shellcheck source=tests/support/n8n_cases.sh
. "$(dirname "${BASH_SOURCE[0]}")/n8n_cases.sh"

commit() { git add -A && git commit -q --no-verify -m "$1"; }

logbook_repository() {
  rm -rf "$WORK/repo"
  cp -r "$source_dir/tests/fixtures/smoke" "$WORK/repo"
  cd "$WORK/repo"
  git init -q -b main . && git config user.email t@example.org && git config user.name T
  git config kairon.smoke.webhookPath logbook-in
  commit logbook
}

logbook_credential() { # instance, name, type, data
  api "$1" POST /credentials "$(jq -n --arg name "$2" --arg type "$3" --argjson data "$4" '{name: $name, type: $type, data: $data}')" | jq -er .id
}

logbook_postgres() {
  logbook_credential "$1" "Logbook DB" postgres '{"host":"127.0.0.1","port":'"$PG_PORT"',"database":"logbook_'"$1"'","user":"postgres","password":"x","ssl":"disable","sshTunnel":false,"maxConnections":5,"allowUnauthorizedCerts":false}'
}

logbook_environment() {
  local name=$1 upper=${1^^}
  pg postgres "create database logbook_$name"
  local file
  for file in db/schema.sql db/migrations/001_error_log.sql; do
    psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$PG_PORT" -U postgres -d "logbook_$name" -f "$source_dir/tests/fixtures/smoke/$file"
  done
  # A deployment refuses a database that has tables and no record of its migrations.
  pg "logbook_$name" "create table schema_migrations (version text primary key, applied_at timestamptz default now());
    insert into schema_migrations (version) values ('001_error_log')"
  logbook_postgres "$name" >/dev/null
  logbook_credential "$name" "Chat API" httpHeaderAuth '{"name":"Authorization","value":"x"}' >/dev/null
  logbook_credential "$name" "Model API" openRouterApi '{"apiKey":"x"}' >/dev/null
  export "KAIRON_ENV_${upper}_N8NURL=$(n8n_value URL "$name")" "KAIRON_ENV_${upper}_N8NAPIKEY=$N8N_KEY" \
    "KAIRON_ENV_${upper}_N8NDATABASE=$(n8n_value DB "$name")" \
    "KAIRON_ENV_${upper}_DATABASE=postgresql://postgres@127.0.0.1:$PG_PORT/logbook_$name"
}
