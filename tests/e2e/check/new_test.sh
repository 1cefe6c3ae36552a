#!/usr/bin/env bash
# kairon new test: a workflow goes by its name and by its file, here documents are data, cases stay in the repository.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

kairon=$build/kairon
cases=n8n-workflows/tests/regression
mkdir -p n8n-workflows
cat >n8n-workflows/Flow_1.json <<'JSON'
{"name": "Flow 1", "nodes": [{"id": "a", "name": "W", "type": "n8n-nodes-base.webhook", "typeVersion": 2,
 "position": [0, 0], "webhookId": "x", "parameters": {"path": "in", "httpMethod": "POST"}}],
 "connections": {}, "settings": {}}
JSON
printf 'curl -X POST https://x/webhook/in -d @- <<EOF\n{"a": "b"}\nEOF\n' >messages.sh

for name in "Flow 1" Flow_1; do
  ends_with 0 "$kairon" new test "$name"
  ends_with 0 "$kairon" new test "$name" --from messages.sh
  grep -q '"workflow": "Flow 1"' $cases/from_messages.json || fail "the case of $name names another workflow"
  grep -q '"a": "b"' $cases/from_messages.json || fail 'the here document is not the message'
  rm -r n8n-workflows/tests
done

mkdir -p "$sandbox/elsewhere" n8n-workflows/tests
ln -s "$sandbox/elsewhere" $cases
ends_with 2 "$kairon" new test Flow_1
mentions 'n8n-workflows/tests/regression leads out of the repository'
[ -z "$(ls -A "$sandbox/elsewhere")" ] || fail 'a case was written outside of the repository'
