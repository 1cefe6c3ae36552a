#!/usr/bin/env bash
# The bad weather of n8n_weather.sh on n8n 2. KAIRON_FULL=1: it takes three minutes.
if [ "${KAIRON_FULL:-}" != 1 ]; then
  echo "skipped: KAIRON_FULL=1 runs the bad weather on n8n 2"
  exit 77
fi
# shellcheck source=tests/support/n8n_two.sh
. "$(dirname "$0")/../../support/n8n_two.sh"
# shellcheck source=tests/e2e/deploy/n8n_weather.sh
. "$(dirname "$0")/n8n_weather.sh"
