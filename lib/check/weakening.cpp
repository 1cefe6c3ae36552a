#include "check/weakening.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/format.h"
#include "base/text.h"
#include "config/keys.h"
#include "git/source.h"
#include "json/document.h"
#include "lint/rule.h"

namespace kairon::check {

namespace {

/// What a state commits: the values of each key in the order in which they are written.
class Committed {
 public:
  explicit Committed(const ReadFile& read) : read_(read) {
    const auto parsed = git::parse_config(read(".kairon").value_or(""), ".kairon");
    if (!parsed.ok()) return;  // the check of the settings says so
    for (const git::ConfigEntry& entry : *parsed)
      values_[{entry.section, entry.subsection, entry.key}].push_back(entry.value);
  }

  /// The last value, else the default.
  [[nodiscard]] std::string text(const config::KeyRow& key, const std::string& subsection = "") const {
    const std::vector<std::string>* found = find(key, subsection);
    return found == nullptr ? std::string(key.fallback) : found->back();
  }
  [[nodiscard]] std::set<std::string> all(const config::KeyRow& key) const {
    const std::vector<std::string>* found = find(key, "");
    return found == nullptr ? std::set<std::string>{std::string(key.fallback)}
                            : std::set<std::string>(found->begin(), found->end());
  }
  [[nodiscard]] std::set<std::string> subsections(std::string_view section) const {
    std::set<std::string> names;
    for (const auto& [key, values] : values_)
      if (std::get<0>(key) == section) names.insert(std::get<1>(key));
    return names;
  }
  [[nodiscard]] std::optional<std::string> file(const std::string& path) const { return read_(path); }

 private:
  [[nodiscard]] const std::vector<std::string>* find(const config::KeyRow& key, const std::string& subsection) const {
    const auto found = values_.find({std::string(key.section), subsection, text::lower(key.name)});
    return found == values_.end() ? nullptr : &found->second;
  }

  const ReadFile& read_;
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<std::string>> values_;
};

struct Sides {
  const Committed& before;
  const Committed& after;
  std::vector<std::string>& lines;

