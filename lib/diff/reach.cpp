#include "diff/reach.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"
#include "diff/sql_effects.h"
#include "sql/statement.h"
#include "workflow/code.h"
#include "workflow/facts.h"
#include "workflow/statements.h"

namespace kairon::diff {

namespace {

using workflow::Node;
using workflow::Workflow;

/// The value of a plain parameter or of a resource locator; the name that n8n shows when it has one.
std::string located(const json::Value& value) {
  if (!value.is_object()) return std::string(value.string());
  const std::string_view shown = value["cachedResultName"].string();
  return std::string(shown.empty() ? value["value"].string() : shown);
}

/// Operations of a Postgres node that name a table instead of a query.
void add_table_operation(const Node& node, std::set<Reach>& out) {
  const std::string_view operation = node.parameters["operation"].string();
  const std::string table = located(node.parameters["table"]);
  if (!node.is_base("postgres") || operation == "executeQuery" || table.empty()) return;
  std::string_view verb = operation.empty() ? "insert" : operation;
  if (verb == "deleteTable") verb = "delete";
  out.insert({ReachKind::table, format("{} {}", verb, table)});
}

void add_accesses(const std::vector<workflow::SqlText>& texts, std::set<Reach>& out) {
  for (const workflow::SqlText& text : texts) {
    if (text.node->disabled) continue;
    const sql::Script script(text.text);
    for (std::size_t i = 0; i < script.statements().size(); ++i)
      for (std::string& access : table_accesses(script.tree(i))) out.insert({ReachKind::table, std::move(access)});
  }
}

void add_tables(const Workflow& workflow, std::set<Reach>& out) {
  // Code speaks SQL in objects `{sql, params}`; without the word there is nothing to parse for.
  const auto speaks_sql = [](const Node& node) {
    const std::string_view code = node.parameters["jsCode"].string();
    return text::contains(code, "sql") || text::contains(node.parameters["functionCode"].string(), "sql");
  };
  if (std::any_of(workflow.nodes().begin(), workflow.nodes().end(), speaks_sql)) {
    const workflow::Code code(workflow);
    return add_accesses(workflow::sql_texts(workflow, code), out);
  }
  for (const Node& node : workflow.nodes()) add_accesses(workflow::sql_texts_of(node), out);
}

void add_calls(const Workflow& workflow, const workflow::Facts& facts, std::set<Reach>& out) {
  for (const workflow::CallFact& call : facts.calls) {
    const Node* node = workflow.find(call.place.node);
    if (node != nullptr && node->disabled) continue;
    out.insert({ReachKind::workflow, call.self ? "itself" : !call.name.empty() ? call.name : "id " + call.id});
  }
}

/// Before version 1.1 the node names the workflow by its id alone.
void add_old_call(const Node& node, std::set<Reach>& out) {
  constexpr double kFirstWithLocator = 1.1;
  if (!node.is_base("executeWorkflow") || node.version >= kFirstWithLocator) return;
  const json::Value id = node.parameters["workflowId"];
  const std::string_view written = id.is_object() ? id["value"].string() : id.string();
  if (!written.empty()) out.insert({ReachKind::workflow, format("id {}", written)});
}

/// "https://api.example.com/v1?x={{ $json.x }}" reaches api.example.com.
std::string host_of(std::string_view url) {
  if (url.starts_with('=')) url.remove_prefix(1);
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos || url.substr(0, scheme).find('{') != std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  const std::size_t end = url.find_first_of("/?# ");
  std::string_view host = url.substr(0, end);
  if (const std::size_t user = host.rfind('@'); user != std::string_view::npos) host.remove_prefix(user + 1);
  return host.find('{') == std::string_view::npos ? std::string(host) : std::string();
}

void add_host(const Node& node, std::set<Reach>& out) {
  const json::Value url = node.parameters["url"];
  if (!url.is_string() || url.string().empty()) return;
  const std::string host = host_of(url.string());
  out.insert({ReachKind::host, host.empty() ? "an address that data decides" : host});
}

void add_credentials(const Node& node, std::set<Reach>& out) {
  for (const json::Value credential : node.json["credentials"]) {
    const json::Value name = credential.is_object() ? credential["name"] : credential;
    out.insert({ReachKind::credential, format("{} ({})", name.string(), credential.key())});
  }
}

std::string one_schedule(const json::Value& interval) {
  const std::string_view field = interval["field"].string();
  if (field == "cronExpression") return format("cron {}", interval["expression"].string());
  const std::string unit(field.empty() ? "days" : field);
  const double every = interval[unit + "Interval"].number(1);
  std::string out =
      every == 1 ? format("every {}", unit.substr(0, unit.size() - 1)) : format("every {} {}", every, unit);
  if (interval["triggerAtHour"] || interval["triggerAtMinute"])
    out += format(" at {}:{:02}", interval["triggerAtHour"].number(),
                  static_cast<int>(interval["triggerAtMinute"].number()));
  return out;
}

void add_schedule(const Node& node, std::set<Reach>& out) {
  if (node.is_base("scheduleTrigger")) {
    for (const json::Value interval : node.parameters["rule"]["interval"])
      out.insert({ReachKind::schedule, one_schedule(interval)});
  } else if (node.is_base("cron") || node.is_base("interval")) {
    const json::Value expression = node.parameters["cronExpression"];
    if (expression.is_string()) {
      out.insert({ReachKind::schedule, format("cron {}", expression.string())});
      return;
    }
    json::Writer writer;
    writer.value(node.parameters);
    out.insert({ReachKind::schedule, writer.take()});
  }
}

}  // namespace

std::string_view kind_name(ReachKind kind) {
  static constexpr std::array kNames =
      std::to_array<std::string_view>({"table", "workflow", "host", "credential", "webhook", "schedule"});
  return kNames[static_cast<std::size_t>(kind)];
}

std::set<Reach> reach_of(const Workflow& workflow) {
  std::set<Reach> out;
  const workflow::Facts facts = workflow::collect_facts(workflow);
  for (const workflow::WebhookFact& webhook : facts.webhooks)
    out.insert({ReachKind::webhook, format("{} {}", webhook.method,
                                           webhook.path.empty() ? "a path that data decides" : "/" + webhook.path)});
  add_calls(workflow, facts, out);
  add_tables(workflow, out);
  for (const Node& node : workflow.nodes()) {
    if (node.disabled) continue;
    add_table_operation(node, out);
    add_old_call(node, out);
    add_host(node, out);
    add_credentials(node, out);
    add_schedule(node, out);
  }
  return out;
}

}  // namespace kairon::diff
