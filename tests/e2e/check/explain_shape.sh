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
mentions "outputs:  true, false"
