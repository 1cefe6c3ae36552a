# shellcheck shell=bash disable=SC2154 # lib.sh sets $sandbox, postgres.sh sets $folder
# For scripts that need a real terminal: one of tmux, of a given size. Source it in a script that sourced lib.sh or
# postgres.sh.
#
#   terminal_begin WIDTH HEIGHT   a terminal whose shell is in the current folder
#   terminal_type TEXT            types a line
#   terminal_wait TEXT            waits until the screen shows it
#   terminal_keys KEYS...         tmux's names of keys: C-c
#   screen                        what the terminal shows now; painted: with its colours
command -v tmux >/dev/null || { echo "skipped: no tmux" && exit 77; }
terminal_end() { tmux -S "$tmux_socket" kill-server 2>/dev/null || true; }
terminals=0
terminal_begin() {
  # A socket of its own for each: the server of the terminal before may still be ending on its socket.
  terminals=$((terminals + 1))
  tmux_socket=${sandbox:-$folder}/tmux$terminals
  tmux -S "$tmux_socket" -f /dev/null new-session -d -x "$1" -y "$2" "env PS1='> ' TERM=screen bash --norc --noprofile"
  if declare -F postgres_end >/dev/null; then
    # shellcheck disable=SC2034  # postgres_end reads it
    extra_end=terminal_end
  else
    trap 'terminal_end; chmod -R u+rwX "$sandbox" 2>/dev/null; rm -rf "$sandbox"' EXIT
  fi
}
terminal_type() { tmux -S "$tmux_socket" send-keys -l "$1" && tmux -S "$tmux_socket" send-keys Enter; }
terminal_keys() { tmux -S "$tmux_socket" send-keys "$@"; }
screen() { tmux -S "$tmux_socket" capture-pane -p; }
painted() { tmux -S "$tmux_socket" capture-pane -e -p; }
terminal_wait() {
  local _
  for _ in $(seq 1 600); do
    screen | grep -qF -- "$1" && return 0
    sleep 0.1
  done
  [ -z "${folder:-}" ] || screen >"$folder/out"
  output=$(screen) fail "the terminal never showed: $1"
}
