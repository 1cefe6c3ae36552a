#!/usr/bin/env bash
# The manual says what is so: each page begins with "# TOPIC: ", `kairon help TOPIC` shows it, and README.md
# names it; what check_readme.sh says of commands and options holds for it too. Usage: check_manual.sh BUILD_DIR
set -euo pipefail
build=$(cd "$1" && pwd)
cd "$(dirname "$0")/../.."
bad=0
for page in lib/manual/*.md; do
  topic=$(basename "$page" .md)
  [ "$topic" = README ] && continue
  head -1 "$page" | grep -q "^# $topic: " || { echo "check_manual: $page does not begin with '# $topic: '" && bad=1; }
  [ "$("$build/kairon" help "$topic" | head -1)" = "$(head -1 "$page")" ] || { echo "check_manual: kairon help $topic shows another page" && bad=1; }
  grep -q "lib/manual/$topic.md" README.md || { echo "check_manual: README.md does not name $page" && bad=1; }
done
exit $bad
