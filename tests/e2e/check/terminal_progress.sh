#!/usr/bin/env bash
# On a real terminal: a check that takes long shows a line that moves, and that line is gone before the result, at 80 and
# at 50 columns.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/support/terminal.sh
. "$here/../support/terminal.sh"
kairon=$build/kairon
mkdir -p n8n-workflows
text=$(good NAME)
for i in $(seq 1 2000); do printf '%s\n' "${text/NAME/W$i}" >"n8n-workflows/W$i.json"; done
bad Bad >n8n-workflows/Bad.json
for width in 80 50; do
  rm -rf .git/kairon
  terminal_begin "$width" 20
  terminal_type "$kairon check; echo over"
  terminal_wait 'over'
  terminal_wait 'kairon: next:'
  shown=$(screen)
  [[ $shown != *'kairon: judging'* ]] || output=$shown fail "the progress line stays at width $width"
  grep -q '^n8n-workflows/Bad.json:' <<<"$shown" || output=$shown fail "the finding does not begin its line at width $width"
  tmux -S "$tmux_socket" kill-server
done
