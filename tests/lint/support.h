#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lint/check.h"
#include "lint/finding.h"
#include "lint/ruleset.h"
#include "lint/tree.h"

namespace kairon::lint_test {

/// A file of an example: path and content.
using File = std::pair<std::string, std::string>;

/// All findings over the files as one tree, settings of `ruleset` and suppressions applied, sorted.
/// Files whose path lies below "removed/" are workflows that the change deletes.
[[nodiscard]] std::vector<lint::Finding> findings_of(const std::vector<File>& files,
                                                     lint::RulesetName ruleset = lint::RulesetName::kairon,
                                                     const catalogue::Catalogue* catalogue = nullptr,
                                                     lint::Upgrade target = {});

/// Those of one rule.
[[nodiscard]] std::vector<lint::Finding> of_rule(std::vector<lint::Finding> findings, std::string_view rule);

/// The one workflow checked by itself; findings of `rule`.
[[nodiscard]] std::vector<lint::Finding> check_rule(std::string_view rule, std::string workflow);

/// "path:line:column: severity[rule] node: message", one a line, for INFO.
[[nodiscard]] std::string describe(const std::vector<lint::Finding>& findings);

/// Text of a workflow named "Demo": `nodes` and `connections` are JSON members without the outer
/// brackets, `more` further members of the workflow, each with a trailing comma.
[[nodiscard]] std::string workflow_text(std::string_view nodes, std::string_view connections,
                                        std::string_view more = {});

/// A node as JSON; `more` further members with a leading comma each.
[[nodiscard]] std::string node(std::string_view name, std::string_view type, std::string_view parameters = "{}",
                               std::string_view version = "1", std::string_view more = {});

/// `"from": {"main": [[to], ...]}`: `outputs` are the branches, each a list of targets as JSON.
[[nodiscard]] std::string wire(std::string_view from, std::string_view to, std::string_view type = "main");

}  // namespace kairon::lint_test
