#!/usr/bin/env bash
# n8n.sh, and how the scripts that use it say what they saw. Source it instead of n8n.sh.
#
#   ok TEXT, fail TEXT               a case that holds (counted in $cases); the end, with the last output
#   expect STATUS TEXT COMMAND...    the command ends so and says so
#   says TEXT                        the last output holds it
#   only_full WHAT                   whether KAIRON_FULL=1 runs it; else names it as left out
# shellcheck source=tests/support/n8n.sh
. "$(dirname "${BASH_SOURCE[0]}")/n8n.sh"

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034  # for the scripts
kairon=${KAIRON_BUILD_DIR:-$source_dir/build-debug}/kairon
cases=0

fail() {
  echo "FAILED: $*"
  tail -60 "$WORK/out" 2>/dev/null
  exit 1
}
ok() {
  cases=$((cases + 1))
  echo "ok: $* (${SECONDS} s)"
}
expect() {
  local status=$1 text=$2 got=0
  shift 2
  "$@" >"$WORK/out" 2>&1 </dev/null || got=$?
  [ "$got" = "$status" ] || fail "$* ended with $got, not $status"
  grep -qF -- "$text" "$WORK/out" || fail "$* does not say '$text'"
}
only_full() {
  [ "${KAIRON_FULL:-}" = 1 ] && return
  echo "skipped in part: $* (KAIRON_FULL=1 runs it)"
  return 1
}
says() { grep -qF -- "$1" "$WORK/out" || fail "the output does not say '$1'"; }
