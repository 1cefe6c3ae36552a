#!/usr/bin/env bash
# Ways to the database: url, keywords, service file, password file, .env, the environment's setting; TLS
# options of the url are honoured; a password is never printed; who does not answer is given up in time.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tests/support/ports.sh
. "$here/../support/ports.sh"
kairon=${KAIRON_BUILD_DIR:-$here/../../build-debug}/kairon
bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1 || true)
if [ -z "$bin" ] || ! command -v psql >/dev/null || ! command -v openssl >/dev/null || ! command -v python3 >/dev/null; then
  echo 'skipped: PostgreSQL, openssl or python3 is not installed'
  exit 77
fi
folder=$(mktemp -d)
as=()
if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid=nobody --regid=nogroup --clear-groups) && chmod 755 "$folder"; fi
mkdir -m 777 "$folder/pg"
listener=
trap '[ -z "$listener" ] || kill "$listener" 2>/dev/null || true; "${as[@]}" "$bin/pg_ctl" -D "$folder/pg/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
"${as[@]}" "$bin/initdb" -D "$folder/pg/data" -U postgres -A trust --no-sync >/dev/null
# A certificate authority, a server certificate of it for "localhost", and another authority.
for name in ca other; do
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$name" -keyout "$folder/pg/$name.key" -out "$folder/pg/$name.crt" 2>/dev/null
done
openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout "$folder/pg/server.key" -out "$folder/pg/server.csr" 2>/dev/null
openssl x509 -req -in "$folder/pg/server.csr" -CA "$folder/pg/ca.crt" -CAkey "$folder/pg/ca.key" -CAcreateserial -days 2 -out "$folder/pg/server.crt" 2>/dev/null
for name in server.key server.crt; do "${as[@]}" cp "$folder/pg/$name" "$folder/pg/data/$name" 2>/dev/null || install -m 600 -o nobody -g nogroup "$folder/pg/$name" "$folder/pg/data/$name"; done
chmod 600 "$folder/pg/data/server.key"
cat >"$folder/pg/hba" <<'HBA'
local all postgres trust
local all all scram-sha-256
hostssl all all 127.0.0.1/32 scram-sha-256
HBA
port=$(free_port)
start() { "${as[@]}" "$bin/pg_ctl" -D "$folder/pg/data" -w -l "$folder/pg/log" -o "-c listen_addresses=127.0.0.1 -c port=$port -c ssl=on -c hba_file=$folder/pg/hba -c unix_socket_permissions=0777 -k $folder/pg -c fsync=off" start >/dev/null; }
start || { port=$(free_port) && start; }
psql -X -q -d "host=$folder/pg port=$port user=postgres dbname=postgres" -c "CREATE ROLE app LOGIN PASSWORD 'top-secret'" -c 'CREATE DATABASE app OWNER app'
export GIT_CONFIG_GLOBAL=/dev/null HOME=$folder
unset PGPASSFILE PGSERVICEFILE PGPASSWORD PGHOST PGPORT PGUSER PGDATABASE
mkdir -p "$folder/r/db/migrations"
cd "$folder/r"
git init -q .
echo 'CREATE TABLE a (id int);' >db/migrations/001_a.sql
echo 'DROP TABLE a;' >db/migrations/001_a_rollback.sql
failed=0
# want NAME EXIT PATTERN [VARIABLE=VALUE...] -- ARGUMENTS...
want() {
  local name=$1 code=$2 pattern=$3 out status=0 variables=()
  shift 3
  while [ "$1" != -- ]; do variables+=("$1") && shift; done
  shift
  out=$(env "${variables[@]}" "$kairon" migrate "$@" 2>&1) || status=$?
  if [ "$status" = "$code" ] && grep -qE -- "$pattern" <<<"$out" && ! grep -qE 'top-secret|wrong-secret' <<<"$out"; then
    echo "ok: $name"
  else
    printf 'FAILED: %s: exit %s (wanted %s), no "%s" (or a password) in:\n%s\n' "$name" "$status" "$code" "$pattern" "$out"
    failed=1
  fi
}
pending='1 migration, 1 pending'
at="host=localhost hostaddr=127.0.0.1 port=$port user=app dbname=app"
want 'a url with TLS that is verified' 1 "$pending" -- status --database "postgresql://app:top-secret@localhost:$port/app?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=$folder/pg/ca.crt"
want 'keywords' 1 "$pending" -- status --database "$at password=top-secret sslmode=verify-ca sslrootcert=$folder/pg/ca.crt"
want 'another authority' 3 'certificate verify failed' -- status --database "$at password=top-secret sslmode=verify-full sslrootcert=$folder/pg/other.crt"
want 'another name' 3 'does not match host name' -- status --database "host=127.0.0.1 port=$port user=app dbname=app password=top-secret sslmode=verify-full sslrootcert=$folder/pg/ca.crt"
want 'no TLS where the server wants it' 3 'no pg_hba.conf entry' -- status --database "$at password=top-secret sslmode=disable"
want 'a wrong password' 3 'password authentication failed for user "app"' -- status --database "postgresql://app:wrong-secret@localhost:$port/app?hostaddr=127.0.0.1"
want 'a wrong password in a string that is none' 3 'cannot connect' -- status --database "postgresql://app:top-secret@local host:x/app"
printf 'localhost:%s:app:app:top-secret\n' "$port" >"$folder/pass"
chmod 600 "$folder/pass"
want 'a password file' 1 "$pending" PGPASSFILE="$folder/pass" -- status --database "$at"
want 'passfile= of the string' 1 "$pending" -- status --database "$at passfile=$folder/pass"
printf '[mine]\nhost=localhost\nhostaddr=127.0.0.1\nport=%s\nuser=app\ndbname=app\npassword=top-secret\nsslmode=require\n' "$port" >"$folder/service.conf"
want 'a service file' 1 "$pending" PGSERVICEFILE="$folder/service.conf" -- status --database service=mine
want 'a service that is not there' 3 'definition of service "none" not found' PGSERVICEFILE="$folder/service.conf" -- status --database service=none
cp "$folder/service.conf" "$folder/.pg_service.conf"
want "the user's service file" 1 "$pending" -- status --database service=mine
printf 'DB_HOST=localhost\nDB_PORT=%s\nDB_USER=app\nDB_PASSWORD=top-secret\nDB_NAME_DEV=app\n' "$port" >.env
want '.env' 1 "$pending" -- status
want 'the environment is stronger than .env' 3 'nowhere' KAIRON_ENV_DEV_DATABASE='host=/nowhere dbname=x' -- status
git config kairon.env-staging.database "service=mine"
want '--env' 1 "$pending" -- status --env staging
want 'an environment without a database' 2 'no database is known for nothing' -- status --env nothing
printf '[env "dev"]\n  database = host=evil.example dbname=x password=top-secret\n' >.kairon
git add .kairon
want 'the committed file does not choose the database' 1 "$pending" -- status
rm .kairon
want 'a port where nobody listens' 3 'Connection refused' -- status --database "host=127.0.0.1 port=1 dbname=x"
want 'a name that does not resolve' 3 'could not translate host name' -- status --database 'host=no.such.host.invalid dbname=x'
silent=$(free_port)
python3 -c 'import socket, sys, time
s = socket.socket(); s.bind(("127.0.0.1", int(sys.argv[1]))); s.listen(5); time.sleep(600)' "$silent" &
listener=$!
listening "$silent"
want 'a server that never answers' 3 'no answer within 2000 ms' -- status --database "host=127.0.0.1 port=$silent dbname=x connect_timeout=2"
want 'it works after all' 0 'applied db/migrations/001_a.sql' -- up
exit "$failed"
