#!/usr/bin/env bash
# How real migration histories fare: for each repository in a folder of clones, the layout that init finds, the share of
# forward files with an error at commit, and the share with a verdict in one trial.
#
#   KAIRON_BUILD_DIR=build tests/support/migration_histories.sh FOLDER [NAME...]
#
# Work trees are not touched: the files are copied. Reports stay in $KAIRON_HISTORIES (default: a temporary folder).
set -euo pipefail

clones=$(cd "${1:?a folder of clones}" && pwd)
shift
kairon=$(cd "${KAIRON_BUILD_DIR:-build}" && pwd)/kairon
out=${KAIRON_HISTORIES:-$(mktemp -d)}
mkdir -p "$out"
if ! command -v jq >/dev/null; then
  echo 'skipped: jq is not installed'
  exit 77
fi
[ $# -gt 0 ] || mapfile -t names < <(ls "$clones")
[ $# -eq 0 ] || names=("$@")

percent() { [ "$2" -gt 0 ] && printf '%d%%' $((100 * $1 / $2)) || printf -- '-'; }

printf '%-22s %-16s %6s %8s %8s %8s %8s %7s\n' repository layout files blocked judged passed failed ms/each
for name in "${names[@]}"; do
  work=$(mktemp -d)
  git -C "$clones/$name" ls-files -z | (cd "$clones/$name" && xargs -0 -r ls -d 2>/dev/null || true) >"$work/list"
  mkdir "$work/r"
  (cd "$clones/$name" && tar -cf - --files-from="$work/list") | tar -xf - -C "$work/r"
  cd "$work/r"
  rm -rf .kairon
  git init -q . && git add -A -f >/dev/null && git -c user.name=t -c user.email=t@example.com commit -qm start
  "$kairon" init >"$out/$name.init" 2>&1 || true
  git config -f .kairon kairon.workflows 'no-workflows/*.json'
  git config -f .kairon kairon.missingExtensions stub
  git config -f .kairon kairon.postgresVersion "${KAIRON_HISTORIES_VERSION:-15}"
  # Of several histories in one repository, each layout once.
  layout=$(git config -f .kairon --get-regexp '^migrations\..*\.layout$' | cut -d' ' -f2 | sort -u | paste -sd+ || true)
  [ -n "$layout" ] || layout=$(git config -f .kairon kairon.layout || echo kairon)
  "$kairon" check --format json >"$out/$name.check" 2>"$out/$name.check.err" || true
  "$kairon" migrate test --format json >"$out/$name.trial" 2>"$out/$name.trial.err" || true
  files=$(jq '.migrations | length' "$out/$name.trial" 2>/dev/null || echo 0)
  # A rollback section stands in the same file: its findings count as the file's.
  blocked=$(jq -r '[.findings[] | select(.severity == "error") | .path] | unique | .[]' "$out/$name.check" 2>/dev/null |
    grep -cvE '(\.down|/down|_rollback)\.sql$' || true)
  count() { jq "[.migrations[] | select($1)] | length" "$out/$name.trial" 2>/dev/null || echo 0; }
  judged=$(count '.verdict != "not judged"')
  passed=$(count '.verdict == "passed"')
  failed=$(count '.verdict == "blocked"')
  each=$(jq '(.elapsed_ms / ([.migrations | length, 1] | max)) | floor' "$out/$name.trial" 2>/dev/null || echo -)
  printf '%-22s %-16s %6s %8s %8s %8s %8s %7s\n' "$name" "$layout" "$files" "$blocked ($(percent "$blocked" "$files"))" \
    "$judged ($(percent "$judged" "$files"))" "$passed" "$failed" "$each"
  cd /
  rm -rf "$work"
done
echo "reports: $out"
