#!/usr/bin/env bash
# Every shell script without a warning or error of shellcheck. Usage: check_shell.sh [SOURCE_DIR]
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"

if ! command -v shellcheck >/dev/null; then
  echo "skipped: shellcheck is not installed"
  exit 77
fi
mapfile -t files < <(find install.sh tests -name '*.sh' | sort)
shellcheck -S warning -x "${files[@]}"
echo "check_shell: ${#files[@]} scripts"
