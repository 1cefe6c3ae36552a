#!/usr/bin/env bash
# What the scripts about migrations share: a repository in $folder/r, and a server for it where one is needed.
#
#   migrations_begin [SETTING...]   both; $url is the server's database `postgres`
#   migrations_alone                the repository only: the trial starts a server of its own
#   sql TEXT [URL]                  as superuser, tuples only
#   commit NAME
#   try NAME EXIT TEXT FORWARD ROLLBACK    the trial of a migration 002_x; what fails is counted in $failed
# shellcheck source=tests/support/postgres.sh
. "$(dirname "${BASH_SOURCE[0]}")/postgres.sh"

kairon=$(cd "${KAIRON_BUILD_DIR:-$(dirname "${BASH_SOURCE[0]}")/../../build-debug}" && pwd)/kairon
failed=0

sql() { psql -X -q -A -t -d "${2:-$url}" -c "$1"; }
commit() { git add -A && git commit -qm "$1"; }

migrations_repository() {
  export GIT_AUTHOR_NAME=t GIT_AUTHOR_EMAIL=t@example.com GIT_COMMITTER_NAME=t GIT_COMMITTER_EMAIL=t@example.com
  mkdir -p "$folder/r/db/migrations"
  cd "$folder/r"
  git init -q .
}

migrations_alone() {
  postgres_prepare
  migrations_repository
}

migrations_begin() {
  postgres_prepare
  postgres_start pg "$@"
  url="host=$folder/pg user=postgres dbname=postgres"
  migrations_repository
}

try() {
  printf '%b\n' "$4" >db/migrations/002_x.sql
  printf '%b\n' "$5" >db/migrations/002_x_rollback.sql
  local out status=0
  out=$("$kairon" migrate test 2>&1) || status=$?
  if [ "$status" -eq "$2" ] && grep -qF -- "$3" <<<"$out"; then
    echo "ok: $1"
  else
    printf 'FAILED: %s: exit %s (wanted %s), no "%s" in:\n%s\n' "$1" "$status" "$2" "$3" "$out"
    # shellcheck disable=SC2034 # for the scripts
    failed=1
  fi
}
