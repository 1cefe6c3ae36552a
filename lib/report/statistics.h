#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "lint/finding.h"

namespace kairon::report {

/// Returns how often each rule reports, the most errors first: one line for each rule, with files and the rule's id.
[[nodiscard]] std::string rule_table(const std::vector<lint::Finding>& findings);

/// Returns true for rules whose findings `kairon fix` repairs.
[[nodiscard]] bool is_fixable(std::string_view rule);

/// Returns the number of findings that `kairon fix` repairs.
[[nodiscard]] std::size_t count_fixable(const std::vector<lint::Finding>& findings);

/// Returns the rule with the most errors, or without errors the rule with the most warnings; "" without findings.
[[nodiscard]] std::string most_frequent_rule(const std::vector<lint::Finding>& findings);

}  // namespace kairon::report
