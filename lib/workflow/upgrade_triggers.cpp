#include <algorithm>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "workflow/upgrade_rewriter.h"

namespace kairon::workflow {

namespace {

using json::Value;
using std::string_view;

std::set<NodeIndex> targets_of(const Workflow& workflow, const Node& node) {
  std::set<NodeIndex> targets;
  for (const std::size_t edge : workflow.outgoing(node.index)) targets.insert(workflow.edges()[edge].to);
  return targets;
}

void remove_start(Rewriter& out, const Node& node) {
  const Workflow& workflow = out.workflow();
  if (out.is_named(node) || !workflow.incoming(node.index).empty()) return;
  const Value connections = workflow.root()["connections"];
  std::vector<Repair> edits{removed(workflow.root()["nodes"], node.json)};
  if (const Value own = connections[node.name]) edits.push_back(removed(connections, own));
  out.add(node.name, format("'{}', disabled, is deleted with its connections", node.name), std::move(edits));
}

/// A whole number from `least` to `most`, or the text of `otherwise` when the parameter is absent; "" for anything
/// else.
std::string whole(const Value& value, double least, double most, string_view otherwise) {
  if (!value.present()) return std::string(otherwise);
  // A weekday and a month's day are texts in some exports.
  const std::string text(value.is_string() ? value.string() : value.is_number() ? value.raw() : string_view());
  if (text.empty() || text.size() > 3 || text.find_first_not_of("0123456789") != std::string::npos) return {};
  const int number = std::stoi(text);
  return number >= least && number <= most ? std::to_string(number) : std::string();
}

/// True when `every` divides the next larger unit: a schedule begins anew with each minute, hour and day.
bool divides(int every, string_view unit) {
  const int whole = unit == "hours" ? 24 : 60;
  return every > 0 && every < whole && whole % every == 0;
}

/// One entry of a Cron node as an entry of `rule.interval`; "" when it cannot be one.
std::string schedule_of(const Value& item) {
  const string_view given = item["mode"].string();
  const string_view mode = given.empty() ? "everyDay" : given;
  const std::string minute = whole(item["minute"], 0, 59, "0");
  const std::string hour = whole(item["hour"], 0, 23, "14");
  if (mode == "everyMinute") return R"({"field": "minutes", "minutesInterval": 1})";
  if (minute.empty() || hour.empty()) return {};
  if (mode == "everyHour") return format(R"({{"field": "hours", "hoursInterval": 1, "triggerAtMinute": {}}})", minute);
  const std::string at = format(R"("triggerAtHour": {}, "triggerAtMinute": {})", hour, minute);
  if (mode == "everyDay") return format(R"({{"field": "days", "daysInterval": 1, {}}})", at);
  if (mode == "everyWeek") {
    const std::string day = whole(item["weekday"], 0, 6, "1");
    if (day.empty()) return {};
    return format(R"({{"field": "weeks", "weeksInterval": 1, "triggerAtDay": [{}], {}}})", day, at);
  }
  if (mode == "everyMonth") {
    const std::string day = whole(item["dayOfMonth"], 1, 31, "1");
    if (day.empty()) return {};
    return format(R"({{"field": "months", "monthsInterval": 1, "triggerAtDayOfMonth": {}, {}}})", day, at);
  }
  if (mode == "everyX") {
    const string_view unit = item["unit"].present() ? item["unit"].string() : "hours";
    const std::string every = whole(item["value"], 1, 59, "2");
    if ((unit != "minutes" && unit != "hours") || every.empty() || !divides(std::stoi(every), unit)) return {};
    return format(R"({{"field": "{}", "{}Interval": {}}})", unit, unit, every);
  }
  const string_view expression = item["cronExpression"].string();
  if (mode != "custom" || expression.empty() || expression.starts_with('=')) return {};
  return R"({"field": "cronExpression", "expression": )" + json_string(text::trim(expression)) + "}";
}

}  // namespace

void rewrite_start(Rewriter& out, const Node& node) {
  const Workflow& workflow = out.workflow();
  if (node.disabled) return remove_start(out, node);
  const std::set<NodeIndex> targets = targets_of(workflow, node);
  bool subworkflow = false;
  for (const Node& other : workflow.nodes()) {
    if (!other.is_trigger() || &other == &node || other.disabled) continue;
    if (other.is_base("executeWorkflowTrigger")) subworkflow = true;
    // A second trigger in front of the same node would start it twice by hand.
    if (targets_of(workflow, other) == targets || (out.callers().called && other.is_base("manualTrigger"))) return;
  }
  if (out.callers().called && !subworkflow)
    return out.become(node, "n8n-nodes-base.executeWorkflowTrigger", "1.1", R"({"inputSource": "passthrough"})");
  out.become(node, "n8n-nodes-base.manualTrigger", "1", "{}");
}

void rewrite_manual_trigger(Rewriter& out, const Node& node) {
  const Workflow& workflow = out.workflow();
  if (!out.callers().called || node.disabled || out.is_named(node)) return;
  for (const Node& other : workflow.nodes())
    if (&other != &node && (other.is_base("executeWorkflowTrigger") || other.is_base("start") ||
                            other.is_base("manualTrigger") || other.is_langchain("manualChatTrigger")))
      return;
  const Value connections = workflow.root()["connections"];
  const Value own = connections[node.name];
  if (!own) return;
  const std::string name = free_name(workflow, "When Executed by Another Workflow");
  const Value at = node.json["position"];
  constexpr int kBelow = 180;
  const std::string position = kairon::format("[{}, {}]", static_cast<long long>(at.at(0).number()),
                                              static_cast<long long>(at.at(1).number()) + kBelow);
  const std::size_t before = node.json.begin_offset();
  const std::string trigger =
      kairon::format(R"({{"id": {}, "name": {}, "type": "n8n-nodes-base.executeWorkflowTrigger", "typeVersion": 1.1, )"
                     R"("position": {}, "parameters": {{"inputSource": "passthrough"}}}}, )",
                     json_string(kairon::format("{}-called", node.json["id"].string())), json_string(name), position);
  out.add(node.name, kairon::format("other workflows call this one: '{}' is added", name),
          {{before, before, trigger, {}}, added(connections, kairon::format("{}: {}", json_string(name), own.raw()))});
}

void rewrite_interval(Rewriter& out, const Node& node) {
  const Value number = node.parameters["interval"];
  const Value its_unit = node.parameters["unit"];
  const string_view unit = its_unit.present() ? its_unit.string() : "seconds";
  const bool known = unit == "seconds" || unit == "minutes" || unit == "hours";
  if (number.present() && !number.is_number()) return;
  // 23 hours do not divide the day, so the bound of 59 serves all units.
  const std::string every = whole(number, 1, 59, "1");
  if (!known || every.empty() || !divides(std::stoi(every), unit) || out.is_read(node)) return;
  out.become(node, "n8n-nodes-base.scheduleTrigger", "1.2",
             format(R"({{"rule": {{"interval": [{{"field": "{}", "{}Interval": {}}}]}}}})", unit, unit, every));
}

void rewrite_cron(Rewriter& out, const Node& node) {
  const Value items = node.parameters["triggerTimes"]["item"];
  if (!items.is_array() || items.empty() || out.is_read(node)) return;
  std::vector<std::string> rules;
  for (const Value item : items) {
    rules.push_back(schedule_of(item));
    if (rules.back().empty()) return;
  }
  out.become(node, "n8n-nodes-base.scheduleTrigger", "1.2",
             R"({"rule": {"interval": [)" + text::join(rules, ", ") + "]}}");
}

}  // namespace kairon::workflow
