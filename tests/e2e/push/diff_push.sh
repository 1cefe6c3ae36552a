#!/usr/bin/env bash
# A push says in one line what it changes in each workflow.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
git init -q --bare "$sandbox/remote.git"
git remote add origin "$sandbox/remote.git"
passes git push -u origin main
mentions 'kairon: A: new workflow, 2 nodes, 1 connection'

sed -i 's/"End"/"Finish"/g; s/"executionOrder": "v1"/"executionOrder": "v1", "timezone": "UTC"/' n8n-workflows/A.json
good B | sed 's/4000-8000-00000000000/4000-8000-00000000009/' >n8n-workflows/B.json
git add .
passes git commit -qm change
passes git push
mentions 'kairon: A: 1 node renamed; 1 setting changed'
mentions 'kairon: B: new workflow, 2 nodes, 1 connection'

git rm -q n8n-workflows/B.json
git commit -qm removed
passes git push
mentions 'kairon: B: workflow removed (2 nodes)'
[[ $output != *"kairon: A:"* ]] || fail "an unchanged workflow is named"

# Only a format: nothing to say.
python3 - n8n-workflows/A.json <<'PY'
import json, sys
text = json.load(open(sys.argv[1]))
json.dump(text, open(sys.argv[1], "w"), indent=8)
PY
git commit -qam format
passes git push
[[ $output != *"kairon: A:"* ]] || fail "a change of format is named"
