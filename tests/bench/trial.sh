#!/usr/bin/env bash
# The trial of one small migration: cold (empty cache), cached, and a push of what was proven, beside plain
# initdb in the same run. Medians of ROUNDS (default 7), in ms. Usage: trial.sh [BUILD_DIR]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kairon=$(cd "${1:-$here/../../build}" && pwd)/kairon
bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -1 || true)
[ -n "$bin" ] || { echo 'skipped: no PostgreSQL server is installed' && exit 77; }
rounds=${ROUNDS:-7}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export XDG_CACHE_HOME=$folder/cache GIT_CONFIG_GLOBAL=/dev/null
unset KAIRON_TEST_DATABASE_URL
as=()
if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid=nobody --regid=nogroup --clear-groups); fi
mkdir -p "$folder/r/db/migrations"
cd "$folder/r"
git init -q .
commit() { git add -A && git -c user.name=t -c user.email=t@example.com commit -qm "$1" && git rev-parse HEAD; }
echo 'CREATE TABLE IF NOT EXISTS u (id int PRIMARY KEY, name text);' >db/migrations/001_u.sql
echo 'DROP TABLE u;' >db/migrations/001_u_rollback.sql
base=$(commit base)
echo 'CREATE INDEX IF NOT EXISTS u_name ON u (name);' >db/migrations/002_i.sql
echo 'DROP INDEX u_name;' >db/migrations/002_i_rollback.sql
tip=$(commit tip)

ms() { local a=$EPOCHREALTIME; "$@" >/dev/null 2>&1; local b=$EPOCHREALTIME; echo $(((${b/./} - ${a/./}))); }
median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.1f", v[int((NR + 1) / 2)] / 1000 }'; }
shm=/dev/shm
[ -w "$shm" ] || shm=$folder
plain_initdb() { "${as[@]}" "$bin/initdb" -D "$shm/kairon-bench-$$" -U postgres -A trust --no-sync --no-locale; }
forget_verdicts() { rm -rf .git/kairon/trial-verdicts; }
for ((i = 0; i < rounds; i++)); do
  ms plain_initdb >>"$folder/initdb"
  rm -rf "$shm/kairon-bench-$$"
  rm -rf "$folder/cache" && forget_verdicts
  ms "$kairon" migrate test --push "$base..$tip" >>"$folder/cold"
  forget_verdicts
  "$kairon" migrate test --push "$base..$tip" >/dev/null # keeps the loaded base
  forget_verdicts
  ms "$kairon" migrate test --push "$base..$tip" >>"$folder/cached"
  ms "$kairon" migrate test --push "$base..$tip" >>"$folder/again"
done
for what in initdb cold cached again; do declare "$what=$(median <"$folder/$what")"; done
# shellcheck disable=SC2154 # declared by the loop above
printf 'plain initdb on tmpfs  %8.1f ms\ntrial, cold            %8.1f ms  %.2f x initdb (budget 1.5)\ntrial, cached          %8.1f ms  %.2f x 150 ms (budget 1.5)\npush proven before     %8.1f ms  (budget 15 ms)\n' \
  "$initdb" "$cold" "$(awk "BEGIN { print $cold / $initdb }")" "$cached" "$(awk "BEGIN { print $cached / 150 }")" "$again"
