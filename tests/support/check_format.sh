#!/usr/bin/env bash
# Every C++ file is as clang-format leaves it. Usage: check_format.sh [SOURCE_DIR]
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"

if ! command -v clang-format >/dev/null; then
  echo "skipped: clang-format is not installed"
  exit 77
fi
mapfile -t files < <(find lib hooks tests -name '*.cpp' -o -name '*.h' | sort)
if [ ${#files[@]} -eq 0 ]; then
  echo "check_format: no C++ file found: this check has lost its input"
  exit 1
fi
clang-format --dry-run -Werror "${files[@]}"
echo "check_format: ${#files[@]} files"
