#!/usr/bin/env bash
# What a real browser makes of `kairon diff` and `kairon report`: names of nodes are text whatever they hold, no script runs,
# the real Mermaid draws our graphs, and the pages pass axe's accessibility rules.
# Usage: browser.sh KAIRON
set -euo pipefail
kairon=$(realpath "$1")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kairon
skip() {
  echo "skipped: $1"
  exit 77
}
chromium=$(command -v chromium || command -v chromium-browser) || skip "no chromium (apt-get install chromium)"
command -v python3 >/dev/null || skip "no python3"

# library NPM_PACKAGE VERSION FILE: the file of a package, in the cache after the first time.
library() {
  local kept=$cache/$1-$2.js folder
  if [[ ! -s $kept ]]; then
    command -v npm >/dev/null || skip "$1 is not in $cache, and there is no npm to fetch it"
    folder=$(mktemp -d)
    (cd "$folder" && npm pack --silent "$1@$2" >/dev/null 2>&1 && tar xzf ./*.tgz "package/$3") || skip "npm cannot fetch $1"
    mkdir -p "$cache"
    mv "$folder/package/$3" "$kept"
    rm -rf "$folder"
  fi
  cp "$kept" "$work/$1.js"
}

work=$(mktemp -d)
for name in $(compgen -e GIT_ || true); do unset "$name"; done
trap 'rm -rf "$work"' EXIT
library mermaid 11.12.0 dist/mermaid.min.js
library axe-core 4.10.3 axe.min.js

# open_page FILE OPTION...: in the browser, without network.
open_page() {
  local file=$1
  shift
  timeout 120 "$chromium" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --user-data-dir="$work/profile" "$@" "file://$file" 2>/dev/null
}
# browse PAGE: the page's DOM after its scripts, on stdout.
browse() { open_page "$1" --virtual-time-budget=20000 --dump-dom; }
# is_drawn FILE: the browser paints more than an empty page.
is_drawn() {
  open_page "$1" --hide-scrollbars --window-size=1600,1200 --screenshot="$work/shot.png" >/dev/null
  [[ $(stat -c %s "$work/shot.png") -gt 20000 ]] || { echo "$1 is drawn empty" && exit 1; }
}

python3 "$(dirname "$0")/browser_pages.py" workflows "$work"
for format in html svg mermaid markdown; do
  (cd "$work" && "$kairon" diff old.json new.json --format $format 2>>"$work/notes" >"$work/diff.$format")
done
git init -q "$work/repository"
mkdir "$work/repository/n8n-workflows"
cp "$work/new.json" "$work/repository/n8n-workflows/W.json"
(cd "$work/repository" && "$kairon" report --output "$work/diff.report" >/dev/null)
python3 "$(dirname "$0")/browser_pages.py" harness "$work"
browse "$work/harness.html" >"$work/harness.dom"
browse "$work/diff.html" >"$work/page.dom"
browse "$work/diff.svg" >"$work/svg.dom"
is_drawn "$work/diff.svg"
is_drawn "$work/diff.html"
python3 "$(dirname "$0")/browser_pages.py" judge "$work"
