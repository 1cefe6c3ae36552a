#!/usr/bin/env bash
# Every format of `kairon diff` as it is, so that a change of words or of drawing is seen in review.
# KAIRON_UPDATE=1 writes the snapshots anew. Usage: snapshots.sh KAIRON
set -euo pipefail
kairon=$(realpath "$1")
fixtures=$(cd "$(dirname "$0")/../fixtures/diff" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for name in $(compgen -e GIT_ || true); do unset "$name"; done
# No catalogue, no settings of whoever runs this.
export HOME=$out XDG_CACHE_HOME=$out/cache GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 NO_COLOR=1
cp "$fixtures/before.json" "$fixtures/after.json" "$out"
cd "$out"
status=0
for format in text markdown mermaid svg html json; do
  "$kairon" diff before.json after.json --moves --format $format 2>/dev/null >"$format.new"
  if [[ ${KAIRON_UPDATE:-} == 1 ]]; then cp "$format.new" "$fixtures/diff.$format"; fi
  diff -u "$fixtures/diff.$format" "$format.new" || { status=1 && echo "$format differs; when that is wanted: KAIRON_UPDATE=1 $0 $1"; }
done
exit $status
