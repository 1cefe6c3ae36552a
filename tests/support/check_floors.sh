#!/usr/bin/env bash
# Fails on an include that runs up the floors of lib/README.md's table, on a library's header outside
# its wrapper folder, and on one in a header of ours. Usage: check_floors.sh [SOURCE_DIR]
set -euo pipefail
cd "${1:-$(dirname "$0")/../..}"

{
  sed -n 's/^| \([0-9]\+\) | \(.*\)/floor \1 \2/p' lib/README.md
  grep -rnE --include='*.h' --include='*.cpp' '^[[:space:]]*#[[:space:]]*include' lib hooks || true
} | awk '
  # Which folder may include which library; fmt is the vocabulary of base/format.h.
  BEGIN {
    wrapper["git2"] = "git"; wrapper["libpq-fe.h"] = "postgres"; wrapper["libpq"] = "postgres"; wrapper["curl"] = "http"
    wrapper["rapidjson"] = "json"; wrapper["tree_sitter"] = "js"; wrapper["pg_query.h"] = "sql"; wrapper["git2.h"] = "git"
    wrapper["openssl"] = "base"; wrapper["fmt"] = "base"; wrapper["doctest"] = "tests"
  }
  function complain(why) { print "check_floors: " place ": " why; bad = 1 }
  $1 == "floor" {
    count = split($0, parts, "`")
    for (i = 2; i <= count; i += 2) if (parts[i] ~ /^[a-z0-9]+\/$/) { name = parts[i]; sub("/", "", name); floor[name] = $2 }
    next
  }
  {
    split($0, where, ":"); place = where[1] ":" where[2]; file = where[1]
    split(file, path, "/")
    from = path[1] == "hooks" ? "hooks" : path[3] == "" ? "" : path[2]
    header = $0; sub(/^[^<"]*[<"]/, "", header); sub(/[>"].*$/, "", header)
    split(header, target, "/"); to = target[1]
    if (from != "hooks" && !(from in floor)) { complain("folder " from "/ is not in the table of lib/README.md"); next }
    if (to in wrapper) {
      if (wrapper[to] != from) complain("<" header "> is included only in " wrapper[to] "/")
      else if (file ~ /\.h$/ && header != "fmt/core.h") carries[substr(file, 5)] = header
      next
    }
    if ($0 !~ /include[[:space:]]*"/) next
    includes++
    if (from == "hooks") { if (to != "gate" && to != "commands") complain("a main includes gate/ or commands/ only, not \"" header "\""); next }
    if (header == "rule_table.inc") next # made by the build
    if (!(to in floor)) { complain("\"" header "\" is not written from lib/"); next }
    users[header] = users[header] (to == from ? "" : " " place)
    if (to == from || floor[to] < floor[from]) next
    if (to == "config" && (from == "workflow" || from == "migration" || from == "catalogue")) next
    complain(from "/ (floor " floor[from] ") includes \"" header "\" (floor " floor[to] ")")
  }
  END {
    # A wrapper folder may share such a header among its own files; nobody else may meet it.
    for (header in carries) if (users[header] != "") {
      place = "lib/" header
      complain("brings <" carries[header] "> to" users[header])
    }
    if (includes == 0) { print "check_floors: no include found: this check has lost its input"; bad = 1 }
    if (!bad) print "check_floors: " includes " includes keep the floors"
    exit bad
  }'
