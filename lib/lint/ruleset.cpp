#include "lint/ruleset.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::lint {

namespace {

/// Ranks rules that judge the same read of a field, the most precise one first; 0 for all others.
int rank_of(std::string_view rule) {
  if (rule == "flow/ctx-lost") return 1;
  if (rule.starts_with("ctx/")) return 2;
  return rule == "flow/missing-field" ? 3 : 0;
}

/// One read is one finding. It is decided here, because what is off must not hide what is on.
void keep_one_of_a_read(std::vector<Finding>& findings) {
  std::map<std::tuple<std::string_view, std::size_t, std::size_t>, int> best;
  for (const Finding& finding : findings) {
    const int rank = rank_of(finding.rule);
    if (rank == 0) continue;
    const auto [known, fresh] =
        best.emplace(std::tuple(std::string_view(finding.path), finding.line, finding.column), rank);
    if (!fresh) known->second = std::min(known->second, rank);
  }
  if (best.empty()) return;
  std::vector<Finding> kept;
  kept.reserve(findings.size());
  for (const Finding& finding : findings) {
    const int rank = rank_of(finding.rule);
    if (rank == 0 || rank == best.at({finding.path, finding.line, finding.column})) kept.push_back(finding);
  }
  findings = std::move(kept);
}

}  // namespace

void Ruleset::override_severity(std::string_view rule, std::string_view severity, std::string_view source) {
  if (find_rule(rule) == nullptr) {
    std::vector<std::string_view> ids;
    for (const RuleInfo* info : all_rules()) ids.push_back(info->id);
    const std::string_view near = text::nearest(rule, ids);
    throw usage_error(format("{}: no rule '{}'", source, text::printable(rule)),
                      near.empty() ? std::string("`kairon rules` lists them") : format("did you mean {}?", near));
  }
  Severity parsed = Severity::off;
  if (!parse_severity(severity, parsed)) {
    throw usage_error(format("{}: '{}' is not a severity", source, text::printable(severity)),
                      "use error, warning, info or off");
  }
  overrides_[std::string(rule)] = parsed;
}

Severity Ruleset::effective(std::string_view rule, Severity reported) const {
  if (const auto hit = overrides_.find(rule); hit != overrides_.end()) return hit->second;
  const RuleInfo* info = find_rule(rule);
  if (info == nullptr) return reported;
  if (info->scope == Scope::style && !strict_) return Severity::off;
  if (info->scope == Scope::by_evidence && strict_ && reported == Severity::warning) return Severity::error;
  if (name_ == RulesetName::kairon) return reported;
  if (info->scope == Scope::kairon_only) return Severity::off;
  if (info->scope == Scope::n8n_defaults_only && reported < info->severity) return Severity::off;
  return info->scope == Scope::softer_in_n8n && reported == Severity::error ? Severity::warning : reported;
}

void Ruleset::apply(std::vector<Finding>& findings) const {
  for (Finding& finding : findings) finding.severity = effective(finding.rule, finding.severity);
  std::erase_if(findings, [](const Finding& finding) { return finding.severity == Severity::off; });
  keep_one_of_a_read(findings);
}

}  // namespace kairon::lint
