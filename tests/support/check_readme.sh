#!/usr/bin/env bash
# README.md and the manual say what is so: the two commands exist, and every kairon command and option that they name
# is known to --help. Usage: check_readme.sh BUILD_DIR [README]
set -euo pipefail
kairon=$(cd "$1" && pwd)/kairon
cd "$(dirname "$0")/../.."
readme=${2:-README.md}
bad=0
checked=0
complain() { echo "check_readme: $*" && bad=1; }

# options_of TEXT: the options that a piece of text names.
options_of() { grep -oE -- '--[a-z][a-z-]+' <<<"$1" || true; }

# knows HELP WHO TEXT
knows() {
  local option
  for option in $(options_of "$3"); do
    checked=$((checked + 1))
    grep -qE -- "$option( |$|,|\])" <<<"$1" || complain "$2 has no option $option"
  done
}

for script in ./install.sh ./tests/run.sh; do
  [ -x "$script" ] || complain "$script is not executable"
  grep -q "^$script" "$readme" || complain "$script is not among the commands"
  help=$("$script" --help)
  while IFS= read -r line; do knows "$help" "$script" "${line%%#*}"; done < <(grep "^$script" "$readme" || true)
done

commands=$("$kairon" --help | sed -n 's/^  \([a-z]*\) .*/\1/p')
while IFS= read -r line; do
  for command in $(grep -oE 'kairon [a-z]+' <<<"$line" | grep -v 'kairon on' | cut -d' ' -f2 | sort -u); do
    checked=$((checked + 1))
    [ "$command" != help ] || continue
    if ! grep -qx "$command" <<<"$commands"; then
      complain "kairon has no command $command"
    elif [[ $line != *"./install.sh"* && $line != *"git commit"* ]]; then
      knows "$("$kairon" "$command" --help)" "kairon $command" "${line%%#*}"
    fi
  done
done < <(grep -hE '(^|`)kairon [a-z]+' "$readme" lib/manual/[a-z]*.md | grep -v '^| `\[')

[ "$checked" -gt 10 ] || complain "only $checked words found: this check has lost its input"
[ "$bad" = 1 ] || echo "check_readme: $checked commands and options"
exit $bad
