#!/usr/bin/env bash
# Where libgit2 comes without its static archive, the build says what that costs, and hooks that use the
# shared library judge as the others do.
set -euo pipefail
# shellcheck source=tests/e2e/install/installed.sh
. "$(dirname "$0")/installed.sh"

# The grammar is in the cache of the user who built.
expect 0 env XDG_CACHE_HOME="${user_cache%/kairon}" cmake -S "$source_dir" -B "$work/shared" -G Ninja -DCMAKE_BUILD_TYPE=Release -DKAIRON_BUILD_TESTS=OFF -DKAIRON_ARCHIVE_git2=
expect_said "note: libgit2.a does not link without its transports: the hooks use the shared libgit2 and start some 10 ms later"
expect_said "note: the hooks do not link statically here"

# The same objects, linked as that configuration would.
link=$(ninja -C "$work/shared" -t commands pre-commit | tail -n 1)
link=${link//$work\/shared/$build_dir}
[[ $link == *libgit2.so* && $link != *" -static "* ]] || fail "not linked with the shared libgit2: $link"
case $link in *" -o pre-commit "*) ;; *) fail "no output named pre-commit in: $link" ;; esac
expect 0 bash -c "cd '$build_dir' && ${link/ -o pre-commit / -o $work/pre-commit }"
expect 0 ldd "$work/pre-commit"
expect_said "libgit2.so"

new_repository shared
cp -R "$source_dir/tests/fixtures/demo/." .
git add -A
expect 0 "$work/pre-commit"
sed -i 's/"name": "Parse"/"name": "Parse Message"/' n8n-workflows/Receive_Message.json
git add -A
expect 1 "$work/pre-commit"
expect_said "connection/missing-node"
finish
