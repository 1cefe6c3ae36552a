#!/usr/bin/env bash
# Through pgbouncer: transaction and statement mode are refused (a session lock holds nothing there), session
# mode works; each with a pool of one and of several server connections.
# shellcheck source=tests/support/migrations.sh
. "$(dirname "$0")/../../support/migrations.sh"
pgbouncer=$(PATH=$PATH:/usr/sbin command -v pgbouncer || true)
if [ -z "$pgbouncer" ]; then
  echo 'skipped: pgbouncer is not installed (apt-get install pgbouncer)'
  exit 77
fi
pooler=
end_pooler() { [ -z "$pooler" ] || kill "$pooler" 2>/dev/null; }
# shellcheck disable=SC2034 # postgres.sh calls it
extra_end=end_pooler
migrations_begin
echo 'CREATE TABLE a (id int);' >db/migrations/001_a.sql
echo 'DROP TABLE a;' >db/migrations/001_a_rollback.sql
# through MODE POOL_SIZE ROUND_ROBIN EXIT PATTERN
through() {
  cat >"$folder/pg/pgbouncer.ini" <<INI
[databases]
postgres = host=$folder/pg port=5432 user=postgres
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = $folder/pg
unix_socket_mode = 0777
auth_type = any
pool_mode = $1
default_pool_size = $2
server_round_robin = $3
query_wait_timeout = 60
logfile = $folder/pg/pgbouncer.log
INI
  "${as[@]}" "$pgbouncer" -q "$folder/pg/pgbouncer.ini" >/dev/null 2>&1 &
  pooler=$!
  local pooled="host=$folder/pg port=6432 user=postgres dbname=postgres" out status=0
  for _ in {1..600}; do psql -X -q -d "$pooled" -c 'SELECT 1' >/dev/null 2>&1 && break; sleep 0.05; done
  # The pool holds several server connections, so that being given the same one is not an accident.
  local warmers=()
  for ((i = 1; i < $2; i++)); do
    psql -X -q -d "$pooled" -c 'SELECT pg_sleep(0.2)' >/dev/null 2>&1 &
    warmers+=($!)
  done
  for one in "${warmers[@]}"; do wait "$one" || true; done
  out=$("$kairon" migrate up --database "$pooled" 2>&1) || status=$?
  if [ "$status" != "$4" ] || ! grep -qF -- "$5" <<<"$out"; then
    printf 'FAILED: %s mode, pool of %s: exit %s, no "%s" in:\n%s\n' "$1" "$2" "$status" "$5" "$out"
    failed=1
  elif [ "$4" != 0 ] && [ "$(sql "SELECT to_regclass('a') IS NULL AND to_regclass('schema_migrations') IS NULL")" != t ]; then
    printf 'FAILED: %s mode, pool of %s: refused, but the database was touched\n' "$1" "$2"
    failed=1
  else
    echo "ok: $1 mode, pool of $2, round robin $3"
  fi
  kill "$pooler" 2>/dev/null || true
  wait "$pooler" 2>/dev/null || true
  pooler=
  sql 'DROP TABLE IF EXISTS a, schema_migrations, kairon_migration_steps, kairon_migration_log' 2>/dev/null
}
through transaction 1 0 3 'goes through a transaction pooler'
through transaction 4 0 3 'goes through a transaction pooler'
through transaction 4 1 3 'goes through a transaction pooler'
through statement 4 0 3 'goes through a transaction pooler'
through session 4 0 0 'applied db/migrations/001_a.sql'
through session 1 0 0 'applied db/migrations/001_a.sql'
exit "$failed"
