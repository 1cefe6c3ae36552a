#!/usr/bin/env bash
# Every C++ file is as clang-format 14, that of Debian 12, leaves it: another version breaks other lines.
# Usage: check_format.sh [SOURCE_DIR]
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"

formatter=$(command -v clang-format-14 || command -v clang-format || true)
if [ -z "$formatter" ]; then
  echo "skipped: clang-format is not installed"
  exit 77
fi
version=$("$formatter" --version)
if [[ $version != *" version 14."* ]]; then
  echo "skipped: the sources are formatted by clang-format 14, and here is: $version"
  exit 77
fi
mapfile -t files < <(find lib hooks tests -name '*.cpp' -o -name '*.h' | sort)
if [ ${#files[@]} -eq 0 ]; then
  echo "check_format: no C++ file found: this check has lost its input"
  exit 1
fi
"$formatter" --dry-run -Werror "${files[@]}"
echo "check_format: ${#files[@]} files"
