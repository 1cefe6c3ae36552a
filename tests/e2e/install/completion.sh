#!/usr/bin/env bash
# Completion: the candidates come from the option tables, the rules, the environments and the repository's files; bash
# takes them, and zsh and fish where they are installed.
set -euo pipefail
# shellcheck source=tests/e2e/install/installed.sh
. "$(dirname "$0")/installed.sh"
install_suite
export PATH="$prefix/bin:$PATH"
new_repository demo
add_good_workflow
mkdir -p db/migrations && cp "$demo"/db/migrations/*.sql db/migrations/

# completes WORDS... -- CANDIDATE...: each of these is among the candidates for the last word
completes() {
  local words=()
  while [ "$1" != -- ]; do words+=("$1") && shift; done
  shift
  expect 0 kairon completion words -- "${words[@]}"
  local candidate
  for candidate in "$@"; do
    printf '%s\n' "$output" | cut -f1 | grep -qxF -- "$candidate" || fail "no candidate $candidate for: ${words[*]}"
  done
}
completes ch -- check
completes check --sta -- --staged --statistics
completes check --format s -- sarif
completes explain connection/ -- connection/missing-node
completes deploy '' -- dev staging prod
completes hooks '' -- install uninstall status
completes migrate test '' -- db/migrations/001_messages.sql
completes deploy pull '' -- 'Receive_Message'
completes help tr -- troubleshooting
[ -z "$(kairon completion words -- check --format nonsense)" ] || fail 'a candidate that does not continue the word'
expect 2 kairon completion tcsh

for path in bash-completion/completions/kairon zsh/site-functions/_kairon fish/vendor_completions.d/kairon.fish; do
  [ -s "$prefix/share/$path" ] || fail "$path is not installed"
done

output=$(bash -c '. "$1"; COMP_WORDS=(kairon explain connection/mi); COMP_CWORD=2; compopt() { :; }; _kairon; printf "%s\n" "${COMPREPLY[@]}"' \
  _ "$prefix/share/bash-completion/completions/kairon")
[[ $output == *connection/missing-node* ]] || fail 'bash does not complete a rule'
if command -v fish >/dev/null; then
  output=$(fish -c 'source $argv[1]; complete -C "kairon explain connection/mi"' "$prefix/share/fish/vendor_completions.d/kairon.fish")
  [[ $output == *connection/missing-node* ]] || fail 'fish does not complete a rule'
fi
if command -v zsh >/dev/null; then
  zsh -fn "$prefix/share/zsh/site-functions/_kairon" || fail 'zsh refuses the script'
fi
finish
