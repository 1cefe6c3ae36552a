#!/usr/bin/env bash
# `kairon diff` of 22 changed workflows next to `kairon check` of both sides, and `kairon report` of 200
# workflows next to `kairon check --all`, all cold. Medians of ROUNDS (default 3). Usage: diff.sh [BUILD_DIR]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kairon=$(cd "${1:-$here/../../build}" && pwd)/kairon
rounds=${ROUNDS:-3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export XDG_CACHE_HOME=$folder/cache GIT_CONFIG_GLOBAL=/dev/null NO_COLOR=1
unset "${!GIT_@}"
cp -r "$here/../fixtures/demo" "$folder/r"
cd "$folder/r"
git init -q .
commit() { git add -A && git -c user.name=t -c user.email=t@example.com -c core.hooksPath=/nowhere commit -qm "$1"; }

# many NUMBER WORD: as many workflows, each with twelve Code nodes of thirty lines.
many() {
  python3 - "$1" "$2" <<'PY'
import json, sys
for number in range(int(sys.argv[1])):
    nodes = [{"id": "t%d" % number, "name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}}]
    links = {}
    for i in range(12):
        code = "\n".join("const value%d = $json.field%d + %d; // %s" % (line, line, i, sys.argv[2]) for line in range(30))
        nodes.append({"id": "n%d-%d" % (number, i), "name": "Code %d" % i, "type": "n8n-nodes-base.code", "typeVersion": 2,
                      "position": [220 * i + 220, 0], "parameters": {"jsCode": code + "\nreturn $input.all();"}})
        links[nodes[-2]["name"]] = {"main": [[{"node": nodes[-1]["name"], "type": "main", "index": 0}]]}
    json.dump({"name": "Many_%d" % number, "nodes": nodes, "connections": links, "settings": {}}, open("n8n-workflows/Many_%d.json" % number, "w"), indent=2)
PY
}

ms() { local a=$EPOCHREALTIME; "$@" >/dev/null 2>&1 || true; local b=$EPOCHREALTIME; echo $(((${b/./} - ${a/./}))); }
cold() { rm -f .git/kairon/verdicts && ms "$@"; }
median() { sort -n | awk '{ v[NR] = $1 } END { printf "%.1f", v[int((NR + 1) / 2)] / 1000 }'; }
both_sides() {
  git checkout -q HEAD~1 && "$kairon" check --all
  rm -f .git/kairon/verdicts
  git checkout -q - && "$kairon" check --all
}
checkouts() { git checkout -q HEAD~1 && git checkout -q -; }

many 22 before && commit before
many 22 after && commit after
for ((i = 0; i < rounds; i++)); do
  cold "$kairon" diff HEAD~1..HEAD >>"$folder/diff"
  cold both_sides >>"$folder/check"
  cold checkouts >>"$folder/checkouts"
done
many 200 report && commit more
for ((i = 0; i < rounds; i++)); do
  cold "$kairon" report --output "$folder/report.html" >>"$folder/report"
  cold "$kairon" check --all >>"$folder/all"
done
for what in diff check checkouts report all; do declare "$what=$(median <"$folder/$what")"; done
# shellcheck disable=SC2154 # declared by the loop above
awk -v d="$diff" -v c="$check" -v g="$checkouts" -v r="$report" -v a="$all" -v size="$(stat -c %s "$folder/report.html")" 'BEGIN {
  printf "check of both sides    %8.1f ms\ndiff of 22 workflows   %8.1f ms  %.2f x check of both sides (budget 2)\n", c - g, d, d / (c - g)
  printf "check --all of 200     %8.1f ms\nreport of 200          %8.1f ms  %.2f x check --all (budget 3); %.2f MB (budget 2)\n", a, r, r / a, size / 1e6 }'
