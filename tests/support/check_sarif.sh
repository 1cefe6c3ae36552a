#!/usr/bin/env bash
# The SARIF that `kairon check` writes is valid by the official schema (npm @microsoft/jest-sarif).
set -euo pipefail
kairon=$1
fixtures=$2
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kairon
schema=$cache/sarif-2.1.0-rtm.5.json
mkdir -p "$cache"
if ! python3 -c 'import jsonschema' 2>/dev/null; then
  echo "skipped: python3-jsonschema is not installed (apt-get install python3-jsonschema)"
  exit 77
fi
if [[ ! -s $schema ]]; then
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  if ! (cd "$folder" && npm pack --silent @microsoft/jest-sarif@1.0.0-beta.0 >/dev/null 2>&1 && tar xzf ./*.tgz); then
    echo "skipped: the SARIF schema is not in $cache and npm cannot fetch @microsoft/jest-sarif"
    exit 77
  fi
  cp "$folder/package/lib/schemas/sarif-2.1.0-rtm.5.json" "$schema"
fi
report=$(mktemp)
"$kairon" check --format sarif "$fixtures" >"$report" || [[ $? == 1 ]]
python3 - "$schema" "$report" <<'PY'
import json, sys
import jsonschema
schema, report = (json.load(open(name)) for name in sys.argv[1:3])
validator = jsonschema.Draft4Validator(schema)
validator.validate(report)
results = report["runs"][0]["results"]
assert len(results) > 50, "too few results to mean anything: %d" % len(results)
report["runs"][0]["results"][0]["level"] = "fatal"
assert list(validator.iter_errors(report)), "the validator finds nothing in a broken report"
print("%d results are valid SARIF 2.1.0" % len(results))
PY
rm -f "$report"
