#include "lint/finding.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace kairon::lint {

namespace {

constexpr std::array<std::string_view, 4> kNames = {"off", "info", "warning", "error"};

}  // namespace

std::string_view severity_name(Severity severity) { return kNames[static_cast<std::size_t>(severity)]; }

bool parse_severity(std::string_view name, Severity& severity) {
  const auto hit = std::find(kNames.begin(), kNames.end(), name);
  if (hit == kNames.end()) return false;
  severity = static_cast<Severity>(hit - kNames.begin());
  return true;
}

bool holds_place(const std::vector<Finding>& findings, const Finding& wanted) {
  return std::any_of(findings.begin(), findings.end(), [&wanted](const Finding& one) {
    return one.rule == wanted.rule && one.line == wanted.line && one.column == wanted.column;
  });
}

void remove_known(const std::vector<Finding>& known, std::vector<Finding>& findings) {
  std::erase_if(findings, [&known](const Finding& finding) { return holds_place(known, finding); });
}

void sort_findings(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.path, a.line, a.column, a.rule, a.message.text) <
           std::tie(b.path, b.line, b.column, b.rule, b.message.text);
  });
}

}  // namespace kairon::lint
