#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "base/format.h"
#include "base/text.h"
#include "js/script.h"
#include "json/document.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "workflow/schedule.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace node_invalid_value {
namespace {

using json::Value;
using std::string_view;
using workflow::Node;

bool is_computed(const Value& value) { return value.string().starts_with('='); }

/// What is judged, and how loud: a node that can never run harms nobody.
struct ValueReport {
  const WorkflowInput& input;
  Reporter& report;

  void operator()(const Value& where, const Node& node, std::string message, std::string help) const {
    const bool runs = !node.disabled && input.workflow.reachable()[node.index];
    report.at(where, &node, std::move(message), std::move(help),
              runs ? std::nullopt : std::optional(Severity::warning));
  }
};

bool is_json(string_view text) { return json::Document::parse(std::string(text)).document != nullptr; }

/// A text that n8n reads as an object: JSON, or an object literal of JavaScript.
bool is_object_text(string_view text) {
  const string_view trimmed = text::trim(text);
  if (!trimmed.starts_with('{')) return false;
  const std::string wrapped = "(" + std::string(trimmed) + ")";
  return is_json(trimmed) || !js::Script(wrapped, js::Goal::expression).error();
}

/// JSON text of an array; n8n tolerates single quotes.
bool is_list_text(string_view text) {
  const string_view trimmed = text::trim(text);
  return trimmed.starts_with('[') && (is_json(trimmed) || is_json(text::replace_all(trimmed, "'", "\"")));
}

/// `Number(text)` is a number: decimal, 0x, 0b, 0o, Infinity, or blank.
bool is_number_text(string_view text) {
  string_view trimmed = text::trim(text);
  if (trimmed.empty()) return true;
  if (trimmed.front() == '+' || trimmed.front() == '-') trimmed.remove_prefix(1);
  if (trimmed == "Infinity") return true;
  if (trimmed.size() > 2 && trimmed[0] == '0' && trimmed.find_first_of("xXbBoO") == 1)
    return trimmed.find_first_not_of("0123456789abcdefABCDEF", 2) == string_view::npos;
  if (trimmed.empty() || trimmed.find_first_not_of("0123456789.eE+-") != string_view::npos) return false;
  double number = 0;
  const auto [end, error] = std::from_chars(trimmed.data(), trimmed.data() + trimmed.size(), number);
  return error != std::errc::invalid_argument && (end == trimmed.data() + trimmed.size() || trimmed.ends_with('.'));
}

bool is_boolean_text(string_view text) {
  const std::string lower = text::lower(text);
  return lower == "true" || lower == "false" || lower == "0" || lower == "1";
}

/// Edit Fields: does a literal convert to the declared type (validateFieldType of n8n-workflow)?
bool converts(string_view type, const Value& value) {
  if (value.is_null() || !value.present()) return true;
  if (type == "number") return !value.is_string() || is_number_text(value.string());
  if (type == "boolean") {
    if (value.is_number()) return value.number() == 0 || value.number() == 1;
    return !value.is_string() || is_boolean_text(value.string());
  }
  if (type == "array") return value.is_array() || (value.is_string() && is_list_text(value.string()));
  if (type == "object") return value.is_object() || (value.is_string() && is_object_text(value.string()));
  return true;
}

void check_assignments(const Node& node, const ValueReport& tell) {
  if (!node.is_base("set") || node.version < 3.3 || node.parameters["mode"].string() == "raw") return;
  const Value ignores = node.parameters["options"]["ignoreConversionErrors"];
  if (ignores.boolean() || ignores.is_string()) return;
  for (const Value field : node.parameters["assignments"]["assignments"]) {
    const Value value = field["value"];
    const string_view type = field["type"].string();
    if (is_computed(value) || converts(type, value)) continue;
    tell(value, node,
         kairon::format("'{}' sets '{}' to {}, which is not {} {}: the node fails", node.name, field["name"].string(),
                        value.raw().substr(0, 40), type == "array" || type == "object" ? "an" : "a", type),
         "write a value of that type, or change the type of the field");
  }
}

/// Edit Fields in JSON mode: n8n checks the text before the run.
void check_raw_json(const Node& node, const ValueReport& tell) {
  const Value text = node.parameters["jsonOutput"];
  if (!node.is_base("set") || node.version < 3 || node.parameters["mode"].string() != "raw") return;
  if (!text.is_string() || is_computed(text) || text::contains(text.string(), "{{") || is_object_text(text.string()))
    return;
  tell(text, node, kairon::format("the JSON of '{}' is not an object: n8n refuses to run the workflow", node.name),
       "write one JSON object: { \"name\": value }");
}

struct JsonField {
  string_view sends;
  string_view specify;
  string_view text;
};
constexpr std::array<JsonField, 3> kHttpJson = {{{"sendBody", "specifyBody", "jsonBody"},
                                                 {"sendHeaders", "specifyHeaders", "jsonHeaders"},
                                                 {"sendQuery", "specifyQuery", "jsonQuery"}}};

void check_http(const Node& node, const ValueReport& tell) {
  if (!node.is_base("httpRequest") || node.version < 3) return;
  const Value& parameters = node.parameters;
  const string_view content = parameters["contentType"].string();
  for (const JsonField& field : kHttpJson) {
    const Value text = parameters[field.text];
    if (!parameters[field.sends].boolean() || parameters[field.specify].string() != "json") continue;
    if (field.text == "jsonBody" && !content.empty() && content != "json") continue;
    if (!text.is_string() || is_computed(text) || is_json(text.string())) continue;
    tell(text, node, kairon::format("the {} of '{}' is not JSON: the node fails", field.text, node.name),
         "repair the JSON; begin it with = when it is to hold {{ }}");
  }
  const Value url = parameters["url"];
  if (!url.is_string() || url.string().empty() || is_computed(url)) return;
  const std::string lower = text::lower(url.string());
  if (!lower.starts_with("http://") && !lower.starts_with("https://") && !text::contains(lower, "{{"))
    tell(url, node,
         kairon::format("the URL of '{}' begins with neither http:// nor https://: the node fails", node.name),
         "write the whole URL");
}

void check_cron_text(const Value& text, const Node& node, const ValueReport& tell) {
  if (!text.is_string() || is_computed(text)) return;
  const std::string problem = workflow::cron_problem(text.string());
  if (problem.empty()) return;
  tell(text, node, kairon::format("the cron expression of '{}' is refused: {}", node.name, problem),
       "five or six fields: [second] minute hour day-of-month month day-of-week");
}

struct Interval {
  string_view field;
  string_view key;
  double low;
  double high;
};
constexpr std::array<Interval, 5> kIntervals = {{{"seconds", "secondsInterval", 1, 59},
                                                 {"minutes", "minutesInterval", 1, 59},
                                                 {"hours", "hoursInterval", 1, 23},
                                                 {"days", "daysInterval", 1, 31},
                                                 {"months", "monthsInterval", 1, 1e9}}};

/// Version 1.3 tests the ranges; below it 0 becomes a step of 0, and more than the range fires once per round.
void check_interval(const Value& rule, const Node& node, const ValueReport& tell) {
  for (const Interval& interval : kIntervals) {
    const Value number = rule[interval.key];
    if (rule["field"].string() != interval.field || !number.is_number()) continue;
    const bool tested = node.version >= 1.25;
    const bool zero = number.number() < 1 && (interval.field == "seconds" || interval.field == "minutes");
    if (number.number() >= interval.low && number.number() <= interval.high) continue;
    if (tested || zero)
      tell(number, node,
           kairon::format("'{}' is to run every {} {}: n8n refuses to activate it", node.name, number.raw(),
                          interval.field),
           kairon::format("use {} to {}, or a cron expression", interval.low, interval.high));
  }
}

void check_schedule(const Node& node, const ValueReport& tell) {
  if (node.is_base("scheduleTrigger")) {
    for (const Value rule : node.parameters["rule"]["interval"]) {
      if (rule["field"].string() == "cronExpression") check_cron_text(rule["expression"], node, tell);
      check_interval(rule, node, tell);
    }
  }
  if (node.is_base("cron")) {
    for (const Value time : node.parameters["triggerTimes"]["item"])
      if (time["mode"].string() == "custom") check_cron_text(time["cronExpression"], node, tell);
  }
}

/// A count that the node takes as a number: text there, or nothing to do.
void check_count(const Node& node, string_view key, string_view effect, const ValueReport& tell) {
  const Value value = node.parameters[key];
  const bool text = value.is_string() && !is_computed(value) && !is_number_text(value.string());
  const bool none = value.is_number() && value.number() < 1;
  if (text || none)
    tell(value, node, kairon::format("{} of '{}' is {}: {}", key, node.name, value.raw().substr(0, 40), effect),
         "write a number of at least 1");
}

void check_wait(const Node& node, const ValueReport& tell) {
  const Value amount = node.parameters["amount"];
  const string_view resume = node.parameters["resume"].string();
  if (!node.is_base("wait") || (resume != "timeInterval" && (!resume.empty() || node.version < 1.1))) return;
  const bool text = amount.is_string() && !is_computed(amount) && !is_number_text(amount.string());
  if (text || (amount.is_number() && amount.number() < 0))
    tell(amount, node, kairon::format("'{}' waits for {}: the node fails", node.name, amount.raw().substr(0, 40)),
         "write a number of 0 or more");
}

void check_time_zone(const WorkflowInput& input, Reporter& report) {
  const Value zone = input.workflow.root()["settings"]["timezone"];
  if (!zone.is_string() || zone.string().empty() || workflow::is_time_zone(zone.string())) return;
  report.at(zone, nullptr,
            kairon::format("'{}' is not a time zone: schedules of this workflow fail to activate", zone.string()),
            "use a name of the IANA database, such as Europe/Berlin");
}

void check_invalid_value(const WorkflowInput& input, Reporter& report) {
  const ValueReport tell{input, report};
  check_time_zone(input, report);
  for (const Node& node : input.workflow.nodes()) {
    if (input.workflow.find(node.name) != &node) continue;
    check_assignments(node, tell);
    check_raw_json(node, tell);
    check_http(node, tell);
    check_schedule(node, tell);
    check_wait(node, tell);
    if (node.is_base("limit")) check_count(node, "maxItems", "no item passes", tell);
    if (node.is_base("splitInBatches")) check_count(node, "batchSize", "no batch is made", tell);
  }
}

}  // namespace

}  // namespace node_invalid_value

extern const WorkflowRule kNodeInvalidValue;
const WorkflowRule kNodeInvalidValue{
    {"node/invalid-value", Severity::error, Scope::always,
     "sets a literal value that the node rejects (warning on a node that cannot run)",
     "Some values are looked at only when the node runs or the workflow is activated: the JSON of an HTTP body, the "
     "type of a field in Edit Fields, a cron expression, a time zone, a count. A literal that fails there fails every "
     "time (tried with the nodes of n8n 1.123).",
     "Write a value that the node takes; the finding says which."},
    node_invalid_value::check_invalid_value};

}  // namespace kairon::lint
