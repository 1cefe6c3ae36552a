#!/usr/bin/env bash
# What the hooks link: nothing shared where a static link is possible, and nowhere libpq or libcurl.
# Usage: hooks_link.sh STATIC(ON|OFF) PROGRAM...
set -euo pipefail
static=$1
shift
for program in "$@"; do
  [[ -x $program ]] || { echo "hooks_link: $program was not built"; exit 1; }
  libraries=$(ldd "$program" 2>&1 || true)
  if [[ $static == ON && $libraries != *"not a dynamic executable"* ]]; then
    printf 'hooks_link: %s is not static:\n%s\n' "$program" "$libraries"
    exit 1
  fi
  if [[ $libraries == *libpq* || $libraries == *libcurl* ]]; then
    printf 'hooks_link: %s links a client library:\n%s\n' "$program" "$libraries"
    exit 1
  fi
done
