#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/message.h"

namespace kairon::lint {

enum class Severity : std::uint8_t { off, info, warning, error };

[[nodiscard]] std::string_view severity_name(Severity severity);
/// False when `name` is not error, warning, info or off.
[[nodiscard]] bool parse_severity(std::string_view name, Severity& severity);

/// One thing a rule has to say. `line` and `column` are 1-based, columns in code points.
struct Finding {
  std::string rule;
  Severity severity = Severity::error;
  std::string path;
  std::size_t line = 1;
  std::size_t column = 1;
  std::string workflow;  ///< the workflow's name, "" for SQL
  std::string node;      ///< the node's name, "" where the finding is about the whole file
  Message message;
  std::string history = {};  ///< of migrations, in a repository that has several; else ""
};

/// One of `findings`, which are about one file, is of the rule of `wanted` and at its place; what it says may differ.
[[nodiscard]] bool holds_place(const std::vector<Finding>& findings, const Finding& wanted);

/// Takes out what is at the place of one of `known`.
void remove_known(const std::vector<Finding>& known, std::vector<Finding>& findings);

/// Sorts by path, line, column, rule, message: the order of every report.
void sort_findings(std::vector<Finding>& findings);

}  // namespace kairon::lint
