#!/usr/bin/env bash
# n8n_disaster.sh on n8n 2: backup, and the manual's page "recovery". KAIRON_FULL=1: it takes two minutes.
if [ "${KAIRON_FULL:-}" != 1 ]; then
  echo "skipped: KAIRON_FULL=1 runs the recovery on n8n 2"
  exit 77
fi
# shellcheck source=tests/support/n8n_two.sh
. "$(dirname "$0")/../../support/n8n_two.sh"
# shellcheck source=tests/e2e/deploy/n8n_disaster.sh
. "$(dirname "$0")/n8n_disaster.sh"
