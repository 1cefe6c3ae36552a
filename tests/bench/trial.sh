#!/usr/bin/env bash
# The trial of one small migration without and with a cached template, and a push of what was proven, next to the same
# done by hand with PostgreSQL's programs, in turns. Medians of ROUNDS (default 7). Usage: trial.sh [BUILD_DIR [NOOP]]
# NOOP: a static program that does nothing (tests/bench/noop.c).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$(cd "${1:-$here/../../build}" && pwd)
kairon=$build/kairon
noop=${2:-}
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

ms() { local a=$EPOCHREALTIME; "$@" >/dev/null 2>&1; local b=$EPOCHREALTIME; echo $((${b/./} - ${a/./})); }
median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.1f", v[int((NR + 1) / 2)] / 1000 }'; }
shm=/dev/shm
[ -w "$shm" ] || shm=$folder
hand=$shm/kairon-bench-$$
trap '"${as[@]}" "$bin/pg_ctl" -D "$hand/now" -m immediate stop >/dev/null 2>&1; rm -rf "$folder" "$hand"' EXIT
mkdir -p "$hand" && chmod 777 "$hand"
initdb() { "${as[@]}" "$bin/initdb" -D "$hand/$1" -U postgres -A trust --no-sync --no-locale; }
start() { "${as[@]}" "$bin/pg_ctl" -D "$hand/now" -w -l "$hand/log" -o "-k $hand -c listen_addresses= -c fsync=off" start; }
stop() { "${as[@]}" "$bin/pg_ctl" -D "$hand/now" -m immediate stop; }
psql() { "$bin/psql" -XqAt -v ON_ERROR_STOP=1 -h "$hand" -U postgres "$@"; }
by_hand_cold() { initdb now && start && stop; }
# What the trial runs: the base, then forward, back, forward again, and once more on top.
statements() {
  local m=db/migrations
  psql -d postgres -c 'CREATE DATABASE trial'
  psql -d trial -f $m/001_u.sql -f $m/002_i.sql -f $m/002_i_rollback.sql -f $m/002_i.sql -f $m/002_i.sql
}
by_hand_cached() { "${as[@]}" cp -r "$hand/template" "$hand/now" && start && statements && stop; }
forget_verdicts() { rm -rf .git/kairon/trial-verdicts; }
push() { echo "refs/heads/main $tip refs/heads/main $base" | "$build/pre-push" origin url; }
initdb template >/dev/null
git update-ref refs/remotes/origin/main "$base"
for ((i = 0; i < rounds; i++)); do
  ms by_hand_cold >>"$folder/hand_cold" && rm -rf "$hand/now"
  ms by_hand_cached >>"$folder/hand_cached" && rm -rf "$hand/now"
  rm -rf "$folder/cache" && forget_verdicts
  ms "$kairon" migrate test --push "$base..$tip" >>"$folder/cold"
  forget_verdicts
  "$kairon" migrate test --push "$base..$tip" >/dev/null # keeps the loaded base
  forget_verdicts
  ms "$kairon" migrate test --push "$base..$tip" >>"$folder/cached"
  push >/dev/null 2>&1
  ms push >>"$folder/again"
  [ -z "$noop" ] || ms "$noop" >>"$folder/noop"
done
for what in hand_cold hand_cached cold cached again; do declare "$what=$(median <"$folder/$what")"; done
ratio() { awk "BEGIN { printf \"%.2f\", $1 / $2 }"; }
# shellcheck disable=SC2154 # declared by the loop above
report() {
  echo "trial    without a template $cold ms = $(ratio "$cold" "$hand_cold") x initdb and start   (budget 1.5 x)"
  echo "trial    cached template $cached ms = $(ratio "$cached" "$hand_cached") x start and statements by hand   (budget 2 x)"
  [ -n "$noop" ] || return 0
  echo "push     of what was proven $again ms = $(ratio "$again" "$(median <"$folder/noop")") x a static no-op   (budget 15 x)"
}
report
