#!/usr/bin/env bash
# What an interrupted deployment needs stands in its journal: --resume and --rollback do not look at
# the work tree's files, of which one may be half edited.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

kairon=$build/kairon
truncated A >n8n-workflows/A.json
git config kairon.env-dev.n8nUrl http://127.0.0.1:9
git config kairon.env-dev.n8nApiKey none
git config kairon.env-dev.database postgresql://127.0.0.1:9/none
ends_with 2 "$kairon" deploy dev --dry-run
mentions "not all workflow files can be deployed"
for option in --resume --rollback; do
  ends_with 2 "$kairon" deploy dev $option
  mentions "no interrupted deployment to dev"
done
# Pulling needs them all the same.
ends_with 2 "$kairon" deploy pull A
mentions "not all workflow files can be deployed"
ends_with 2 "$kairon" deploy pull A --rollback
mentions "--rollback does not go with kairon deploy pull"

# What no commit holds is not overwritten; a file of another state would be asked of the server first.
good A >n8n-workflows/A.json
git config kairon.env-prod.n8nUrl http://127.0.0.1:9
git config kairon.env-prod.n8nApiKey none
ends_with 1 "$kairon" deploy pull A
mentions "n8n-workflows/A.json has changes that are not committed"
git init -q "$sandbox/empty"
ends_with 2 env -C "$sandbox/empty" "$kairon" deploy pull A
mentions "n8nUrl"

# A commit is deployed by its own settings, whatever the work tree's are.
good A >n8n-workflows/A.json
printf '[kairon]\n  workflows = elsewhere/*.json\n' >.kairon
git add . && git commit -q --no-verify -m elsewhere
rm .kairon
ends_with 2 "$kairon" deploy dev --dry-run --commit HEAD
mentions 'no workflow file matches elsewhere/*.json'
