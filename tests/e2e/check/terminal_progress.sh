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
files=0
# more COUNT: as many workflows as that in all
more() { while [ "$files" -lt "$1" ]; do files=$((files + 1)) && printf '%s\n' "${text/NAME/W$files}" >"n8n-workflows/W$files.json"; done; }
more 2000
bad Bad >n8n-workflows/Bad.json

# watched WIDTH: runs the check on a terminal; true when the line was seen before the result.
watched() {
  rm -rf .git/kairon
  terminal_begin "$1" 20
  terminal_type "$kairon check; echo ov''er"
  local seen=1
  until screen | grep -qx over; do
    ! screen | grep -q '^kairon: judging' || seen=0
    sleep 0.02
  done
  return "$seen"
}

for width in 80 50; do
  # A fast machine needs more files before the line is due.
  until watched "$width"; do
    tmux -S "$tmux_socket" kill-server
    [ "$files" -lt 64000 ] || fail "a check of $files files shows no progress"
    more $((files * 2))
  done
  terminal_wait 'kairon: next:'
  shown=$(screen)
  [[ $shown != *'kairon: judging'* ]] || output=$shown fail "the progress line stays at width $width"
  grep -q '^n8n-workflows/Bad.json:' <<<"$shown" || output=$shown fail "the finding does not begin its line at width $width"
  tmux -S "$tmux_socket" kill-server
done
