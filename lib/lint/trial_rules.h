#pragma once
#include <span>
#include <string_view>

namespace kairon::lint {

/// What a trial of migrations finds, which no reading of the files does: not one of all_rules().
struct TrialRule {
  std::string_view id;
  std::string_view summary;
  std::string_view fix;
};

[[nodiscard]] std::span<const TrialRule> trial_rules();

/// Null for what no trial finds.
[[nodiscard]] const TrialRule* find_trial_rule(std::string_view id);

}  // namespace kairon::lint
