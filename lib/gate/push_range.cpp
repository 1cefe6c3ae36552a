#include "gate/push_range.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <unordered_set>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::gate {

namespace {

bool is_oid(std::string_view text) {
  const bool length = text.size() == 40 || text.size() == 64;
  return length &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// The commit that the remote already has, nearest to the tip along first parents.
git::Oid nearest_known(git::GitSource& source, const git::Oid& tip, const std::vector<git::Oid>& new_commits) {
  const std::unordered_set<std::string> fresh(new_commits.begin(), new_commits.end());
  git::Oid commit = tip;
  while (fresh.contains(commit)) {
    const auto parents = source.parents(commit);
    if (parents.empty()) return {};
    commit = parents.front();
  }
  return commit;
}

PushedRef resolve(git::GitSource& source, const PushLine& line, const git::Oid& tip, const std::string& remote) {
  PushedRef pushed;
  pushed.remote_ref = line.remote_ref;
  pushed.tip = tip;
  std::vector<git::Oid> hidden;
  std::optional<git::Oid> old;
  if (!is_zero(line.remote_oid)) old = source.resolve_commit(line.remote_oid);
  if (old) hidden.push_back(*old);
  pushed.new_commits = source.new_commits(tip, hidden, remote);
  pushed.base = old ? *old : nearest_known(source, tip, pushed.new_commits);
  return pushed;
}

/// True for `-n` alone or in a bundle of short options; `-o` takes the rest as its value.
bool has_short_n(std::string_view word) {
  if (word.size() < 2 || word[0] != '-' || word[1] == '-') return false;
  for (const char c : word.substr(1)) {
    if (c == 'o') return false;
    if (c == 'n') return true;
  }
  return false;
}

}  // namespace

bool is_zero(std::string_view oid) { return !oid.empty() && oid.find_first_not_of('0') == std::string_view::npos; }

std::vector<PushLine> parse_push_lines(std::string_view input) {
  std::vector<PushLine> lines;
  for (const std::string_view text : text::lines(input)) {
    // Ref names hold no blanks (git-check-ref-format(1)), but the local side is the text the user
    // typed: count from the end.
    const auto words = text::split(text, ' ');
    const std::size_t n = words.size();
    if (n < 4 || !is_oid(words[n - 3]) || !is_oid(words[n - 1])) {
      throw environment_error(format("cannot understand what git says about the push: '{}'", text::printable(text)));
    }
    const std::size_t local_size = static_cast<std::size_t>(words[n - 3].data() - text.data()) - 1;
    lines.push_back({std::string(text.substr(0, local_size)), std::string(words[n - 3]), std::string(words[n - 2]),
                     std::string(words[n - 1])});
  }
  return lines;
}

std::vector<PushedRef> resolve_pushed(git::GitSource& source, const std::vector<PushLine>& lines,
                                      const std::string& remote) {
  std::vector<PushedRef> pushed;
  for (const PushLine& line : lines) {
    if (is_zero(line.local_oid)) continue;
    const auto tip = source.resolve_commit(line.local_oid);
    if (tip) pushed.push_back(resolve(source, line, *tip, remote));
  }
  return pushed;
}

DryRun dry_run_from(std::string_view command_line) {
  bool push_seen = false;
  bool alias_dry = false;  // `git p -n`: git itself has no such options before its command
  for (const std::string_view word : text::split(command_line, '\0')) {
    if (!push_seen) {
      push_seen = word == "push";
      alias_dry = alias_dry || word == "-n" || word == "--dry-run";
      continue;
    }
    if (word == "--") break;
    // git accepts unambiguous prefixes: --dr, --dry, --dry-run.
    const bool written_out = word.size() >= 4 && std::string_view("--dry-run").starts_with(word);
    if (written_out || has_short_n(word)) return DryRun::yes;
  }
  if (push_seen) return DryRun::no;
  return alias_dry ? DryRun::yes : DryRun::unknown;
}

DryRun parent_dry_run() {
  std::ifstream file("/proc/" + std::to_string(::getppid()) + "/cmdline", std::ios::binary);
  const std::string command_line((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  return dry_run_from(command_line);
}

}  // namespace kairon::gate
