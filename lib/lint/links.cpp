#include "lint/links.h"

#include <algorithm>
#include <bitset>
#include <unordered_set>

#include "base/hash.h"

namespace kairon::lint {

namespace {

/// In the lowest bits of a link.
enum class LinkKind : std::uint8_t {
  nameless,  ///< its file's name counts in place of its own
  name,
  id,
  calls_name,
  calls_id,
  webhook,
  variable,
};

constexpr unsigned kKindBits = 4;
constexpr std::uint64_t kKindMask = (1U << kKindBits) - 1;

std::uint64_t link(LinkKind kind, std::uint64_t what) { return what << kKindBits | static_cast<std::uint64_t>(kind); }
std::uint64_t link(LinkKind kind, const std::string& text) { return link(kind, hash::fnv1a(text)); }

LinkKind kind_of(std::uint64_t link) { return static_cast<LinkKind>(link & kKindMask); }
std::uint64_t with_kind(std::uint64_t link, LinkKind kind) {
  return (link & ~kKindMask) | static_cast<std::uint64_t>(kind);
}

/// A set of links that answers quickly for the many that are not in it.
class Wanted {
 public:
  void add(std::uint64_t link) {
    filter_.set(link >> kKindBits & kFilterMask);
    links_.insert(link);
  }
  [[nodiscard]] bool contains(std::uint64_t link) const {
    return filter_.test(link >> kKindBits & kFilterMask) && links_.contains(link);
  }

 private:
  static constexpr std::size_t kFilterMask = 4095;
  std::bitset<kFilterMask + 1> filter_;
  std::unordered_set<std::uint64_t> links_;
};

class Search {
 public:
  Search(std::span<const std::span<const std::uint64_t>> files, const std::optional<std::vector<std::string>>& declared)
      : files_(files), seen_(files.size()), checks_variables_(declared.has_value()) {
    wanted_.add(link(LinkKind::nameless, 0));
    if (declared)
      for (const std::string& name : *declared) declared_.insert(link(LinkKind::variable, name));
  }

  /// Wants what a change of these links concerns: also who refers to them.
  void want_around(std::span<const std::uint64_t> links) {
    for (const std::uint64_t link : links) {
      const LinkKind kind = kind_of(link);
      // What it is called by is not in its facts.
      if (kind == LinkKind::nameless) seen_.assign(seen_.size(), true);
      if (kind == LinkKind::name) wanted_.add(with_kind(link, LinkKind::calls_name));
      if (kind == LinkKind::id) wanted_.add(with_kind(link, LinkKind::calls_id));
      const bool declared = kind == LinkKind::variable && (!checks_variables_ || declared_.contains(link));
      if (kind == LinkKind::name || kind == LinkKind::id || kind == LinkKind::webhook ||
          (kind == LinkKind::variable && !declared))
        wanted_.add(link);
    }
    want_called(links);
  }

  void take(std::size_t file) { seen_[file] = true; }

  /// Takes the files that have something that is wanted, then those that they call, and so on.
  std::vector<std::size_t> go() {
    for (bool more = true; more;) {
      more = false;
      for (std::size_t i = 0; i < files_.size(); ++i) {
        if (seen_[i] || !is_wanted(files_[i])) continue;
        seen_[i] = more = true;
        want_called(files_[i]);
      }
    }
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < files_.size(); ++i)
      if (seen_[i]) found.push_back(i);
    return found;
  }

 private:
  void want_called(std::span<const std::uint64_t> links) {
    for (const std::uint64_t link : links) {
      if (kind_of(link) == LinkKind::calls_name) wanted_.add(with_kind(link, LinkKind::name));
      if (kind_of(link) == LinkKind::calls_id) wanted_.add(with_kind(link, LinkKind::id));
    }
  }

  [[nodiscard]] bool is_wanted(std::span<const std::uint64_t> links) const {
    return std::any_of(links.begin(), links.end(), [this](std::uint64_t link) { return wanted_.contains(link); });
  }

  std::span<const std::span<const std::uint64_t>> files_;
  std::vector<bool> seen_;
  bool checks_variables_;
  std::unordered_set<std::uint64_t> declared_;
  Wanted wanted_;
};

}  // namespace

Links links_of(const workflow::Facts& facts) {
  Links links;
  if (!facts.valid || facts.archived) return links;
  links.push_back(facts.name.empty() ? link(LinkKind::nameless, 0) : link(LinkKind::name, facts.name));
  if (!facts.id.empty()) links.push_back(link(LinkKind::id, facts.id));
  for (const workflow::CallFact& call : facts.calls) {
    if (call.self) continue;
    if (!call.name.empty())
      links.push_back(link(LinkKind::calls_name, call.name));
    else if (!call.id.empty())
      links.push_back(link(LinkKind::calls_id, call.id));
  }
  for (const std::string& name : facts.result.calls) links.push_back(link(LinkKind::calls_name, name));
  for (const workflow::CalledReadFact& read : facts.called_reads)
    for (const std::string& name : read.calls) links.push_back(link(LinkKind::calls_name, name));
  for (const workflow::WebhookFact& hook : facts.webhooks)
    if (!hook.path.empty())
      links.push_back(link(LinkKind::webhook,
                           hash::fnv1a(hook.method, hash::fnv1a(hook.path + '\n', hash::fnv1a(hook.space + '\n')))));
  for (const workflow::VariableFact& variable : facts.variables)
    links.push_back(link(LinkKind::variable, variable.name));
  std::ranges::sort(links);
  // Not std::ranges::unique: Clang 14 does not compile that of libstdc++ 12.
  links.erase(std::unique(links.begin(), links.end()), links.end());
  return links;
}

std::vector<std::size_t> related_files(std::span<const std::span<const std::uint64_t>> files,
                                       std::span<const std::size_t> changed,
                                       std::span<const std::span<const std::uint64_t>> before,
                                       const std::optional<std::vector<std::string>>& declared) {
  Search search(files, declared);
  for (const std::size_t file : changed) {
    search.take(file);
    search.want_around(files[file]);
  }
  for (const auto& links : before) search.want_around(links);
  return search.go();
}

}  // namespace kairon::lint
