#!/usr/bin/env bash
# What was judged is what is committed: a hook that stages files after the gate (lint-staged) is judged again.
set -euo pipefail
# shellcheck source=tests/e2e/install/installed.sh
. "$(dirname "$0")/../install/installed.sh"
install_suite

new_repository restages
add_good_workflow
expect 0 "$kairon" hooks install
expect 0 git commit -q -m one
judged() { cat .git/kairon/judged; }
expect_equal "$(judged)" "$(git rev-parse 'HEAD^{tree}')"

# A hook that breaks what was judged.
write_hook .git/hooks/pre-commit "sed -i 's/\"name\": \"Parse\"/\"name\": \"Parse Message\"/' n8n-workflows/Receive_Message.json" \
  'git add n8n-workflows'
before=$(git rev-parse HEAD)
for how in plain all file; do
  git reset -q --hard "$before"
  echo "$how" >other && git add other
  case $how in
    plain) expect 1 git commit -q -m x ;;
    all) echo more >>other && expect 1 git commit -q -a -m x ;;
    file) expect 1 git commit -q -m x other ;;
  esac
  expect_said 'error[connection/missing-node]'
  expect_equal "$(git rev-parse HEAD)" "$before"
done
git reset -q --hard "$before"

# A hook that formats: the commit is what was judged the second time, and post-commit has nothing to say.
write_hook .git/hooks/pre-commit 'echo >>n8n-workflows/Receive_Message.json' 'git add n8n-workflows'
for how in plain all; do
  echo "$how formatted" >other
  if [ $how = plain ]; then git add other && expect 0 git commit -q -m x; else expect 0 git commit -q -a -m x; fi
  expect_equal "$(judged)" "$(git rev-parse 'HEAD^{tree}')"
  expect_equal "$(git diff HEAD~1 --name-only | tr '\n' ' ')" 'n8n-workflows/Receive_Message.json other '
  expect_silent_about 'no hook stopped'
done

# What no hook judged is told by post-commit.
rm .git/hooks/pre-commit
break_workflow && git add -A
expect 0 git commit -q --no-verify -m broken
expect_said 'no hook stopped this commit'
finish
