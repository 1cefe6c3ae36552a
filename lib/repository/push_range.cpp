#include "repository/push_range.h"

#include <algorithm>
#include <unordered_set>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::repository {

namespace {

bool is_oid(std::string_view text) {
  const bool length = text.size() == 40 || text.size() == 64;
  return length &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
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

}  // namespace kairon::repository
