#!/usr/bin/env bash
# kairon explain --shape takes a workflow by its file or by its name in this repository.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
mkdir below
cd below
for workflow in A ../n8n-workflows/A.json; do
  passes "$build/kairon" explain --shape "$workflow" End
  mentions "receives:"
done
ends_with 2 "$build/kairon" explain --shape Nowhere End
mentions "Nowhere"
ends_with 2 "$build/kairon" explain --shape A Ends
mentions "did you mean 'End'?"

# A node with several outputs: their names, as n8n's editor has them.
cat >../if.json <<'JSON'
{"name":"B","nodes":[{"id":"1","name":"Has Text","type":"n8n-nodes-base.if","typeVersion":2,"position":[0,0],"parameters":{}}],"connections":{}}
JSON
passes "$build/kairon" explain --shape ../if.json "Has Text"
mentions "emits at true, false:"

# Kinds, nested keys, counts and pairing; colour only on a terminal.
cat >../kinds.json <<'JSON'
{"name":"C","nodes":[{"id":"1","name":"Start","type":"n8n-nodes-base.webhook","typeVersion":2,"position":[0,0],"parameters":{"path":"c"}},
{"id":"2","name":"Make","type":"n8n-nodes-base.code","typeVersion":2,"position":[0,0],"parameters":{"jsCode":"return [{json:{n:1,user:{name:'a',tags:['x']}}}];"}},
{"id":"3","name":"Some","type":"n8n-nodes-base.filter","typeVersion":2.2,"position":[0,0],"parameters":{}}],
"connections":{"Start":{"main":[[{"node":"Make","type":"main","index":0}]]},"Make":{"main":[[{"node":"Some","type":"main","index":0}]]}}}
JSON
passes "$build/kairon" explain --shape ../kinds.json Some
mentions "receives: one item"
mentions "user: object"
mentions "  name: text"
mentions "  tags: list of (text)"
mentions "emits: at most as many items as came in; each paired with the item that it was made from"
[[ $output != *$'\e['* ]] || fail "colours without a terminal"
NO_COLOR="" CLICOLOR_FORCE=1 passes "$build/kairon" explain --shape ../kinds.json Some
mentions $'\e['
passes "$build/kairon" explain --shape ../kinds.json Some --format json
python3 - "$output" <<'PY'
import json, sys
said = json.loads(sys.argv[1])
out = said["emits"][0]
assert said["receives"]["items"]["count"] == "one", said
assert out["items"]["count"] == "at most as many as came in" and out["pairing"] == "kept", said
assert out["data"]["fields"]["user"]["object"]["fields"]["name"]["kinds"] == ["text"], said
PY
ends_with 2 "$build/kairon" explain connection/loop --format json
