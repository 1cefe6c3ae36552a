#!/usr/bin/env bash
# CPU seconds that the four executables cost to build, here and in another commit, in one run on one machine.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

usage() {
  cat <<'TEXT'
Usage: tests/bench/build_cost.sh [--folder DIR] [--heaviest N] COMMIT

Builds COMMIT and this checkout from nothing, in release mode and without ccache, one after the other, and
prints the CPU seconds (user and system, of all processes) of each and their ratio.

  --folder DIR   where to build (default: a temp folder, removed afterwards)
  --heaviest N   also the N slowest steps of each, in seconds of the clock, from ninja's log
TEXT
}

folder='' heaviest=0 commit=''
while [ $# -gt 0 ]; do
  case $1 in
    --folder) folder=$2 && shift ;;
    --heaviest) heaviest=$2 && shift ;;
    -h | --help) usage && exit 0 ;;
    -*) usage >&2 && exit 2 ;;
    *) commit=$1 ;;
  esac
  shift
done
[ -n "$commit" ] || { usage >&2 && exit 2; }
if [ -z "$folder" ]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
fi

# build_cost SOURCE BUILD: the CPU seconds.
build_cost() {
  local source=$1 build=$2
  rm -rf "$build"
  (cd "$source" && cmake --preset release -B "$build" -DKAIRON_BUILD_TESTS=OFF -DKAIRON_CCACHE=) >"$build.configure.log" 2>&1
  (
    TIMEFORMAT='%U %S'
    export CCACHE_DISABLE=1
    { time cmake --build "$build" --target kairon pre-commit pre-push post-merge >"$build.log" 2>&1; } 2>&1
  ) | awk '{ printf "%.0f\n", $1 + $2 }'
}

# heaviest_steps BUILD
heaviest_steps() {
  awk -F '\t' 'NR > 1 { printf "%6.1f s  %s\n", ($2 - $1) / 1000, $4 }' "$1/.ninja_log" | sort -rn | head -n "$heaviest"
}

rm -rf "$folder/source"
git clone -q --no-checkout "$top" "$folder/source"
git -C "$folder/source" checkout -q "$(git -C "$top" rev-parse "$commit^{commit}")"
before=$(build_cost "$folder/source" "$folder/before")
after=$(build_cost "$top" "$folder/after")
awk -v before="$before" -v after="$after" -v commit="$commit" \
  'BEGIN { printf "%s: %d CPU seconds; now: %d; ratio %.2f\n", commit, before, after, after / before }'
if [ "$heaviest" -gt 0 ]; then
  echo "before:" && heaviest_steps "$folder/before"
  echo "now:" && heaviest_steps "$folder/after"
fi
