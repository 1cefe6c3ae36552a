#include "lint/ruleset.h"

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::lint {

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
    throw usage_error(format("{}: '{}' is no severity", source, text::printable(severity)),
                      "use error, warning, info or off");
  }
  overrides_[std::string(rule)] = parsed;
}

Severity Ruleset::effective(std::string_view rule, Severity reported) const {
  if (const auto hit = overrides_.find(rule); hit != overrides_.end()) return hit->second;
  if (name_ == RulesetName::kairon) return reported;
  const RuleInfo* info = find_rule(rule);
  if (info == nullptr) return reported;
  if (info->scope == Scope::kairon_only) return Severity::off;
  if (info->scope == Scope::n8n_defaults_only && reported < info->severity) return Severity::off;
  return info->scope == Scope::softer_in_n8n && reported == Severity::error ? Severity::warning : reported;
}

void Ruleset::apply(std::vector<Finding>& findings) const {
  for (Finding& finding : findings) finding.severity = effective(finding.rule, finding.severity);
  std::erase_if(findings, [](const Finding& finding) { return finding.severity == Severity::off; });
}

}  // namespace kairon::lint
