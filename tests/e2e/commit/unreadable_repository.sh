#!/usr/bin/env bash
# A missing HEAD and an unreadable object block with exit 3.
# both-sources
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/../lib.sh"

seed
bad B >n8n-workflows/B.json
git add .
oid=$(git rev-parse :n8n-workflows/B.json)
object=.git/objects/${oid:0:2}/${oid:2}
cp "$object" "$sandbox/object"
chmod u+w "$object"
echo garbage >"$object"
ends_with 3 "$sandbox/hooks/pre-commit"
cp "$sandbox/object" "$object"
mv .git/HEAD "$sandbox/HEAD"
ends_with 3 "$sandbox/hooks/pre-commit"
