#!/usr/bin/env bash
# Installs what the tests need, builds, runs everything, ends with ctest's summary.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

usage() {
  cat <<'TEXT'
Usage: tests/run.sh [--full] [CTEST ARGUMENTS...]

Installs the packages for the build and the tests (apt-get, as root or with sudo; else it prints the
command and stops), builds the release preset in build/ and runs every test.

  --full    also the long ones: whole corpus, every pair, long fuzzing (sets KAIRON_FULL=1)
  --help

What follows goes to ctest, e.g. -R e2e to run the tests whose name holds "e2e".
TEXT
}

main() {
  local jobs
  jobs=$(nproc)
  while [ $# -gt 0 ]; do
    case $1 in
      --full) export KAIRON_FULL=1 ;;
      -h | --help) usage && exit 0 ;;
      *) break ;;
    esac
    shift
  done
  "$top/install.sh" --packages-only test
  cd "$top"
  printf '\n== Building\n'
  cmake --preset release -DKAIRON_BUILD_TESTS=ON >/dev/null
  cmake --build build
  printf '\n== Testing\n'
  ctest --test-dir build --output-on-failure --parallel "$jobs" "$@"
}

main "$@"
