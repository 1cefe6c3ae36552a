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
# Without a registry it says which rules are off, and goes on.
expect_said "note: no catalogue of n8n 1.x: http://127.0.0.1:9/n8n"
expect_said "later: kairon catalogue update --npm 2"

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
bare=(env PATH="$work/path" "$source_dir/install.sh" --prefix "$prefix" --build-dir "$work/build")
expect 3 "${bare[@]}" --no-demo
expect_said "help: su -c 'apt-get update && apt-get install -y --no-install-recommends g++"
expect_said " ca-certificates "
expect_silent_about " npm"
expect_silent_about "must not run"
expect 3 "${bare[@]}" --packages-only test
expect_said "help: su -c '$source_dir/install.sh --packages-only test'"
write_hook "$work/path/sudo" 'exit 1'
expect 3 "${bare[@]}" --no-demo
expect_said "help: sudo sh -c 'apt-get update && apt-get install"

# --- Bad surroundings: one line for the cause, one for the remedy ---
# expect_one_line CAUSE REMEDY: nothing else of weight was said.
expect_one_line() {
  expect_said "install.sh: error: $1"
  expect_said "help: $2"
  expect_equal "$(grep -c '^install.sh: error: ' <<<"$output")" 1
}
rm "$work/path/apt-get"
expect 3 "${bare[@]}"
expect_one_line "" "install the counterparts of these"
expect_said "is not supported: it has no apt-get"

# As root, with an apt-get that fails in each of its ways.
ln -s "$(command -v true)" "$work/path/true"
for program in sed tr grep head tail sleep touch; do ln -s "$(command -v $program)" "$work/path/$program"; done
write_hook "$work/path/id" 'echo 0'
apt_says() { write_hook "$work/path/apt-get" "case \$1 in update) exit 0 ;; esac" "printf '%s\\n' \"$1\"" 'exit 100'; }
apt_says "E: Failed to fetch http://deb.example.org/g.deb  Temporary failure resolving 'deb.example.org'"
expect 3 "${bare[@]}"
expect_one_line "the packages cannot be downloaded: the package server cannot be reached" "connect this machine"
apt_says "E: You don't have enough free space in /var/cache/apt/archives/."
expect 3 "${bare[@]}"
expect_one_line "the disk is full" "free some space"
if compgen -G '/var/lib/apt/lists/*Packages*' >/dev/null; then
  apt_says "E: Unable to locate package libpg-query-dev"
  expect 3 "${bare[@]}"
  expect_one_line "" "use Debian 12 or later"
  expect_said "has no package libpg-query-dev"
fi
apt_says "E: dpkg was interrupted"
expect 3 "${bare[@]}"
expect_one_line "apt-get could not install what is missing: E: dpkg was interrupted" "apt-get install -y"

# A long step says that it is alive, without a terminal.
write_hook "$work/path/apt-get" 'case $1 in update) exit 0 ;; esac' 'sleep 2; exit 100'
expect 3 env KAIRON_INSTALL_PROGRESS=1 "${bare[@]}"
expect_said "  apt-get install: 1 s"

# A disk that fills up meanwhile, in each step: cmake stops with the compiler's words.
write_hook "$work/path/dpkg-query" 'printf installed'
fills_up_at() { write_hook "$work/path/cmake" "case \$1 in $1) echo 'fatal error: error writing to x.s: No space left on device'; exit 1 ;; esac"; }
fills_up_at --preset
expect 3 "${bare[@]}"
expect_one_line "the disk is full: $work/build (or TMPDIR, " "free 600 MB, or give another --build-dir"
fills_up_at --build
expect 3 "${bare[@]}"
expect_one_line "the disk is full: $work/build (or TMPDIR, " "free 600 MB, or give another --build-dir"
fills_up_at --install
expect 3 "${bare[@]}"
expect_one_line "the disk is full: $prefix" "free 80 MB, or give another --prefix"

