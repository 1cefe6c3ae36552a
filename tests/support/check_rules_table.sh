#!/usr/bin/env bash
# lib/lint/RULES.md says what the registry says: `kairon rules --format markdown` makes it.
set -euo pipefail
kairon=$1
table=$2
if ! diff -u "$table" <("$kairon" rules --format markdown); then
  echo "lib/lint/RULES.md is not what the registry says: kairon rules --format markdown >lib/lint/RULES.md" >&2
  exit 1
fi
# The check itself must be able to fail.
changed=$(mktemp)
trap 'rm -f "$changed"' EXIT
sed 's/| error |/| warning |/' "$table" >"$changed"
if diff -q "$changed" <("$kairon" rules --format markdown) >/dev/null; then
  echo "a changed table was not noticed" >&2
  exit 1
fi
