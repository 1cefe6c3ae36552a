#!/usr/bin/env bash
# Names with blanks, quotes, line ends, backslashes and other alphabets.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
for name in 'a b' '"q"' $'line\nend' 'back\slash' $'\xc3\xbc\xe2\x9c\x93' '-dash' '$(touch pwned)' '*'; do
  bad X >"n8n-workflows/$name.json"
  git add .
  blocks $missing git commit -m x
  [[ $output != *$'\n'"end.json"* ]] || fail "a line end in a name breaks a line of output"
  git rm -q --cached -f -- ":(literal)n8n-workflows/$name.json"
  rm -f -- "n8n-workflows/$name.json"
done
[[ ! -e pwned ]] || fail "a name was run by a shell"
good Fine >"n8n-workflows/a b.json"
git add .
passes git commit -m x
