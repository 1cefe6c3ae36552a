#!/usr/bin/env bash
# Makes README's picture from a real run: a commit that is blocked, the repair, the commit that passes.
# Usage: terminal_picture.sh BUILD_DIR >.github/terminal.svg
set -euo pipefail
build=$(cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$work/gitconfig XDG_CACHE_HOME=$work/cache CLICOLOR_FORCE=1
unset NO_COLOR
mkdir -p "$work/hooks" "$work/shop"
for program in pre-commit pre-push post-merge; do ln -s "$build/$program" "$work/hooks/$program"; done
git config --global user.name you
git config --global user.email you@example.org
git config --global init.defaultBranch main
git config --global core.hooksPath "$work/hooks"
export PATH=$build:$PATH
cd "$work/shop"
git init -q .
cp -r "$here/../fixtures/demo/n8n-workflows" .
git add -A && git commit -q -m "two workflows"
# Somebody renames a node in the file.
sed -i 's/"name": "Parse"/"name": "Parse Message"/' n8n-workflows/Receive_Message.json
git add -A
{
  echo '$ git commit -m "Rename a node"'
  git commit -m "Rename a node" 2>&1 || true
  echo '$ kairon fix --write'
  kairon fix --write 2>&1 | grep -v '^[-+@]\|^.\[[0-9;]*m[-+]' || true
  echo '$ git commit -am "Rename a node"'
  git commit -am "Rename a node" 2>&1
} | sed -E 's/ \([0-9.]+ ms\)//; s/^(\[main) [0-9a-f]+\]/\1 4f1c2ab]/' | python3 "$here/terminal_picture.py"
