#!/usr/bin/env bash
# The tree as it is laid out: top level, a README of at most 30 lines in each folder of lib/, no file
# of the corpus, no leftovers. Usage: check_tree.sh [SOURCE_DIR]
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"
bad=0
complain() { echo "check_tree: $*" && bad=1; }

if git rev-parse --git-dir >/dev/null 2>&1; then
  mapfile -t files < <(git ls-files)
else
  mapfile -t files < <(find . -type f -not -path './build*' -printf '%P\n')
fi
[ ${#files[@]} -gt 0 ] || complain "no file found: this check has lost its input"

allowed=' CMakeLists.txt CMakePresets.json LICENSE README.md hooks install.sh lib migrations tests '
for entry in $(printf '%s\n' "${files[@]}" | cut -d/ -f1 | sort -u); do
  case $entry in
    .*) ;;
    *) [[ $allowed == *" $entry "* ]] || complain "$entry does not belong to the top level" ;;
  esac
done

for folder in lib/*/; do
  [ -n "$(find "$folder" -name '*.cpp' -o -name '*.h')" ] || continue
  if [ ! -f "${folder}README.md" ]; then
    complain "${folder}README.md is missing"
  elif [ "$(wc -l <"${folder}README.md")" -gt 30 ]; then
    complain "${folder}README.md has more than 30 lines"
  fi
done

# A folder's README names every header in it: whoever looks for a unit finds it from the map.
while IFS= read -r header; do
  folder=$(cut -d/ -f1,2 <<<"$header")
  [ ! -f "$folder/README.md" ] || grep -qF "\`${header#"$folder"/}\`" "$folder/README.md" || complain "$folder/README.md does not name ${header#"$folder"/}"
done < <(find lib -mindepth 2 -name '*.h' | sort)

# The terms that messages and comments use for one thing each.
for term in ctx stage base published baseline trial rollback drill stand-in tip verdict; do
  grep -q "^| $term | ..*|$" lib/README.md || complain "the glossary of lib/README.md does not explain '$term'"
done

# Whoever follows the guide finds every file that it names.
guide=.github/CONTRIBUTING.md
if [ -f "$guide" ]; then
  while IFS= read -r path; do
    [ -e "$path" ] || complain "$guide names $path, which does not exist"
  done < <(grep -oE '`(lib|hooks|tests|\.github)/[A-Za-z0-9_./]+`' "$guide" | tr -d '`' | sort -u)
fi

leftovers='TOD[O]|FIXM[E]|(^|[^X])XX[X]([^X]|$)|not implemente[d]|/wor[k]/'
if printf '%s\0' "${files[@]}" | grep -zvE '^tests/fixtures/' | xargs -0 grep -InE "$leftovers" --; then
  complain "leftovers, see above"
fi

corpus=../shared/corpus
if [ -d "$corpus" ]; then
  copies=$(comm -12 <(find "$corpus" -type f -exec sha256sum {} + | cut -c1-64 | sort -u) \
    <(sha256sum -- "${files[@]}" | cut -c1-64 | sort -u))
  [ -z "$copies" ] || complain "files of the corpus were copied: $copies"
else
  echo "skipped: no corpus at $corpus to compare with"
fi

[ "$bad" = 1 ] || echo "check_tree: ${#files[@]} files"
exit $bad
