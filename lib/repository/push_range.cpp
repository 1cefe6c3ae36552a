#include "repository/push_range.h"

#include <algorithm>

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

std::vector<PushLine> parse_receive_lines(std::string_view input) {
  std::vector<PushLine> lines;
  for (const std::string_view text : text::lines(input)) {
    const auto words = text::split(text, ' ');
    if (words.size() != 3 || !is_oid(words[0]) || !is_oid(words[1]) || words[2].empty())
      throw environment_error(format("cannot understand what git says about the push: '{}'", text::printable(text)));
    const std::string ref(words[2]);
    lines.push_back({ref, std::string(words[1]), ref, std::string(words[0])});
  }
  return lines;
}

std::vector<PushedRef> resolve_pushed(git::GitSource& source, const std::vector<PushLine>& lines, git::Known known) {
  std::vector<PushedRef> pushed;
  std::vector<std::string> tips;
  for (const PushLine& line : lines) {
    if (!is_zero(line.remote_oid)) known.commits.push_back(line.remote_oid);
    const auto tip = is_zero(line.local_oid) ? std::nullopt : source.resolve_commit(line.local_oid);
    if (!tip) continue;
    PushedRef ref;
    ref.remote_ref = line.remote_ref;
    ref.tip = *tip;
    if (!is_zero(line.remote_oid)) ref.base = source.resolve_commit(line.remote_oid).value_or("");
    tips.push_back(ref.tip);
    pushed.push_back(std::move(ref));
  }
  if (tips.empty()) return pushed;
  const NewHistory history(source.new_history(tips, known));
  for (PushedRef& ref : pushed) {
    ref.brings_commits = history.has(ref.tip);
    if (ref.base.empty()) ref.base = history.nearest_known(ref.tip);
  }
  return pushed;
}

git::Known known_to_push(git::GitSource& source, const std::string& remote, const std::string& url) {
  git::Known known = git::known_to(remote);
  const bool by_name = remote != url;
  if (remote.empty() || (by_name && git::push_url_config(source).empty())) return known;
  // The tracking refs of a remote say what is where it is fetched from, which a push URL need not be.
  if (by_name) known.refs.clear();
  for (const std::string& name : source.remotes_with_url(url))
    for (std::string& refs : git::known_to(name).refs) known.refs.push_back(std::move(refs));
  return known;
}

NewHistory::NewHistory(const std::vector<git::NewCommit>& commits) {
  for (const git::NewCommit& commit : commits) parents_.emplace(commit.oid, commit.parent);
}

git::Oid NewHistory::nearest_known(const git::Oid& tip) const {
  std::vector<const git::Oid*> passed;
  const git::Oid* at = &tip;
  const git::Oid* known = nullptr;
  while (known == nullptr) {
    const auto found = known_.find(*at);
    const auto parent = parents_.find(*at);
    if (found != known_.end()) {
      known = &found->second;
    } else if (parent == parents_.end()) {
      known = at;
    } else {
      passed.push_back(&parent->first);
      at = &parent->second;
    }
  }
  const git::Oid base = *known;
  for (const git::Oid* commit : passed) known_.emplace(*commit, base);
  return base;
}

}  // namespace kairon::repository
