#!/usr/bin/env bash
# The rules that carry squawk's names fire when squawk's do, on random migrations: both judge the same files,
# the sets of rule and line must be equal. squawk comes from npm into ~/.cache/kairon. 400 migrations, 4,000
# with KAIRON_FULL=1; KAIRON_SEED repeats a run.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
kairon=${KAIRON_BUILD_DIR:-$here/../../build-debug}/kairon
version=2.66.0
case $(uname -m) in
  x86_64) machine=x64 ;;
  aarch64) machine=arm64 ;;
  *) echo "skipped: no squawk for $(uname -m)" && exit 77 ;;
esac
if ! command -v npm >/dev/null || ! command -v python3 >/dev/null; then
  echo 'skipped: npm or python3 is not installed'
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kairon/test-squawk
file=$cache/squawk-cli-linux-$machine-$version.tgz
if [ ! -e "$file" ]; then
  mkdir -p "$cache"
  (cd "$folder" && npm pack --silent "@squawk-cli/linux-$machine@$version" >/dev/null 2>&1) ||
    { echo "skipped: npm cannot fetch @squawk-cli/linux-$machine@$version" && exit 77; }
  mv "$folder/$(basename "$file")" "$file.$$" && mv "$file.$$" "$file"
fi
tar -xzf "$file" -C "$folder"
chmod +x "$folder/package/bin/squawk"
count=400
if [ "${KAIRON_FULL:-0}" = 1 ]; then count=4000; fi
cd "$folder"
python3 "$here/../lint/rules/migration/squawk.py" "$folder/package/bin/squawk" "$kairon" "${KAIRON_SEED:-$RANDOM}" "$count"
