#!/usr/bin/env bash
# Shows that each static check fails on the fault it is there for: a small sound tree, then one fault
# at a time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0
tree=$work/tree

sound_tree() {
  rm -rf "$tree"
  mkdir -p "$tree"/{hooks,tests,migrations} "$tree"/lib/{base,json,config,workflow,gate}
  cp "$here/../../lib/README.md" "$tree/lib/"
  cp "$here/../../.clang-format" "$tree/"
  touch "$tree"/{CMakeLists.txt,LICENSE,README.md,install.sh}
  for folder in base json config workflow gate; do echo "# $folder/: \`${folder:0:1}.h\`" >"$tree/lib/$folder/README.md"; done
  printf '#pragma once\n\nint f();\n' | tee "$tree"/lib/{base/b,config/c,gate/g}.h >"$tree/lib/json/j.h"
  printf '#include "base/b.h"\n\nint f() { return 1; }\n' >"$tree/lib/base/b.cpp"
  printf '#include "config/c.h"\n\nstruct W {\n  int w;\n};\n' >"$tree/lib/workflow/w.cpp"
  printf '#include "gate/g.h"\n\nint main() { return f(); }\n' >"$tree/hooks/kairon.cpp"
  git init -q "$tree"
  git -C "$tree" add -A
}

# expect STATUS CHECK TEXT WHAT: the check must end with STATUS and print TEXT.
expect() {
  local status=0 output
  git -C "$tree" add -A
  output=$("$here/$2.sh" "$tree" 2>&1) || status=$?
  if [ "$status" != "$1" ] || [[ $output != *"$3"* ]]; then
    echo "FAIL $2: $4: status $status, wanted $1 and \"$3\"; it said: $output"
    failures=$((failures + 1))
  else
    echo "ok   $2: $4"
  fi
  sound_tree
}

lines() { for ((i = 0; i < $1; i++)); do echo "${2:-// line}"; done; }

sound_tree
for check in check_floors check_sizes check_tree; do expect 0 $check "$check" "a sound tree passes"; done

