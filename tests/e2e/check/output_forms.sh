#!/usr/bin/env bash
# The forms of kairon check that programs read: JSON and the baseline by their schemas, JUnit by its own, GitLab's report.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
kairon=$build/kairon
source_dir=$(cd "$here/../.." && pwd)
command -v jq >/dev/null || { echo "skipped: no jq" && exit 77; }
bad A >n8n-workflows/A.json
good B >n8n-workflows/B.json

# obeys SCHEMA FILE
obeys() {
  python3 -c 'import jsonschema' 2>/dev/null || return 0
  run python3 - "$source_dir/lib/report/$1" "$2" <<'PY'
import json, jsonschema, sys
jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))
PY
  [[ $status == 0 ]] || fail "$2 does not obey $1"
}
"$kairon" check --format json --verbose >check.out || true
obeys check.schema.json check.out
passes "$kairon" check --write-baseline known.out
obeys baseline.schema.json known.out
[[ $(wc -l <known.out) == $(($(jq '.findings | length' known.out) + 2)) ]] || fail 'a baseline has not one line for each finding'

"$kairon" check --format gitlab >gitlab.out || true
jq -e 'length > 0 and all(.description and .fingerprint and .location.path and .location.lines.begin)' gitlab.out >/dev/null || fail 'GitLab cannot read its report'
[[ $(jq -r '.[].fingerprint' gitlab.out | sort | uniq -d) == "" ]] || fail 'two findings have one fingerprint'

"$kairon" check --format junit >junit.out || true
if command -v xmllint >/dev/null; then
  run xmllint --noout --schema "$source_dir/tests/support/junit.xsd" junit.out
  [[ $status == 0 ]] || fail 'the JUnit report does not obey its schema'
fi
rm n8n-workflows/A.json
"$kairon" check --format junit >junit.out
grep -q 'failures="0"' junit.out || fail 'no findings, and yet a failure'

# .kairon as git prints it, by the schema of the settings; a key that does not exist is none of it.
listed() { git config -f .kairon --list | jq -Rn '[inputs | capture("^(?<key>[^=]*)=(?<value>.*)$")] | group_by(.key) | map({key: .[0].key, value: (if length > 1 then map(.value) else .[0].value end)}) | from_entries' >settings.out; }
git init -q "$sandbox/settings" && cd "$sandbox/settings" && mkdir n8n-workflows && good A >n8n-workflows/A.json && "$kairon" init >/dev/null
git config -f .kairon --add kairon.workflows 'more/*.json' && git config -f .kairon lint.code/syntax.severity warning
listed
obeys ../config/settings.schema.json settings.out
git config -f .kairon kairon.wokflows x && listed
if python3 -c 'import jsonschema' 2>/dev/null && (obeys ../config/settings.schema.json settings.out) >/dev/null 2>&1; then fail 'a misspelt key obeys the schema'; fi
git config -f .kairon --unset kairon.wokflows
