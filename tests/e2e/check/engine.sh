#!/usr/bin/env bash
# n8n's own engine as the judge: the tables of tests/fixtures/truth say what it does with each workflow, and the examples
# of the rules that it can run must fail or lose data where they are bad, and run where they are good.
# shellcheck source=tests/support/engine.sh
. "$(dirname "$0")/../../support/engine.sh"

source_dir=$(cd "$(dirname "$0")/../../.." && pwd)
node "$source_dir/tests/support/engine_table.mjs" "$ENGINE" "$source_dir"/tests/fixtures/truth/*.jsonl
node "$source_dir/tests/support/engine_examples.mjs" "$ENGINE" "$source_dir/tests/fixtures/rules" "$source_dir/tests/support/engine_not_run.txt"
# The comparison itself must be able to fail.
if sed 's/"engine":"fails"/"engine":"runs"/' "$source_dir/tests/fixtures/truth/values.jsonl" >"${TMPDIR:-/tmp}/kairon-table.$$" &&
  node "$source_dir/tests/support/engine_table.mjs" "$ENGINE" "${TMPDIR:-/tmp}/kairon-table.$$" >/dev/null; then
  rm -f "${TMPDIR:-/tmp}/kairon-table.$$"
  echo "a wrong table was not noticed" >&2
  exit 1
fi
rm -f "${TMPDIR:-/tmp}/kairon-table.$$"
