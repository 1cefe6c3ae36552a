#!/usr/bin/env bash
# install.sh: installs, gates, shows the demo, upgrades, and restores what was there.
set -euo pipefail
# shellcheck source=tests/e2e/install/installed.sh
. "$(dirname "$0")/installed.sh"
install=("$source_dir/install.sh" --no-build --build-dir "$build_dir" --prefix "$prefix")

# --- Only install; a second time is an upgrade ---
expect 0 "${install[@]}" --no-demo
expect 0 "$kairon" --version
expect_said "kairon "
expect 0 "$hooks/pre-commit" --version
expect 0 "${install[@]}" --no-demo
expect_equal "$(readlink "$hooks/post-rewrite")" post-merge

# --- The demo: a good commit passes, a broken one is blocked ---
expect 0 "${install[@]}"
expect_said "A good commit"
expect_said "error[connection/missing-node]"
expect_said "Blocked, as it should be"
if [[ $output == *"warning["* ]]; then fail "the demo's own files are warned of"; fi
expect_equal "$(printf '%s' "$output" | grep -c $'\e')" 0
expect_equal "$(git -C "$HOME/.cache/kairon/demo" rev-list --count HEAD)" 1
expect 0 "${install[@]}"

# --- A repository with a hook of its own ---
new_repository mine
write_hook .git/hooks/commit-msg 'echo earlier commit-msg'
git config core.hooksPath .git/hooks
expect 0 "${install[@]}" --repo .
expect_said "$work/mine is gated"
expect_equal "$(git config core.hooksPath)" "$hooks"
expect 0 git commit --allow-empty -m one
expect_said "earlier commit-msg"

# --- Uninstall: one repository, then everything ---
expect 0 "$source_dir/install.sh" --uninstall --prefix "$prefix" --repo "$work/mine"
expect_equal "$(git config core.hooksPath)" ".git/hooks"
[ -x "$kairon" ] || fail "the program is gone"
expect 0 "${install[@]}" --repo "$work/mine"
expect 0 "$source_dir/install.sh" --uninstall --prefix "$prefix"
expect_equal "$(git config core.hooksPath)" ".git/hooks"
expect_equal "$(git config --get-regexp '^kairon' || true)" ""
expect_equal "$(find "$prefix" -mindepth 1 | head -n 3)" ""
expect 0 git commit --allow-empty -m two
expect_said "earlier commit-msg"
expect 0 "$source_dir/install.sh" --uninstall --prefix "$prefix"

# --- Wrong use stops before anything is done ---
expect 2 "$source_dir/install.sh" --bogus
expect_said "unknown argument: --bogus"
expect 2 "$source_dir/install.sh" --prefix
expect 2 "${install[@]}" --repo "$work/nowhere"
mkdir "$work/empty"
expect 2 "${install[@]}" --repo "$work/empty"
expect_said "is no git repository"
expect 0 "$source_dir/install.sh" --help
for option in --prefix --repo --no-demo --uninstall --help; do expect_said "$option"; done

# --- Without root and sudo: the exact command, and 3 ---
mkdir "$work/path"
for program in bash dirname mktemp rm env cat; do ln -s "$(command -v $program)" "$work/path/$program"; done
write_hook "$work/path/id" 'echo 1000'
write_hook "$work/path/apt-get" 'echo apt-get must not run; exit 1'
write_hook "$work/path/dpkg-query" 'exit 1'
expect 3 env PATH="$work/path" "$source_dir/install.sh" --no-demo --prefix "$prefix"
expect_said "sudo apt-get update && sudo apt-get install -y --no-install-recommends g++"
expect_silent_about "must not run"
finish
