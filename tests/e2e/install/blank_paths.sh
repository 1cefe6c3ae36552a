#!/usr/bin/env bash
# A build folder whose path has blanks: it is configured, and what was compiled elsewhere links there.
set -euo pipefail
# shellcheck source=tests/e2e/install/installed.sh
. "$(dirname "$0")/installed.sh"
there="$work/a build"

# The grammar is in the cache of the user who built.
expect 0 env XDG_CACHE_HOME="${user_cache%/kairon}" cmake -S "$source_dir" -B "$there" -G Ninja -DCMAKE_BUILD_TYPE=Release -DKAIRON_BUILD_TESTS=OFF
ln -s "$build_dir"/*.a "$there"
mkdir -p "$there/CMakeFiles/pre-commit.dir"
cp -r "$build_dir/CMakeFiles/pre-commit.dir/." "$there/CMakeFiles/pre-commit.dir"
link=$(ninja -C "$there" -t commands pre-commit | tail -n 1)
[[ $link == *"$there/"* ]] || fail "no path of the build folder in: $link: this check has lost its input"
expect 0 env -C "$there" bash -c "$link"
expect 0 "$there/pre-commit" --version
expect_said "pre-commit (Kairon Gate)"
finish