printf '#include "gate/g.h"\n' >>"$tree/lib/base/b.cpp"
expect 1 check_floors 'lib/base/b.cpp:4: base/ (floor 1) includes "gate/g.h" (floor 8)' "an include that runs up"
printf '#include "json/j.h"\n' >>"$tree/lib/config/c.h"
expect 0 check_floors "keep the floors" "an include that runs down"
printf '#include "workflow/w.h"\n' >>"$tree/lib/config/c.h"
expect 1 check_floors "config/ (floor 3)" "an include beside the exceptions of a floor"
printf '#include <git2.h>\n' >>"$tree/lib/base/b.cpp"
expect 1 check_floors "included only in git/" "a library outside its wrapper folder"
printf '#include <rapidjson/reader.h>\n' >>"$tree/lib/json/j.h"
expect 0 check_floors "keep the floors" "a library in a header that stays in its folder"
printf '#include <rapidjson/reader.h>\n' >>"$tree/lib/json/j.h"
printf '#include "json/j.h"\n' >>"$tree/lib/gate/g.h"
expect 1 check_floors "brings <rapidjson/reader.h> to" "a library that reaches another folder"
printf '#include "base/b.h"\n' >>"$tree/hooks/kairon.cpp"
expect 1 check_floors "a main includes gate/ or commands/ only" "a main that reaches below gate/"
mkdir "$tree/lib/extra" && printf '#include "base/b.h"\n' >"$tree/lib/extra/e.cpp"
expect 1 check_floors "not in the table" "a folder that the map does not know"
rm -rf "${tree:?}"/lib/*/ "$tree/hooks/kairon.cpp"
expect 1 check_floors "lost its input" "nothing to check"

lines 401 >"$tree/lib/base/long.cpp"
expect 1 check_sizes "lib/base/long.cpp: .cpp file of 401 lines" "a long .cpp file"
lines 201 >"$tree/lib/base/long.h"
expect 1 check_sizes "lib/base/long.h: .h file of 201 lines" "a long .h file"
{ printf 'int long_one(int a,\n             int b) {\n' && lines 79 '  a += b;' && printf '}\n'; } >"$tree/lib/base/long.cpp"
expect 1 check_sizes "lib/base/long.cpp:1: function of 82 lines" "a long function"
{ printf 'class A {\n public:\n  int long_one() {\n' && lines 80 '    f();' && printf '  }\n};\n'; } >"$tree/lib/base/long.h"
expect 1 check_sizes "lib/base/long.h:3: function of 82 lines" "a long member function"
{ printf 'class Long {\n' && lines 151 '  int a;' && printf '};\n'; } >"$tree/lib/base/long.h"
expect 1 check_sizes "lib/base/long.h:Long: class of 152 lines" "a long class"
mkdir "$tree/tests/support" && echo 'lib/base/long.h:Long:160' >"$tree/tests/support/large_classes.txt"
{ printf 'class Long {\n' && lines 160 '  int a;' && printf '};\n'; } >"$tree/lib/base/long.h"
expect 1 check_sizes "lib/base/long.h:Long: class of 161 lines, was 160" "a listed class that grows"
mkdir "$tree/tests/support" && echo 'lib/base/long.h:Long:160' >"$tree/tests/support/large_classes.txt"
expect 1 check_sizes "lib/base/long.h:Long: no such class" "a listed class that is gone"
{ printf 'struct Outer {\n  struct Inner {\n' && lines 100 '    int a;' && printf '  };\n  int b;\n};\n'; } >"$tree/lib/base/long.h"
expect 0 check_sizes "classes" "a class inside another"

touch "$tree/notes.txt"
expect 1 check_tree "notes.txt does not belong to the top level" "a stray file at the top"
rm "$tree/lib/json/README.md"
expect 1 check_tree "lib/json/README.md is missing" "a folder without README"
lines 31 >"$tree/lib/json/README.md"
expect 1 check_tree "more than 30 lines" "a long README"
printf 'int g();\n' >"$tree/lib/json/unnamed.h"
expect 1 check_tree "lib/json/README.md does not name unnamed.h" "a header that the folder's README does not name"
sed -i '/^| drill |/d' "$tree/lib/README.md"
expect 1 check_tree "does not explain 'drill'" "a term that the glossary does not explain"
printf '// TO%s later\n' DO >>"$tree/lib/base/b.cpp"
expect 1 check_tree "leftovers" "a leftover"
mkdir -p "$work/shared/corpus" && echo '{"corpus":1}' | tee "$work/shared/corpus/a.json" >"$tree/tests/copied.json"
expect 1 check_tree "files of the corpus were copied" "a copied corpus file"
expect 0 check_tree "check_tree" "a tree beside a corpus"

# expect_batches STATUS TEXT WHAT: two files of one batch, $work/first.cpp and $work/second.cpp.
expect_batches() {
  local status=0 output
  printf 'folder %s\n' "$work/first.cpp" "$work/second.cpp" >"$work/batches"
  output=$("$here/check_batches.sh" "$work/batches" 2>&1) || status=$?
  if [ "$status" != "$1" ] || [[ $output != *"$2"* ]]; then
    echo "FAIL check_batches: $3: status $status, wanted $1 and \"$2\"; it said: $output"
    failures=$((failures + 1))
  else
    echo "ok   check_batches: $3"
  fi
}
# local_file FILE NAMESPACE DEFINITION
local_file() { printf '#include <string>\nnamespace %s {\nnamespace {\n%s\n}  // namespace\n}  // namespace %s\n' "$2" "$3" "$2" >"$work/$1.cpp"; }
local_file first kairon::a 'std::string quoted(std::string text) { return "(" + text; }'
local_file second kairon::a 'std::string quoted(std::string_view text) { return std::string(text); }'
expect_batches 1 "second.cpp:4: quoted() of 1 parameters is also local to $work/first.cpp:4" "one name and number of parameters"
local_file second kairon::a 'bool quoted(char a, int b = 0) { return a == b; }'
expect_batches 1 "quoted() of 2 parameters" "a default argument"
local_file second kairon::a 'bool quoted(char a, int b) { return a == b; }'
expect_batches 0 "2 local functions in 2 files" "another number of parameters"
local_file second kairon::b 'std::string quoted(std::string_view text) { return std::string(text); }'
expect_batches 0 "2 local functions in 2 files" "another namespace"
printf 'namespace kairon::a {\nstatic int quoted(int a) { return a; }\n}\n' >"$work/second.cpp"
expect_batches 1 "second.cpp:2: quoted()" "a static function"
printf 'int a = 1;\n' | tee "$work/first.cpp" >"$work/second.cpp"
expect_batches 1 "lost its input" "no function at all"

status=0
"$here/check_format.sh" "$tree" >"$work/out" 2>&1 || status=$?
if [ $status = 77 ]; then
  cat "$work/out"
else
  expect 0 check_format "check_format" "a formatted tree"
  printf 'int  g( ) ;\n' >>"$tree/lib/base/b.h"
  expect 1 check_format "b.h" "a badly formatted line"
fi
write_version() { printf '#!/bin/sh\necho "Debian clang-format version %s"\n' "$1" >"$work/bin/clang-format" && chmod +x "$work/bin/clang-format"; }
mkdir "$work/bin"
write_version 19.1.7
status=0
PATH=$work/bin:$work "$BASH" "$here/check_format.sh" "$tree" >"$work/out" 2>&1 || status=$?
grep -q '^skipped: .*19.1.7$' "$work/out" && [ $status = 77 ] || { echo "FAIL check_format with clang-format 19: $status" && failures=$((failures + 1)); }
status=0
PATH=$work "$BASH" "$here/check_format.sh" "$tree" >"$work/out" 2>&1 || status=$?
grep -q '^skipped: ' "$work/out" && [ $status = 77 ] || { echo "FAIL check_format without clang-format: $status" && failures=$((failures + 1)); }

if command -v shellcheck >/dev/null; then
  # shellcheck disable=SC2016 # the fault is to stand there unexpanded
  printf '#!/bin/sh\nfor x in $(ls); do unused=1; done\n' >"$tree/tests/bad.sh"
  expect 1 check_shell "SC2034" "an unused variable"
fi

# shellcheck disable=SC2016 # an expression of GitHub's
printf 'on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ matrx.x }}\n' >"$work/bad.yml"
status=0
"$here/check_workflows.sh" "$work/bad.yml" >"$work/out" 2>&1 || status=$?
case $status in
  77) cat "$work/out" ;;
  1) grep -q 'undefined variable "matrx"' "$work/out" && echo "ok   check_workflows: an unknown context" ;;
  *) echo "FAIL check_workflows: status $status: $(cat "$work/out")" && failures=$((failures + 1)) ;;
esac

if command -v clang-tidy >/dev/null; then
  # The repository's own list of checks, on a use after move.
  cp "$here/../../.clang-tidy" "$work/"
  printf '#include <string>\n#include <utility>\nvoid take(std::string s);\nvoid twice(std::string s) {\n  take(std::move(s));\n  take(s);\n}\n' >"$work/moved.cpp"
  printf '[{"directory":"%s","file":"moved.cpp","command":"c++ -std=c++20 -c moved.cpp"}]' "$work" >"$work/compile_commands.json"
  status=0
  "$here/check_tidy.sh" "$work" "$work" moved.cpp >"$work/out" 2>&1 || status=$?
  if [ $status = 1 ] && grep -q use-after-move "$work/out"; then
    echo "ok   check_tidy: a use after move"
  else
    echo "FAIL check_tidy: a use after move: status $status: $(cat "$work/out")" && failures=$((failures + 1))
  fi
fi

[ $failures = 0 ] || { echo "$failures failures" && exit 1; }
