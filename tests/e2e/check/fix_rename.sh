#!/usr/bin/env bash
# kairon fix: a node was renamed in the file, by hand: connections and references follow; twice changes nothing; and
# the commit that was blocked passes. The file keeps its mode, and a link is not replaced.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"
kairon=$build/kairon
cp "$here"/../fixtures/demo/n8n-workflows/*.json n8n-workflows/
git add . && git commit -q --no-verify -m seed
sed -i 's/"name": "Parse"/"name": "Parse Message"/' n8n-workflows/Receive_Message.json
git add .
blocks $missing git commit -q -m renamed
passes "$kairon" fix
mentions "now leave 'Parse Message'"
passes "$kairon" fix --write
git add .
passes git commit -q -m renamed
passes "$kairon" fix
mentions 'nothing to repair'

file=n8n-workflows/Receive_Message.json
chmod 640 $file
sed -i 's/"name": "Parse Message"/"name": "Read Message"/' $file
ln -s $file link.json
ends_with 3 "$kairon" fix --write link.json
mentions 'link.json is a symbolic link'
[ -L link.json ] || fail 'the link was replaced'
passes "$kairon" fix --write
[ "$(stat -c %a $file)" = 640 ] || fail 'the mode of the file changed'
grep -q '"node": "Read Message"' $file || fail 'the file was not repaired'
