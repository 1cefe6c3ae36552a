#!/usr/bin/env bash
# tests/new_rule.sh writes three files; what it writes compiles, and the table of rules finds it. A file that is
# not named after its rule is refused. Usage: check_new_rule.sh CXX CMAKE
set -euo pipefail
cxx=$1 cmake=$2
top=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "FAIL: $*" && exit 1; }
table() { "$cmake" -DOUT="$work/table.inc" -DRULES="$work/lib/lint/rules" -P "$top/lib/lint/registry.cmake"; }

for id in node/two-words migration/added; do
  "$top/tests/new_rule.sh" "$id" "$work" >"$work/out" || fail "$id: $(cat "$work/out")"
  file=$work/lib/lint/rules/${id//-/_}.cpp
  "$cxx" -std=c++20 -fsyntax-only -Wall -Wextra -Werror -I"$top/lib" "$file" || fail "$id does not compile"
done
[ "$(find "$work" -type f -not -name out | wc -l)" = 6 ] || fail "three files for a rule: $(find "$work" -type f)"
table
grep -qx 'KAIRON_RULE(WorkflowRule, kNodeTwoWords)' "$work/table.inc" || fail "no node/two-words in the table"
grep -qx 'KAIRON_RULE(MigrationRule, kMigrationAdded)' "$work/table.inc" || fail "no migration/added in the table"
if "$top/tests/new_rule.sh" node/two-words "$work" 2>/dev/null; then fail "a rule was written over"; fi
for bad in node Node/x node/x_y node/ ../x; do
  if "$top/tests/new_rule.sh" "$bad" "$work" 2>/dev/null; then fail "'$bad' was taken for an id"; fi
done
mv "$work/lib/lint/rules/node/two_words.cpp" "$work/lib/lint/rules/node/other.cpp"
if table 2>"$work/out"; then fail "a rule in a file of another name was accepted"; fi
grep -q 'node/other.cpp defines no rule kNodeOther' "$work/out" || fail "$(cat "$work/out")"
echo "check_new_rule: ok"
