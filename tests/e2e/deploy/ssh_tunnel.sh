#!/usr/bin/env bash
# sshHost on a real sshd: n8n and database through one tunnel, which ends with us however we end.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tests/support/ports.sh
. "$here/../support/ports.sh"
kairon=${KAIRON_BUILD_DIR:-$here/../../build-debug}/kairon
sshd=$(command -v sshd || echo /usr/sbin/sshd)
[ -x "$sshd" ] && command -v ssh >/dev/null || { echo "skipped: no sshd (Debian: openssh-server)" && exit 77; }
[ "$(id -u)" = 0 ] || { echo "skipped: sshd for a test wants root" && exit 77; }
bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1 || true)
[ -n "$bin" ] || { echo "skipped: no PostgreSQL server is installed" && exit 77; }
folder=$(mktemp -d)
pids=()
end() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  setpriv --reuid=nobody --regid=nogroup --clear-groups "$bin/pg_ctl" -D "$folder/pg/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap end EXIT
fail() {
  echo "FAILED: $*"
  tail -20 "$folder/out" "$folder/sshd.log" 2>/dev/null
  exit 1
}
expect() {
  local status=$1 text=$2 got=0
  shift 2
  "$@" >"$folder/out" 2>&1 </dev/null || got=$?
  [ "$got" = "$status" ] || fail "$* ended with $got, not $status"
  grep -qF -- "$text" "$folder/out" || fail "$* does not say '$text'"
}
gone() { # pid
  local i
  for ((i = 0; i < 300; i++)); do
    [ -e "/proc/$1" ] && ! grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null || return 0
    sleep 0.1
  done
  return 1
}

# --- A server with n8n and a database behind an sshd --------------------------------------------------
chmod 755 "$folder" && mkdir -m 777 "$folder/pg" && mkdir -p /run/sshd
port=$(free_port) database=$(free_port) web=$(free_port)
ssh-keygen -q -t ed25519 -N '' -f "$folder/host" && ssh-keygen -q -t ed25519 -N '' -f "$folder/key"
cp "$folder/key.pub" "$folder/authorized"
"$sshd" -D -f /dev/null -E "$folder/sshd.log" -p "$port" -h "$folder/host" -o ListenAddress=127.0.0.1 -o UsePAM=no -o StrictModes=no \
  -o AuthorizedKeysFile="$folder/authorized" -o PermitRootLogin=yes -o PidFile=none -o LogLevel=DEBUG2 &
pids+=($!)
setpriv --reuid=nobody --regid=nogroup --clear-groups "$bin/initdb" -D "$folder/pg/data" -U postgres -A trust --no-sync >/dev/null
setpriv --reuid=nobody --regid=nogroup --clear-groups "$bin/pg_ctl" -D "$folder/pg/data" -w -l "$folder/pg/log" \
  -o "-p $database -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off" start >/dev/null
cat >"$folder/n8n.py" <<'PY'
import http.server, os, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        while os.path.exists(sys.argv[2]):
            time.sleep(0.05)
        status, body = (405, b'{"message":"GET method not allowed"}') if "credentials" in self.path else (200, b'{"data":[],"nextCursor":null}')
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
PY
python3 "$folder/n8n.py" "$web" "$folder/hang" 2>/dev/null &
pids+=($!)
listening "$web"

# OpenSSH reads its configuration from the account's home; the test brings its own and notes the process.
mkdir "$folder/bin"
cat >"$folder/config" <<CONF
Host behind
  HostName 127.0.0.1
  Port $port
  User root
  IdentityFile $folder/key
  IdentitiesOnly yes
  UserKnownHostsFile $folder/known
  ControlMaster auto
  ControlPath $folder/master
CONF
echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$folder/host.pub")" >"$folder/known"
cat >"$folder/bin/ssh" <<SSH
#!/bin/sh
echo \$\$ >>$folder/pids
if rm $folder/busy 2>/dev/null; then
  echo "bind [127.0.0.1]:1: Address already in use" >&2
  echo "Could not request local forwarding." >&2
  exit 255
fi
exec $(command -v ssh) -F $folder/config "\$@"
SSH
chmod +x "$folder/bin/ssh"
export PATH=$folder/bin:$PATH TMPDIR=$folder
for ((i = 0; i < 300; i++)); do ssh -o ControlMaster=no -o ControlPath=none behind true 2>/dev/null && break || sleep 0.1; done
: >"$folder/pids"

mkdir -p "$folder/repo/n8n-workflows" "$folder/repo/db/migrations"
cd "$folder/repo"
git init -q -b main . && git config user.email t@example.org && git config user.name T
echo '{"name":"A","nodes":[],"connections":{},"settings":{}}' >n8n-workflows/A.json
echo 'CREATE TABLE a (id int);' >db/migrations/001_a.sql && echo 'DROP TABLE a;' >db/migrations/001_a_rollback.sql
git add -A && git commit -qm one
export KAIRON_ENV_PROD_N8NURL=http://127.0.0.1:$web KAIRON_ENV_PROD_N8NAPIKEY=key KAIRON_ENV_PROD_SSHHOST=behind
export KAIRON_ENV_PROD_DATABASE=postgresql://postgres@127.0.0.1:$database/postgres

