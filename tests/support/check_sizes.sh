#!/usr/bin/env bash
# Size budgets: .cpp 400 lines, .h 200, functions 80, classes 150 (product code). Prints median and 95th
# percentile, whose aims are 120, 70, and 10 / 45. Usage: check_sizes.sh [SOURCE_DIR]
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"

functions() {
  # clang-format's output is regular: what begins at an indent of 0 (or 2 inside a class) and ends
  # with "}" at the same indent is one definition.
  awk '
    function close_it() { print FILENAME ":" first ":" FNR - first + 1; open = 0 }
    FNR == 1 { open = 0; text = ""; in_class = 0 }
    open { if ($0 ~ (indent ? "^  }" : "^}")) close_it(); next }
    /^[ ]*(\/\/|#)/ || /^$/ { next }
    /^}/ { in_class = 0; text = ""; next }
    {
      match($0, /^ */); depth = RLENGTH
      if (text == "") { if (depth > (in_class ? 2 : 0)) next; first = FNR; indent = depth }
      text = text " " $0
    }
    /\{$/ && text ~ /^ *(template.*> )?(class|struct|enum|union) [^(]*\{$/ { if (text ~ /^ (template|class|struct)/) in_class = 1; text = ""; next }
    /\{$/ && text ~ /^ *(namespace|extern "C")/ { text = ""; next }
    /\{$/ { open = text ~ /\(/ && text !~ / = \{$/; text = ""; next }
    /\}$/ { if (text ~ /\).*\{.*\}$/ && text !~ / = /) print FILENAME ":" first ":" FNR - first + 1; text = ""; next }
    /;$/ || /,$/ && !in_class && text !~ /\(/ || /:$/ { text = "" }
  ' "$@"
}

# Classes that are still larger: "file:name:lines". A number may only fall, and a line goes when it is not needed.
large_classes=tests/support/large_classes.txt

classes() {
  awk '
    FNR == 1 { open = 0 }
    open { if ($0 ~ (indent ? "^  };" : "^};")) { print FILENAME ":" name ":" FNR - first; open = 0 } next }
    /^(  )?(template <.*> )?(class|struct) [^;(]*\{$/ {
      match($0, /^ */); indent = RLENGTH
      name = $0; sub(/^.*(class|struct) /, "", name); sub(/ .*$/, "", name)
      first = FNR; open = 1
    }
  ' "$@"
}

# Takes the listed ones out of "file:name:lines", and fails on entries that are not true any more.
without_listed() {
  local listed=/dev/null
  [ ! -f $large_classes ] || listed=$large_classes
  awk -F: '
    FILENAME != "-" { most[$1 ":" $2] = $3; next }
    { place = $1 ":" $2 }
    !(place in most) { print; next }
    { seen[place] = 1; print place ":150" }
    $3 > most[place] { print "check_sizes: " place ": class of " $3 " lines, was " most[place] >"/dev/stderr"; bad = 1 }
    $3 <= 150 { print "check_sizes: " place ": class of " $3 " lines: remove it from " list >"/dev/stderr"; bad = 1 }
    END {
      for (place in most) if (!(place in seen)) { print "check_sizes: " place ": no such class: remove it from " list >"/dev/stderr"; bad = 1 }
      exit bad
    }' list=$large_classes "$listed" -
}

# Reads "place:...:lines" and judges the last field.
judge() {
  sort -t: -k"$1"n | awk -F: -v what="$2" -v limit="$3" -v field="$1" '
    { lines[NR] = $field; if ($field > limit) { print "check_sizes: " $1 (field == 3 ? ":" $2 : "") ": " what " of " $field " lines, at most " limit; bad = 1 } }
    END {
      if (NR == 0) { print "check_sizes: no " what " found: this check has lost its input"; exit 1 }
      printf "check_sizes: %d %s: median %d, p95 %d, max %d\n", NR, what (what == "class" ? "es" : "s"), lines[int((NR + 1) / 2)], lines[int(NR * 0.95 + 0.5)], lines[NR]
      exit bad
    }'
}

count_lines() { while IFS= read -r file; do printf '%s:%s\n' "$file" "$(wc -l <"$file")"; done; }

bad=0
find lib hooks tests -name '*.cpp' | count_lines | judge 2 '.cpp file' 400 || bad=1
find lib hooks tests -name '*.h' | count_lines | judge 2 '.h file' 200 || bad=1
mapfile -t files < <(find lib hooks -name '*.cpp' -o -name '*.h' | sort)
functions "${files[@]}" | judge 3 function 80 || bad=1
classes "${files[@]}" | without_listed | judge 3 class 150 || bad=1
exit $bad
