#!/usr/bin/env bash
# A throw-away PostgreSQL for the end-to-end scripts that source this file.
#
#   postgres_begin       $folder (temporary), a server on the socket folder $socket, its programs in $bin;
#                        everything ends with the script
#   postgres_prepare     the same without the server, which postgres_start NAME [SETTING...] starts
#   sql DATABASE TEXT    as superuser, tuples only
#   ends_with STATUS COMMAND...    keeps both streams in $folder/out
#   flip FILE OFFSET     changes a byte
#   says REGEX           the last output holds it; ok TEXT, fail TEXT
set -euo pipefail

fail() {
  printf '%s: FAILED: %s\n' "$(basename "$0")" "$1" >&2
  [ ! -e "$folder/out" ] || { echo '--- last output:' && tail -20 "$folder/out"; } >&2
  exit 1
}
ok() { echo "ok: $*"; }
ends_with() {
  local wanted=$1 got=0
  shift
  "$@" >"$folder/out" 2>&1 </dev/null || got=$?
  [ "$got" = "$wanted" ] || fail "$* ended with $got, not $wanted"
}
says() { grep -qE -- "$1" "$folder/out" || fail "the output does not say '$1'"; }
sql() { PGOPTIONS='-c client_min_messages=warning' psql -X -q -A -t -v ON_ERROR_STOP=1 -d "host=$socket user=postgres dbname=$1" -c "$2"; }

# flip FILE OFFSET: another byte there, whatever stood there
flip() {
  local byte
  byte=$(od -An -tu1 -j "$2" -N 1 "$1")
  # shellcheck disable=SC2059
  printf "\\$(printf '%03o' $((byte ^ 255)))" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

postgres_end() {
  local status=$?
  set +e
  [ -z "${extra_end:-}" ] || "$extra_end"
  "${as[@]}" "$bin/pg_ctl" -D "$folder/pg/data" -m immediate stop >/dev/null 2>&1
  mountpoint -q "$folder/small" 2>/dev/null && umount "$folder/small"
  rm -rf "$folder"
  exit "$status"
}

# postgres_start NAME [SETTING...]: a server in $folder/NAME
postgres_start() {
  local name=$1
  shift
  mkdir -m 777 "$folder/$name"
  chmod 777 "$folder/$name"
  "${as[@]}" "$bin/initdb" -D "$folder/$name/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  "${as[@]}" "$bin/pg_ctl" -D "$folder/$name/data" -w -l "$folder/$name/log" \
    -o "-c listen_addresses= -c unix_socket_permissions=0777 -k $folder/$name -c fsync=off $*" start >/dev/null
}

postgres_prepare() {
  bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1 || true)
  if [ -z "$bin" ] || ! command -v psql >/dev/null || ! command -v jq >/dev/null; then
    echo 'skipped: no PostgreSQL server or no jq is installed'
    exit 77
  fi
  for name in $(compgen -e KAIRON_ || true) $(compgen -e GIT_ || true); do
    case $name in KAIRON_BUILD_DIR | KAIRON_FULL | KAIRON_SEED) ;; *) unset "$name" ;; esac
  done
  folder=$(mktemp -d "${TMPDIR:-/tmp}/kairon-test-pg-XXXXXX")
  as=()
  if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid=nobody --regid=nogroup --clear-groups) && chmod 755 "$folder"; fi
  trap postgres_end EXIT
  trap 'exit 130' INT TERM
  mkdir "$folder/home"
  export HOME=$folder/home XDG_CONFIG_HOME=$folder/home/.config GIT_CONFIG_NOSYSTEM=1 LC_ALL=C NO_COLOR=1
}

postgres_begin() {
  postgres_prepare
  postgres_start pg
  socket=$folder/pg
}
