#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lint/finding.h"
#include "lint/rule.h"

namespace kairon::lint {

enum class RulesetName { kairon, n8n };

/// Turns what rules report into what counts here: the rule set's own severities, then the user's
/// overrides. Applied after the cache, so that cached findings do not depend on settings.
class Ruleset {
 public:
  explicit Ruleset(RulesetName name = RulesetName::kairon) : name_(name) {}

  /// Sets a rule's severity. Throws Error(usage) for an unknown rule or severity, naming the
  /// nearest rule and `source` (where the setting comes from).
  void override_severity(std::string_view rule, std::string_view severity, std::string_view source);

  /// [lint] profile = strict: what depends on data and traffic is an error at once, and style is reported.
  void be_strict() { strict_ = true; }
  [[nodiscard]] bool is_strict() const { return strict_; }

  /// The severity in force for a finding of `rule` that was reported with `reported`.
  [[nodiscard]] Severity effective(std::string_view rule, Severity reported) const;

  /// Applies effective() to all findings and drops those that are off; of several findings about one
  /// read of a field it keeps flow/ctx-lost before ctx/* before flow/missing-field.
  void apply(std::vector<Finding>& findings) const;

 private:
  RulesetName name_;
  bool strict_ = false;
  std::map<std::string, Severity, std::less<>> overrides_;
};

}  // namespace kairon::lint
