#!/usr/bin/env bash
# n8n's own engine for tests: its packages from npm in the cache, without server and database. Sourced; sets ENGINE to
# the folder, or prints "skipped: why" and ends with 77.
set -euo pipefail

# The packages that make n8n 1.123.81 (its package.json names them).
ENGINE=${XDG_CACHE_HOME:-$HOME/.cache}/kairon/n8n-engine-1.123.81

engine_skip() {
  echo "skipped: $*"
  exit 77
}

# Installed beside its place and renamed when whole: an install that was cut off is never taken for one.
install_engine() {
  command -v node >/dev/null || engine_skip "no node"
  [ ! -d "$ENGINE/node_modules/n8n-core" ] || return 0
  command -v npm >/dev/null || engine_skip "n8n's engine is not in $ENGINE, and there is no npm to install it"
  mkdir -p "$(dirname "$ENGINE")"
  (
    flock 9
    [ ! -d "$ENGINE/node_modules/n8n-core" ] || exit 0
    echo "engine.sh: installing n8n's engine into the cache (about 2 minutes)" >&2
    rm -rf "$ENGINE" "$ENGINE.part" && mkdir "$ENGINE.part" && cd "$ENGINE.part" || exit 1
    echo '{"private":true,"dependencies":{"n8n-core":"1.122.48","n8n-workflow":"1.120.31","n8n-nodes-base":"1.121.53"},
      "overrides":{"xlsx":"npm:xlsx@0.18.5","n8n-workflow":"1.120.31","n8n-core":"1.122.48"}}' >package.json
    npm install --ignore-scripts --no-audit --no-fund >install.log 2>&1 && mv "$ENGINE.part" "$ENGINE"
  ) 9>"$ENGINE.lock" || engine_skip "n8n's engine cannot be installed from npm, see $ENGINE.part/install.log"
}
install_engine
