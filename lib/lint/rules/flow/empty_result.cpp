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

/// A statement that gives at most the rows that meet a condition.
bool may_return_nothing(const std::string& upper) {
  const bool returning = text::contains(upper, "RETURNING");
  if (text::contains(upper, "ON CONFLICT") && text::contains(upper, "DO NOTHING") && returning) return true;
  if (!text::contains(upper, "WHERE") || text::contains(upper, "INSERT")) return false;
  const std::string_view start = text::trim(upper);
  if (start.starts_with("UPDATE") || start.starts_with("DELETE")) return returning;
  // An aggregate without GROUP BY always gives one row; what has neither is taken as possibly empty.
  const bool aggregate = text::contains(upper, "COUNT(") || text::contains(upper, "MAX(") ||
                         text::contains(upper, "SUM(") || text::contains(upper, "JSON_AGG(") ||
                         text::contains(upper, "ARRAY_AGG(") || text::contains(upper, "EXISTS");
  return text::contains(upper, "SELECT") && !text::contains(upper, "UPDATE") && !aggregate;
}

void check_empty_result(const WorkflowInput& input, Reporter& report) {
  for (const workflow::SqlText& sql : workflow::sql_texts(input.workflow, input.code)) {
    const workflow::Node& node = *sql.node;
    if (sql.in_code || node.disabled || node.json["alwaysOutputData"].boolean() ||
        !something_behind(input.workflow, node))
      continue;
    const std::string upper = text::upper(sql.text);
    if (!may_return_nothing(upper)) continue;
    // From 2.3 on a SELECT without rows gives nothing; every other statement gives {success: true}.
    const bool ends = node.version >= 2.25 && text::trim(upper).starts_with("SELECT");
    report.at(
        sql.string, &node,
        ends ? kairon::format("when '{}' finds no row, the run ends there silently", node.name)
             : kairon::format("when '{}' finds no row, it hands on {{success: true}} in place of a row", node.name),
        ends ? "set \"Always Output Data\", or make sure that a row is always there"
             : "test for a row before its fields are read");
  }
}

}  // namespace

}  // namespace flow_empty_result

extern const WorkflowRule kFlowEmptyResult;
const WorkflowRule kFlowEmptyResult{
    {"flow/empty-result", Severity::warning, Scope::always, "queries what may return no row although nodes follow",
     "A node without items does not run (n8n-core WorkflowExecute): the execution ends there and counts as a success. "
     "A statement other than SELECT hands on {success: true} when it has no row (n8n-nodes-base 1.123, Postgres v2), "
     "so "
     "that what follows reads fields that are not there.",
     "Switch on \"Always Output Data\" (alwaysOutputData), or branch on the empty case."},
    flow_empty_result::check_empty_result};

}  // namespace kairon::lint
