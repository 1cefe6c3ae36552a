#!/usr/bin/env bash
# clang-tidy, every hit an error: on the files that differ from the main branch (or the last commit),
# on all of them with KAIRON_FULL=1. Usage: check_tidy.sh BUILD_DIR [SOURCE_DIR] [FILE...]
set -euo pipefail
build=$(cd "$1" && pwd)
cd "${2:-$(dirname "$0")/../..}"

if ! command -v clang-tidy >/dev/null; then
  echo "skipped: clang-tidy is not installed"
  exit 77
fi
changed_files() {
  local base
  base=$(git merge-base HEAD origin/main 2>/dev/null) || base=
  if [ -z "$base" ] || [ "$base" = "$(git rev-parse HEAD)" ]; then base=$(git rev-parse --verify -q HEAD~1) || base=; fi
  if [ -z "$base" ]; then find lib hooks -name '*.cpp'; else git diff --name-only --diff-filter=d "$base" -- 'lib/*.cpp' 'hooks/*.cpp'; fi
}
if [ $# -gt 2 ]; then
  files=("${@:3}")
elif [ "${KAIRON_FULL:-0}" != 0 ]; then
  mapfile -t files < <(find lib hooks -name '*.cpp' | sort)
else
  mapfile -t files < <(changed_files)
fi
if [ ${#files[@]} -eq 0 ]; then
  echo "check_tidy: no C++ file changed"
  exit 0
fi
# A file that is compiled in a batch has no command of its own: clang-tidy takes that of another file, perhaps of a lower
# floor.
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" clang-tidy --quiet --extra-arg=-Wno-unknown-warning-option --extra-arg=-I"$PWD/lib" -p "$build" 2>/dev/null ||
  { echo "check_tidy: see above"; exit 1; }
echo "check_tidy: ${#files[@]} files"
