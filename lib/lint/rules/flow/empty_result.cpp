#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "lint/reporter.h"
#include "workflow/statements.h"

namespace kairon::lint {
namespace flow_empty_result {
namespace {

bool something_behind(const workflow::Workflow& workflow, const workflow::Node& node) {
  const auto& outgoing = workflow.outgoing(node.index);
  return std::any_of(outgoing.begin(), outgoing.end(),
                     [&](std::size_t edge) { return workflow.edges()[edge].is_main(); });
}

/// An aggregate without GROUP BY always gives one row; what has neither is taken as possibly empty.
bool may_return_nothing(const std::string& sql) {
  const std::string upper = text::upper(sql);
  if (text::contains(upper, "ON CONFLICT") && text::contains(upper, "DO NOTHING") && text::contains(upper, "RETURNING"))
    return true;
  const bool select =
      upper.find("SELECT") != std::string::npos && !text::contains(upper, "INSERT") && !text::contains(upper, "UPDATE");
  const bool aggregate = text::contains(upper, "COUNT(") || text::contains(upper, "MAX(") ||
                         text::contains(upper, "SUM(") || text::contains(upper, "JSON_AGG(") ||
                         text::contains(upper, "ARRAY_AGG(") || text::contains(upper, "EXISTS");
  return select && text::contains(upper, "WHERE") && !aggregate;
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::SqlText& sql : workflow::sql_texts(input.workflow, input.code)) {
    if (sql.in_code || sql.node->json["alwaysOutputData"].boolean() || !something_behind(input.workflow, *sql.node))
      continue;
    if (!may_return_nothing(sql.text)) continue;
    report.at(sql.string, sql.node, format("when '{}' finds no row, the run ends there without a word", sql.node->name),
              "set \"Always Output Data\", or make sure that a row is always there");
  }
}

}  // namespace

}  // namespace flow_empty_result

extern const WorkflowRule kFlowEmptyResult;
const WorkflowRule kFlowEmptyResult{
    {"flow/empty-result", Severity::info, Scope::always, "a query may return no row although nodes stand behind it",
     "A node without items does not run (n8n-core WorkflowExecute): the execution ends there and counts as a success.",
     "Switch on \"Always Output Data\" (alwaysOutputData), or branch on the empty case."},
    flow_empty_result::check};

}  // namespace kairon::lint
