#!/usr/bin/env bash
# The bad answers of n8n_answers.sh on n8n 2, and keys that lack a scope.
# shellcheck source=tests/support/n8n_two.sh
. "$(dirname "$0")/../../support/n8n_two.sh"
# shellcheck source=tests/e2e/deploy/n8n_answers.sh
. "$(dirname "$0")/n8n_answers.sh"