# --- Both through one tunnel, the user's own connection left alone ------------------------------------
ssh -N -f behind 2>/dev/null
master=$(ssh -O check behind 2>&1 | grep -o 'pid=[0-9]*' | cut -d= -f2)
pids+=("$master")
: >"$folder/pids"
expect 0 "prod: 1 to create" "$kairon" deploy prod --dry-run
grep -qF "migrate   db/migrations/001_a.sql" "$folder/out" || fail "the database was not asked"
for one in "$web" "$database"; do grep -q "connect_to 127.0.0.1 port $one\|host 127.0.0.1 port $one\|target 127.0.0.1 port $one" "$folder/sshd.log" || fail "port $one did not go through ssh"; done
[ "$(wc -l <"$folder/pids")" = 1 ] || fail "more than one ssh was started"
expect 1 "1 migration, 1 pending" "$kairon" migrate status --env prod
[ "$(wc -l <"$folder/pids")" = 2 ] || fail "kairon migrate went past the tunnel"
gone "$(tail -1 "$folder/pids")" || fail "ssh lives on"
kill -0 "$master" || fail "the user's own master connection was ended"
[ -z "$(find "$folder" -maxdepth 1 -name 'kairon-ssh-*')" ] || fail "the control socket's folder stayed"
touch "$folder/busy"
expect 0 "prod: 1 to create" "$kairon" deploy prod --dry-run
[ ! -e "$folder/busy" ] || fail "no ssh found its port taken"
echo "ok: n8n and database through one tunnel of our own, through another port when one was taken"

# --- Backup and restore through it --------------------------------------------------------------------
sql() { psql -X -q -A -t -h 127.0.0.1 -p "$database" -U postgres -d "$1" -c "$2"; }
export KAIRON_BACKUP_DIRECTORY=$folder/backups
export KAIRON_ENV_PROD_DATABASE=postgresql://postgres@127.0.0.1:$database/shop
sql postgres 'CREATE DATABASE shop'
sql shop "CREATE TABLE item AS SELECT i AS id, md5(i::text) AS v FROM generate_series(1, 1000) i"
through() { # COMMAND...: with the sessions of pg_dump and pg_restore forwarded, and no ssh left
  : >"$folder/pids"
  : >"$folder/pg/log"
  : >"$folder/sshd.log"
  "$@"
  grep -q "port $database" "$folder/sshd.log" || fail "$* went past the tunnel"
  while read -r pid; do gone "$pid" || fail "after $* ssh lives on"; done <"$folder/pids"
  [ -z "$(find "$folder" -maxdepth 1 -name 'kairon-ssh-*')" ] || fail "after $* the control socket's folder stayed"
}
forwarded() { grep -c "direct-tcpip.*$database\|port $database" "$folder/sshd.log" || true; }
through expect 0 "1 table, 1000 rows" "$kairon" backup prod
grep -q "0 workflows" "$folder/out" || fail "n8n was not saved"
[ "$(forwarded)" -ge 2 ] || fail "pg_dump went past the tunnel"
sql shop 'DELETE FROM item WHERE id > 10'
stamp=$(basename "$(find "$folder/backups/prod" -name '2*')")
through expect 0 "restore prod: ok, 1 table, 1000 rows" env KAIRON_APPROVE="prod:restore:prod/$stamp" "$kairon" restore latest prod
[ "$(forwarded)" -ge 4 ] || fail "pg_restore went past the tunnel"
[ "$(sql shop 'SELECT count(*) FROM item')" = 1000 ] || fail "not all rows are back"
export KAIRON_ENV_PROD_DATABASE=postgresql://postgres@127.0.0.1:$database/postgres
unset KAIRON_BACKUP_DIRECTORY
echo "ok: backup and restore through the tunnel"

# --- However we end -------------------------------------------------------------------------------------
for signal in INT TERM KILL; do
  touch "$folder/hang"
  : >"$folder/pids"
  "$kairon" deploy prod --dry-run >"$folder/out" 2>&1 </dev/null &
  run=$!
  for ((i = 0; i < 300; i++)); do [ -n "$(find "$folder" -maxdepth 2 -path '*kairon-ssh-*/control')" ] && break || sleep 0.1; done
  [ -n "$(find "$folder" -maxdepth 2 -path '*kairon-ssh-*/control')" ] || fail "no control socket of our own"
  sleep 0.3
  tunnel=$(tail -1 "$folder/pids")
  kill -0 "$tunnel" || fail "no tunnel is open"
  kill "-$signal" "$run"
  got=0 && wait "$run" 2>/dev/null || got=$?
  [ "$signal" = KILL ] || [ "$got" = 130 ] || fail "$signal ended with $got"
  gone "$tunnel" || fail "after SIG$signal the tunnel lives on"
  rm "$folder/hang"
done
expect 0 "prod: 1 to create" "$kairon" deploy prod --dry-run
[ -z "$(find "$folder" -maxdepth 1 -name 'kairon-ssh-*')" ] || fail "what kill -9 left was not removed"
echo "ok: INT, TERM and KILL close it"

# --- What goes wrong ------------------------------------------------------------------------------------
mv "$folder/authorized" "$folder/authorized.right"
expect 3 "the ssh tunnel through behind cannot be opened" "$kairon" deploy prod --dry-run
grep -q "Permission denied" "$folder/out" || fail "ssh's own words are missing"
grep -q "ssh -o BatchMode=yes behind true" "$folder/out" || fail "no remedy"
mv "$folder/authorized.right" "$folder/authorized"
mv "$folder/known" "$folder/known.right"
expect 3 "Host key verification failed" "$kairon" deploy prod --dry-run
mv "$folder/known.right" "$folder/known"
KAIRON_ENV_PROD_SSHHOST='-oProxyCommand=touch pwned' expect 3 "cannot be opened" "$kairon" deploy prod --dry-run
[ ! -e pwned ] || fail "a host name became an option"
echo "ok: refused keys and hosts are named with ssh's own words"
