# shellcheck shell=bash disable=SC2034 # what is set here is used by the scripts
# For the scripts about installing: a fresh home and prefix, real git, and words to expect things
# with. A script goes on after a failure and ends with `finish`.
set -euo pipefail

build_dir=$(cd "${KAIRON_BUILD_DIR:-$(dirname "${BASH_SOURCE[0]}")/../../../build-debug}" && pwd)
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
work=$(cd "$(mktemp -d)" && pwd -P)
trap 'chmod -R u+w "$work" && rm -rf "$work"' EXIT
cd "$work"
failures=0
output=

for variable in $(git rev-parse --local-env-vars) GIT_PREFIX GIT_EXEC_PATH; do unset "$variable"; done
user_cache=${XDG_CACHE_HOME:-$HOME/.cache}/kairon
export HOME=$work/home GIT_CONFIG_NOSYSTEM=1 GIT_EDITOR=: LC_ALL=C.UTF-8
export XDG_CACHE_HOME=$HOME/.cache XDG_CONFIG_HOME=$HOME/.config
# No test downloads a node catalogue by the way.
export npm_config_registry=http://127.0.0.1:9
unset KAIRON_SKIP
mkdir -p "$HOME"
git config --global user.name e2e
git config --global user.email e2e@localhost
git config --global init.defaultBranch main
git config --global protocol.file.allow always
git config --global advice.detachedHead false

prefix=$work/prefix
hooks=$prefix/libexec/kairon/hooks
kairon=$prefix/bin/kairon
demo=$source_dir/tests/fixtures/demo

install_suite() { cmake --install "$build_dir" --prefix "$prefix" >"$work/install.log"; }

# new_repository NAME: an empty repository in $work/NAME, which becomes the current folder.
new_repository() {
  git init -q "$work/$1"
  cd "$work/$1"
}

fail() {
  printf 'FAIL line %s: %s\n' "${BASH_LINENO[1]}" "$1"
  [ -z "$output" ] || printf '%s\n' "$output" | sed 's/^/    | /'
  failures=$((failures + 1))
}

# expect STATUS COMMAND...: runs it, keeps stdout and stderr in $output.
expect() {
  local wanted=$1 status=0
  shift
  output=$("$@" 2>&1) || status=$?
  [ "$status" = "$wanted" ] || fail "status $status, wanted $wanted: $*"
}

expect_said() { [[ $output == *"$1"* ]] || fail "it did not say \"$1\""; }
expect_silent_about() { [[ $output != *"$1"* ]] || fail "it said \"$1\""; }
# expect_equal ACTUAL WANTED
expect_equal() { [ "$1" = "$2" ] || fail "\"$1\" is not \"$2\""; }

# write_hook FILE LINE...: a sh script, executable.
write_hook() {
  local file=$1
  shift
  mkdir -p "$(dirname "$file")"
  { echo '#!/bin/sh' && printf '%s\n' "$@"; } >"$file"
  chmod +x "$file"
}

add_good_workflow() { mkdir -p n8n-workflows && cp "$demo"/n8n-workflows/*.json n8n-workflows/ && git add -A; }
# The reference and the edge to a node that was renamed.
break_workflow() { sed -i 's/"name": "Parse"/"name": "Parse Message"/' n8n-workflows/Receive_Message.json && git add -A; }

finish() {
  [ "$failures" = 0 ] || { echo "$failures failures" && exit 1; }
  echo "all as expected"
}
