#!/usr/bin/env bash
# kairon fix: a node was renamed in the file, by hand: connections and references follow; twice changes nothing; and
# the commit that was blocked passes.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
kairon=$build/kairon
cp "$here"/../fixtures/demo/n8n-workflows/*.json n8n-workflows/
git add . && git commit -q --no-verify -m seed
sed -i 's/"name": "Parse"/"name": "Parse Message"/' n8n-workflows/Receive_Message.json
git add .
blocks $missing git commit -q -m renamed
passes "$kairon" fix
mentions "now leave 'Parse Message'"
passes "$kairon" fix --write
git add .
passes git commit -q -m renamed
passes "$kairon" fix
mentions 'nothing to repair'
