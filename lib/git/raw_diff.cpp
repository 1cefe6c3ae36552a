#include "git/raw_diff.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "git/paths.h"

namespace kairon::git {

namespace {

/// CE_INTENT_TO_ADD of git's read-cache.h, as `ls-files --debug` prints the flags.
constexpr unsigned kIntentToAdd = 1U << 29U;

/// Takes the front of `output` up to `end`; returns nothing when `end` is missing.
std::optional<std::string_view> cut(std::string_view& output, char end) {
  const std::size_t length = output.find(end);
  if (length == std::string_view::npos) return std::nullopt;
  const std::string_view piece = output.substr(0, length);
  output.remove_prefix(length + 1);
  return piece;
}

std::optional<unsigned> number(std::string_view digits, int base) {
  unsigned value = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (failed != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<ChangeKind> kind_of_letter(std::string_view status) {
  if (status == "A") return ChangeKind::added;
  if (status == "M") return ChangeKind::modified;
  if (status == "D") return ChangeKind::deleted;
  if (status == "T") return ChangeKind::type_changed;
  if (status == "U") return ChangeKind::unmerged;
  return std::nullopt;
}

Entry side(std::string_view path, unsigned mode, std::string_view oid) {
  if (mode == 0 || oid.find_first_not_of('0') == std::string_view::npos) return {std::string(path), {}, 0};
  return {std::string(path), std::string(oid), canonical_mode(mode)};
}

std::optional<Change> parse_change(std::string_view header, std::string_view path) {
  if (!header.starts_with(':')) return std::nullopt;
  const std::vector<std::string_view> words = text::split(header.substr(1), ' ');
  if (words.size() != 5 || path.empty() || !is_oid(words[2]) || !is_oid(words[3])) return std::nullopt;
  const auto before_mode = number(words[0], 8);
  const auto after_mode = number(words[1], 8);
  const auto kind = kind_of_letter(words[4]);
  if (!before_mode || !after_mode || !kind) return std::nullopt;
  Change change{*kind, std::string(path), side(path, *before_mode, words[2]), side(path, *after_mode, words[3])};
  if (*kind == ChangeKind::unmerged) change.before = change.after = Entry{std::string(path), {}, 0};
  return change;
}

struct Stage {
  Entry entry;
  unsigned stage = 0;
};

/// "mode oid stage\tpath\0", cut off the front.
std::optional<Stage> cut_stage(std::string_view& output) {
  const auto header = cut(output, '\t');
  if (!header) return std::nullopt;
  const auto path = cut(output, '\0');
  const std::vector<std::string_view> words = text::split(*header, ' ');
  if (!path || words.size() != 3 || !is_oid(words[1])) return std::nullopt;
  const auto mode = number(words[0], 8);
  const auto stage = number(words[2], 10);
  if (!mode || !stage) return std::nullopt;
  return Stage{{std::string(*path), std::string(words[1]), canonical_mode(*mode)}, *stage};
}

}  // namespace

bool is_oid(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void sort_by_path(std::vector<Change>& changes) {
  std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) { return a.path < b.path; });
}

std::optional<std::vector<Change>> parse_raw_diff(std::string_view output) {
  std::vector<Change> changes;
  while (!output.empty()) {
    const auto header = cut(output, '\0');
    if (!header) return std::nullopt;
    const auto path = cut(output, '\0');
    if (!path) return std::nullopt;
    std::optional<Change> change = parse_change(*header, *path);
    if (!change) return std::nullopt;
    // A conflict comes as one line per stage; it is one change to us.
    const bool again = !changes.empty() && changes.back().path == change->path;
    if (again && changes.back().kind == ChangeKind::unmerged) continue;
    if (again && change->kind == ChangeKind::unmerged) changes.pop_back();
    changes.push_back(std::move(*change));
  }
  sort_by_path(changes);
  return changes;
}

std::optional<std::vector<Entry>> parse_stages(std::string_view output) {
  std::vector<Entry> entries;
  while (!output.empty()) {
    std::optional<Stage> stage = cut_stage(output);
    if (!stage) return std::nullopt;
    if (stage->stage == 0) entries.push_back(std::move(stage->entry));
  }
  return entries;
}

std::optional<std::vector<std::string>> parse_intents(std::string_view output) {
  std::vector<std::string> paths;
  while (!output.empty()) {
    const std::optional<Stage> stage = cut_stage(output);
    if (!stage) return std::nullopt;
    while (output.starts_with("  ")) {
      const auto line = cut(output, '\n');
      if (!line) return std::nullopt;
      const std::size_t at = line->find("flags: ");
      if (at == std::string_view::npos) continue;
      const auto flags = number(line->substr(at + 7), 16);
      if (!flags) return std::nullopt;
      if ((*flags & kIntentToAdd) != 0) paths.push_back(stage->entry.path);
    }
  }
  return paths;
}

}  // namespace kairon::git
