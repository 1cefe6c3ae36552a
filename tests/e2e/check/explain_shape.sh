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
