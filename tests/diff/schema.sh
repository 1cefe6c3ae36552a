#!/usr/bin/env bash
# `kairon diff --format json` is valid by the installed schema, over every kind of file. Usage: schema.sh KAIRON
set -euo pipefail
kairon=$(realpath "$1")
top=$(cd "$(dirname "$0")/../.." && pwd)
if ! python3 -c 'import jsonschema' 2>/dev/null; then
  echo "skipped: python3-jsonschema is not installed (apt-get install python3-jsonschema)"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unset "${!GIT_@}"
export HOME=$work GIT_CONFIG_NOSYSTEM=1
cd "$work"
git init -q repository
cd repository
git config user.name Test
git config user.email test@example.org
cp -r "$top/tests/fixtures/demo/." .
git add . && git -c core.hooksPath=/nowhere commit -qm one
file=$(git ls-files 'n8n-workflows/*.json' | head -1)
other=$(git ls-files 'n8n-workflows/*.json' | tail -1)
python3 - "$file" <<'PY'
import json, sys
workflow = json.load(open(sys.argv[1]))
workflow["nodes"][0]["name"] += " renamed"
workflow["nodes"][1]["position"] = [5, 5]
workflow["nodes"][1]["parameters"]["x"] = {"deep": [1, None, True]}
workflow["settings"] = {"timezone": "UTC"}
removed = workflow["nodes"].pop()
workflow["nodes"].append({"name": "New", "type": "n8n-nodes-base.httpRequest", "parameters": {"url": "https://a.example"}})
json.dump(workflow, open(sys.argv[1], "w"))
PY
echo '{' >"$other"
mkdir -p db/migrations
echo 'ALTER TABLE t ADD COLUMN c int;' >db/migrations/999_more.sql
"$kairon" diff --format json >"$work/diff.json" 2>"$work/notes"
python3 - "$top/lib/diff/diff.schema.json" "$work/diff.json" <<'PY'
import json, sys
import jsonschema
schema, report = (json.load(open(name)) for name in sys.argv[1:3])
validator = jsonschema.Draft7Validator(schema)
validator.check_schema(schema)
validator.validate(report)
kinds = sorted(one["kind"] for one in report["files"])
assert kinds == ["migration", "text", "workflow"], kinds
for broken in ("summary", "counts"):
    copy = json.loads(json.dumps(report))
    for one in copy["files"]:
        one.pop(broken, None)
    assert list(validator.iter_errors(copy)), "the validator finds nothing missing without " + broken
print("%d files are valid by the schema" % len(kinds))
PY
