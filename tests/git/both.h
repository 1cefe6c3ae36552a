#pragma once
#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "git/source.h"
#include "support/repository.h"

namespace kairon::test {

/// Opens the current folder's repository with one implementation, and fails when another answers.
inline std::unique_ptr<git::GitSource> open_with(const std::string& implementation, const std::string& start = {}) {
  const Variable forced("KAIRON_GIT_SOURCE", implementation);
  auto source = git::open(start);
  REQUIRE(source != nullptr);
  REQUIRE(source->implementation() == implementation);
  return source;
}

/// Runs `body` with libgit2 and with the git process. It is libgit2 itself that has to answer: a
/// silent fallback to git would make the comparison worthless.
inline void with_both(const std::function<void(git::GitSource&)>& body, const std::string& start = {}) {
  for (const std::string implementation : {"libgit2", "git"}) {
    CAPTURE(implementation);
    const auto source = open_with(implementation, start);
    body(*source);
    CHECK(source->implementation() == implementation);
  }
}

/// One change as text: "A path 100644", "M path 100644->100755", "D path", "T ...", "U path".
inline std::string shown(const git::Change& change) {
  using git::ChangeKind;
  const std::string& path = change.path;
  CHECK(change.before.path == path);
  CHECK(change.after.path == path);
  switch (change.kind) {
    case ChangeKind::added:
      CHECK(change.before.oid.empty());
      CHECK(change.after.oid.size() >= 40);
      return format("A {} {:o}", path, change.after.mode);
    case ChangeKind::deleted:
      CHECK(change.before.oid.size() >= 40);
      CHECK(change.after.oid.empty());
      return format("D {}", path);
    case ChangeKind::unmerged:
      CHECK(change.after.oid.empty());
      return format("U {}", path);
    case ChangeKind::modified:
      return format("M {} {:o}->{:o}", path, change.before.mode, change.after.mode);
    case ChangeKind::type_changed:
      return format("T {} {:o}->{:o}", path, change.before.mode, change.after.mode);
  }
  return "?";
}

inline std::vector<std::string> shown(const std::vector<git::Change>& changes) {
  std::vector<std::string> out;
  for (const git::Change& change : changes) out.push_back(shown(change));
  return out;
}

inline std::vector<std::string> names(const std::vector<git::Entry>& entries) {
  std::vector<std::string> out;
  for (const git::Entry& entry : entries) out.push_back(entry.path);
  return out;
}

using Lines = std::vector<std::string>;

/// Checks staged_changes of the whole repository in both implementations.
inline void expect_staged(const Lines& expected, const std::vector<std::string>& folders = {}) {
  with_both([&](git::GitSource& source) { CHECK(shown(source.staged_changes(folders)) == expected); });
}

/// The exit code of the Error that `call` throws, passed when it throws none.
inline ExitCode code_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    CHECK_FALSE(error.message().text.empty());
    return error.code();
  }
  return ExitCode::passed;
}

}  // namespace kairon::test

// Prints vectors of strings in failed checks.
namespace doctest {
template <>
struct StringMaker<std::vector<std::string>> {
  static String convert(const std::vector<std::string>& strings) {
    return ("[" + kairon::text::join(strings, " | ") + "]").c_str();
  }
};
}  // namespace doctest
