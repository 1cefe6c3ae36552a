#!/usr/bin/env bash
# kairon explain: each rule fits a screen, says what it reports with a verb, and how it is allowed where it is found.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
kairon=$build/kairon
rules=0
while read -r rule _; do
  rules=$((rules + 1))
  passes "$kairon" explain "$rule"
  [[ $(wc -l <<<"$output") -le 60 ]] || fail "explain $rule has more than a screen"
  mentions 'Why: '
  mentions 'Fix: '
done < <("$kairon" rules)
[[ $rules -gt 100 ]] || fail "only $rules rules"
passes "$kairon" explain connection/missing-node
mentions '(- bad, + good)'
mentions '  +       "name": "Send report",'
mentions 'the note `kairon: allow connection/missing-node REASON`'
passes "$kairon" explain migration/no-rollback
mentions 'Has neither a rollback file nor an irreversible directive.'
mentions 'the comment `-- kairon: allow migration/no-rollback REASON` in the file'
ends_with 2 "$kairon" explain missing-node
mentions 'did you mean connection/missing-node or reference/missing-node?'

# rules PREFIX lists the rules of a group, and says when there are none.
run "$build/kairon" rules node/
[[ $status == 0 && $output == node/* ]] || fail "the rules of a group"
[[ -z $(grep -v '^node/' <<<"$output") ]] || fail "rules of another group are listed"
ends_with 2 "$build/kairon" rules nothing/
mentions "no rule's id begins with 'nothing/'"