# What is not a folder, and a disk that is too small.
touch "$work/file"
expect 2 "$source_dir/install.sh" --no-build --prefix "$work/file/below"
expect_one_line "$work/file is not a folder" "give another --prefix"
mkdir "$work/small"
# on_tmpfs OPTIONS COMMAND...: $work/small is a file system of its own meanwhile.
on_tmpfs() {
  # shellcheck disable=SC2016 # expanded by the inner shell
  unshare -m sh -c 'mount -t tmpfs -o "$0" none "$1" && shift && exec "$@"' "$1" "$work/small" "${@:2}"
}
if on_tmpfs size=1m true 2>/dev/null; then
  expect 3 on_tmpfs size=1m "${install[@]}" --prefix "$work/small"
  expect_one_line "$work/small has 1 MB of free space, and 80 MB are needed" "free some space, or give another --prefix"
  expect 3 on_tmpfs size=1m env TMPDIR="$work/small" "$source_dir/install.sh" --build-dir "$work/small/b d" --prefix "$prefix"
  expect_one_line "$work/small has 1 MB of free space, and 600 MB are needed" "free some space, or give another --build-dir"
  expect 3 on_tmpfs ro "${install[@]}" --prefix "$work/small/below"
  expect_one_line "cannot write to $work/small" "give another --prefix"
elif [ "$(id -u)" != 0 ]; then
  chmod 555 "$work/small"
  expect 3 "${install[@]}" --prefix "$work/small/below"
  expect_one_line "cannot write to $work/small" "give another --prefix"
else
  echo "skipped: no mount is possible here for a full and a read-only disk"
fi

# --- A prefix with blanks ---
blank="$work/a prefix"
expect 0 "$source_dir/install.sh" --no-build --build-dir "$build_dir" --prefix "$blank" --repo "$work/mine"
expect_equal "$(git -C "$work/mine" config core.hooksPath)" "$blank/libexec/kairon/hooks"
expect 0 git -C "$work/mine" commit --allow-empty -m three
expect_said "earlier commit-msg"
expect 0 "$source_dir/install.sh" --uninstall --prefix "$blank"
expect_equal "$(find "$blank" -mindepth 1 2>/dev/null | head -n 3)" ""

# --- The grammar: no network, a wrong file, and a registry without npm ---
mkdir -p "$work/registry/tree-sitter-javascript/-"
grammar_file=$(sed -n 's/^set(KAIRON_GRAMMAR_VERSION \(.*\))/tree-sitter-javascript-\1.tgz/p' "$source_dir/lib/js/grammar.cmake")
echo wrong >"$work/registry/tree-sitter-javascript/-/$grammar_file"
python3 -c '
import http.server, socketserver, sys, functools
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
server = socketserver.TCPServer(("127.0.0.1", 0), handler)
open(sys.argv[2], "w").write(str(server.server_address[1]))
server.serve_forever()' "$work/registry" "$work/port" 2>/dev/null &
server=$!
until [ -s "$work/port" ]; do sleep 0.1; done
printf 'set(CMAKE_BINARY_DIR "%s")\ninclude("%s/lib/js/grammar.cmake")\n' "$work/made" "$source_dir" >"$work/grammar.cmake"
mkdir "$work/without_npm"
for program in cmake tar; do ln -s "$(command -v $program)" "$work/without_npm/$program"; done
fetch_grammar=(env PATH="$work/without_npm" XDG_CACHE_HOME="$work/a cache" cmake -P "$work/grammar.cmake")
expect 1 "${fetch_grammar[@]}"
expect_said "error: cannot fetch the JavaScript grammar from http://127.0.0.1:9/tree-sitter-javascript/-/$grammar_file"
expect_said "copy it to $work/a cache/kairon/$grammar_file"
expect 1 env npm_config_registry="http://127.0.0.1:$(<"$work/port")/" "${fetch_grammar[@]}"
expect_said "error: wrong checksum: "
[ ! -e "$work/a cache/kairon/$grammar_file" ] || fail "the wrong file was kept"
if [ -e "$user_cache/$grammar_file" ]; then
  cp "$user_cache/$grammar_file" "$work/registry/tree-sitter-javascript/-/$grammar_file"
  unset npm_config_registry
  echo "registry = http://127.0.0.1:$(<"$work/port")" >"$HOME/.npmrc"
  expect 0 "${fetch_grammar[@]}"
  [ -s "$work/made/${grammar_file%.tgz}/package/src/parser.c" ] || fail "the grammar is not unpacked"
fi
kill "$server"
finish