  void change(const std::string& key, const std::string& was, const std::string& is) const {
    const auto shown = [](const std::string& value) { return value.empty() ? "(none)" : text::printable(value); };
    lines.push_back(kairon::format("{}: {} -> {}", key, shown(was), shown(is)));
  }
};

std::string shown(const config::KeyRow& key, std::string_view subsection = {}) {
  return config::shown_key(key.section, subsection, key.name);
}

/// The first values of a list, and how many more there are.
std::string first_few(std::vector<std::string> values) {
  constexpr std::size_t kNamed = 3;
  const std::size_t count = values.size();
  values.resize(std::min(count, kNamed));
  const std::string more = count > kNamed ? kairon::format(" and {} more", count - kNamed) : std::string();
  return text::join(values, ", ") + more;
}

lint::Severity severity_of(const Committed& state, const config::KeyRow& key, const std::string& rule) {
  lint::Severity severity = lint::Severity::warning;
  if (const lint::RuleInfo* info = lint::find_rule(rule)) severity = info->severity;
  lint::Severity set = severity;
  return lint::parse_severity(state.text(key, rule), set) ? set : severity;
}

void compare_severities(const Sides& sides) {
  std::set<std::string> rules = sides.before.subsections(config::kLintSeverity.section);
  rules.merge(sides.after.subsections(config::kLintSeverity.section));
  for (const std::string& rule : rules) {
    const lint::Severity was = severity_of(sides.before, config::kLintSeverity, rule);
    const lint::Severity is = severity_of(sides.after, config::kLintSeverity, rule);
    if (is < was)
      sides.change(shown(config::kLintSeverity, rule), std::string(lint::severity_name(was)),
                   std::string(lint::severity_name(is)));
  }
}

/// A switch whose value leaves what is stronger.
struct Strong {
  const config::KeyRow& key;
  std::string_view value;
};

void compare_switches(const Sides& sides) {
  const Strong strong[] = {{config::kGateTrial, "on"},       {config::kGateMigrate, "on"},
                           {config::kGateSmoke, "on"},       {config::kRuleset, "kairon"},
                           {config::kLintProfile, "strict"}, {config::kMissingExtensions, "block"}};
  for (const auto& [key, value] : strong) {
    const std::string was = sides.before.text(key);
    const std::string is = sides.after.text(key);
    if (was == value && is != was) sides.change(shown(key), was, is);
  }
}

/// What is judged: files that a pattern or folder named, and versions that rules are chosen by.
void compare_reach(const Sides& sides) {
  for (const config::KeyRow* key : {static_cast<const config::KeyRow*>(&config::kWorkflows),
                                    static_cast<const config::KeyRow*>(&config::kSmokePath)}) {
    const std::set<std::string> before = sides.before.all(*key);
    const std::set<std::string> now = sides.after.all(*key);
    std::vector<std::string> added;
    std::set_difference(now.begin(), now.end(), before.begin(), before.end(), std::back_inserter(added));
    for (const std::string& pattern : before)
      if (!now.contains(pattern)) sides.change(shown(*key), pattern, first_few(added));
  }
  for (const auto* key : {&config::kMigrations, &config::kLayout, &config::kSchema, &config::kN8nVersion,
                          &config::kPostgresVersion, &config::kDeployBranch}) {
    const std::string was = sides.before.text(*key);
    const std::string is = sides.after.text(*key);
    if (!was.empty() && was != is) sides.change(shown(*key), was, is);
  }
}

/// A history whose folder is another one now, or is gone, and what it is read by.
void compare_histories(const Sides& sides) {
  for (const std::string& name : sides.before.subsections(config::kHistoryFolder.section)) {
    for (const auto* key : {&config::kHistoryFolder, &config::kHistoryLayout, &config::kHistorySchema}) {
      const std::string was = sides.before.text(*key, name);
      const std::string is = sides.after.text(*key, name);
      if (!was.empty() && was != is) sides.change(shown(*key, name), was, is);
    }
  }
}

void compare_environments(const Sides& sides) {
  for (const std::string& environment : sides.before.subsections(config::kEnvRequires.section)) {
    for (const auto* key : {&config::kEnvRequires, &config::kEnvWindow}) {
      const std::string was = sides.before.text(*key, environment);
      const std::string is = sides.after.text(*key, environment);
      if (!was.empty() && was != is) sides.change(shown(*key, environment), was, is);
    }
  }
}

using Known = std::map<std::tuple<std::string, std::string, std::string, std::string>, std::size_t>;

Known baseline_of(const Committed& state) {
  Known known;
  const std::string path = state.text(config::kBaseline);
  const auto content = path.empty() ? std::nullopt : state.file(path);
  if (!content) return known;
  const auto parsed = json::Document::parse(*content);
  if (!parsed.document) return known;
  for (const json::Value f : parsed.document->root()["findings"])
    ++known[{std::string(f["rule"].string()), std::string(f["path"].string()), std::string(f["node"].string()),
             std::string(f["message"].string())}];
  return known;
}

void compare_baselines(const Sides& sides) {
  const Known before = baseline_of(sides.before);
  std::size_t more = 0;
  for (const auto& [finding, count] : baseline_of(sides.after)) {
    const auto known = before.find(finding);
    const std::size_t was = known == before.end() ? 0 : known->second;
    if (count > was) more += count - was;
  }
  if (more > 0) sides.lines.push_back(kairon::format("the baseline has {}", text::counted(more, "more finding")));
}

}  // namespace

std::vector<std::string> weakenings(const ReadFile& before, const ReadFile& after) {
  std::vector<std::string> lines;
  const Committed was(before);
  const Committed is(after);
  const Sides sides{was, is, lines};
  compare_severities(sides);
  compare_switches(sides);
  compare_reach(sides);
  compare_histories(sides);
  compare_environments(sides);
  compare_baselines(sides);
  // A repository that adopts the gate says in its first .kairon where its files are.
  if (!lines.empty() && !before(".kairon"))
    return {kairon::format(".kairon is new here, and differs from the defaults: {}", text::join(lines, "; "))};
  for (std::string& line : lines) line.insert(0, "the gate gets weaker: ");
  return lines;
}

}  // namespace kairon::check
