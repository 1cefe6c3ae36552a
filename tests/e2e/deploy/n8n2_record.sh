#!/usr/bin/env bash
# n8n_record.sh on n8n 2.
# shellcheck source=tests/support/n8n_two.sh
. "$(dirname "$0")/../../support/n8n_two.sh"
# shellcheck source=tests/e2e/deploy/n8n_record.sh
. "$(dirname "$0")/n8n_record.sh"
