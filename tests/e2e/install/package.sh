#!/usr/bin/env bash
# What is installed and packaged: licence and notices of all that is linked statically, no path of the
# build machine, a .deb that works where it is unpacked, and a version that a source archive knows too.
set -euo pipefail
# shellcheck source=tests/e2e/install/installed.sh
. "$(dirname "$0")/installed.sh"

# --- cmake --install: our licence, and the notices ---
expect 0 env DESTDIR="$work/out" cmake --install "$build_dir" --prefix /usr
documents=$work/out/usr/share/doc/kairon
for file in LICENSE copyright NOTICES README.md; do [ -s "$documents/$file" ] || fail "$file is not installed"; done
# Every archive of the machine that the linker was given has its notice.
notices=$(<"$documents/NOTICES")
archives=$(ninja -C "$build_dir" -t commands kairon pre-commit pre-push post-merge post-commit pre-receive | grep -oE '/[^ ]*/lib[^ /]*\.a( |$)' | sort -u)
[ -n "$archives" ] || fail "no archive among the linker's arguments: this check has lost its input"
for archive in $archives; do
  package=$(dpkg-query -S "$archive" 2>/dev/null | cut -d: -f1) || continue
  [[ $notices == *"(Debian package $package "* ]] || fail "no notice of $archive"
done
for name in fmt rapidjson tree-sitter-javascript libstdc++; do
  [[ $notices == *"$name"* ]] || fail "no notice of $name"
done

# --- Stripped and not writable, also where it is not root's strip that writes ---
without_override=()
if [ "$(id -u)" = 0 ] && [ "$(stat -c %u "$build_dir")" = 0 ]; then without_override=(setpriv '--bounding-set=-dac_override,-dac_read_search'); fi
expect 0 "${without_override[@]}" env DESTDIR="$work/stripped" cmake --install "$build_dir" --prefix /usr --strip
for program in bin/kairon libexec/kairon/{hooks/pre-commit,hooks/pre-push,hooks/post-merge,hooks/post-commit,server/pre-receive}; do
  output=$(nm "$work/stripped/usr/$program" 2>&1) || true
  expect_said "no symbols"
done
expect_equal "$(find "$work/stripped/usr/libexec" -type f -perm /222)" ""

# --- What --version says ---
expect 0 "$work/out/usr/bin/kairon" --version
for line in '^kairon [0-9]+\.[0-9]+\.[0-9]+$' '^commit: ' '^SQL parser: libpg_query of PostgreSQL [0-9.]+$' '^libgit2: [0-9.]+$' \
  '^JavaScript grammar: tree-sitter-javascript [0-9.]+$'; do
  grep -qE "$line" <<<"$output" || fail "--version lacks $line"
done
version=$(sed -n 's/^kairon //p' <<<"$output")
new_repository parser
expect 1 "$work/out/usr/bin/kairon" doctor --offline # not gated
expect_said "SQL parser: libpg_query of PostgreSQL"

# --- A source archive without .git knows its commit ---
mkdir -p "$work/archive/lib"
commit=$(printf '%040d' 7)
echo "$commit" >"$work/archive/lib/archive_commit.txt"
expect 0 cmake -DOUT="$work/version.cpp" -DTOP="$work/archive" -DGRAMMAR_VERSION=1 -P "$source_dir/lib/source_version.cmake"
grep -q "\"$commit\"" "$work/version.cpp" || fail "the archive's commit is not known"
if git -C "$source_dir" rev-parse -q --verify HEAD >/dev/null 2>&1; then
  commit=$(git -C "$source_dir" rev-parse HEAD)
  expect_equal "$(git -C "$source_dir" archive HEAD lib/archive_commit.txt | tar -xO)" "$commit"
  expect 0 cmake -DOUT="$work/version.cpp" -DTOP="$source_dir" -DGRAMMAR_VERSION=1 -P "$source_dir/lib/source_version.cmake"
  grep -q "\"$commit" "$work/version.cpp" || fail "the checkout's commit is not known"
fi

# --- The .deb ---
if ! command -v dpkg-shlibdeps >/dev/null; then
  echo "skipped: dpkg-dev is not installed, so the .deb is not made"
  finish
  exit 77
fi
expect 0 env -C "$build_dir" cpack -G DEB -D CPACK_DEBIAN_COMPRESSION_TYPE=gzip -B "$work/packages"
deb=$(echo "$work"/packages/kairon_*.deb)
root=$work/root
expect 0 dpkg-deb -x "$deb" "$root"
expect 0 dpkg-deb -f "$deb" Depends
for package in git libc6 libcurl libpq5; do expect_said "$package"; done
expect_equal "$(dpkg-deb -f "$deb" Version)" "$version-1"
for file in bin/kairon libexec/kairon/hooks/pre-commit libexec/kairon/hooks/post-rewrite share/doc/kairon/copyright \
  share/doc/kairon/NOTICES share/doc/kairon/changelog.Debian.gz share/doc/kairon/changelog.gz; do
  [ -s "$root/usr/$file" ] || fail "the package lacks $file"
done
if grep -rlF -e "$source_dir" -e "$build_dir" "$root"; then fail "paths of the build machine are in the package"; fi
if command -v lintian >/dev/null; then
  expect 0 lintian --allow-root --fail-on error "$deb"
  expect_silent_about "E: "
else
  echo "skipped: lintian is not installed"
fi

# It gates a commit from where it was unpacked.
new_repository gated
expect 0 "$root/usr/bin/kairon" hooks install --repo .
add_good_workflow
expect 0 git commit -q -m good
break_workflow
expect 1 git commit -q -m broken
expect_said "error[connection/missing-node]"

# --- The archive has the long licences as well ---
expect 0 env -C "$build_dir" cpack -G TGZ -B "$work/packages"
expect 0 tar -tzf "$(echo "$work"/packages/kairon-"$version"-linux-*.tar.gz)"
for file in bin/kairon libexec/kairon/hooks/pre-push share/doc/kairon/licences/GPL-2 share/doc/kairon/NOTICES; do
  expect_said "/$file"
done
finish
