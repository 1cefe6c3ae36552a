#!/usr/bin/env bash
# The fixture system and all of its smoke tests on n8n 2.41.1.
# shellcheck source=tests/support/n8n_two.sh
. "$(dirname "$0")/../../support/n8n_two.sh"
# shellcheck source=tests/support/logbook.sh
. "$(dirname "$0")/../../support/logbook.sh"

n8n_begin
n8n_start dev
logbook_repository
logbook_environment dev
expect 0 "14 created" "$kairon" deploy dev
expect 0 "14 unchanged" "$kairon" deploy dev
ok "deployed once"
expect 0 "dev: 55 of 55 cases passed, 4 failed executions" "$kairon" smoke dev
says "coverage: 14 of 14 workflows executed"
ok "55 cases pass"

# And a broken system does not pass.
jq '(.nodes[] | select(.type == "n8n-nodes-base.code")).parameters.jsCode = "throw new Error(\"out of order\")"' \
  n8n-workflows/Run_Command.json >"$WORK/changed"
cp "$WORK/changed" n8n-workflows/Run_Command.json
expect 0 "1 updated" "$kairon" deploy dev
expect 1 "out of order" "$kairon" smoke dev --case "::ping*"
ok "a workflow out of order is caught"
echo "n8n2_smoke: $cases groups"
