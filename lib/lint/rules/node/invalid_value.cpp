#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>

#include "base/format.h"
#include "base/text.h"
#include "catalogue/catalogue.h"
#include "js/script.h"
#include "json/document.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "lint/support/conversion.h"
#include "lint/support/json_template.h"
#include "lint/support/locators.h"
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
    report.at(where, &node, std::move(message), std::move(help), severity(node));
  }

  /// The same at a byte of a decoded string.
  void in_string(const Value& string, std::size_t offset, const Node& node, std::string message,
                 std::string help) const {
    report.in_string(string, offset, &node, std::move(message), std::move(help), severity(node));
  }

 private:
  [[nodiscard]] std::optional<Severity> severity(const Node& node) const {
    const bool runs = !node.disabled && input.workflow.reachable()[node.index];
    return runs ? std::nullopt : std::optional(Severity::warning);
  }
};

/// Edit Fields: does a literal convert to the declared type (validateFieldType of n8n-workflow)?
bool literal_converts(string_view type, const Value& value) {
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
    if (is_computed(value) || literal_converts(type, value)) continue;
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

/// The name of a header is a token (RFC 9110): letters, digits and a few signs.
void check_header(const Value& name, const Node& node, const ValueReport& tell) {
  constexpr string_view kToken = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  if (!name.is_string() || name.string().empty() || is_computed(name) || text::contains(name.string(), "{{")) return;
  if (name.string().find_first_not_of(kToken) == string_view::npos) return;
  tell(name, node,
       kairon::format("'{}' of '{}' is not the name of a header: the node fails", name.string().substr(0, 40),
                      node.name),
       "write the name alone, without blanks and colon: Content-Type");
}

/// JSON with `{{ }}` in it, which no value of theirs repairs.
void check_json_template(const Value& text, string_view field, const Node& node, const ValueReport& tell) {
  const auto fault = json_template_fault(text.string());
  if (!fault) return;
  tell.in_string(text, fault->offset, node,
                 kairon::format("the {} of '{}' is not JSON, whatever its {{{{ }}}} hold: {}; the node fails", field,
                                node.name, fault->problem),
                 "repair the JSON at this place");
}

void check_http(const Node& node, const ValueReport& tell) {
  if (!node.is_base("httpRequest") || node.version < 3) return;
  const Value& parameters = node.parameters;
  const string_view content = parameters["contentType"].string();
  for (const JsonField& field : kHttpJson) {
    const Value text = parameters[field.text];
    if (!parameters[field.sends].boolean() || parameters[field.specify].string() != "json") continue;
    if (field.text == "jsonBody" && !content.empty() && content != "json") continue;
    if (is_computed(text)) check_json_template(text, field.text, node, tell);
    if (!text.is_string() || is_computed(text) || is_json(text.string())) continue;
    tell(text, node, kairon::format("the {} of '{}' is not JSON: the node fails", field.text, node.name),
         "repair the JSON; begin it with = when it is to hold {{ }}");
  }
  if (parameters["sendHeaders"].boolean() && parameters["specifyHeaders"].string() != "json")
    for (const Value header : parameters["headerParameters"]["parameters"]) check_header(header["name"], node, tell);
  const Value url = parameters["url"];
  if (!url.is_string() || url.string().empty() || is_computed(url)) return;
  // n8n 2 takes blanks away (tried on 2.41.1).
  const bool trims = tell.input.catalogue != nullptr && !tell.input.catalogue->version().starts_with("1.");
  const std::string lower = text::lower(trims ? text::trim(url.string()) : url.string());
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

bool is_literal_text(const Value& value) { return value.is_string() && !is_computed(value); }

void check_never_date(const Value& value, const Node& node, const ValueReport& tell) {
  if (!is_literal_text(value) || !is_never_a_date(value.string())) return;
  tell(value, node,
       kairon::format("'{}' in '{}' is not a date: the node fails", value.string().substr(0, 40), node.name),
       "write a date such as 2026-01-31, or an expression such as ={{ $now.plus({ days: 1 }) }}");
}

/// Wait until a time, and Date & Time (version 2) with a literal date or duration.
void check_dates(const Node& node, const ValueReport& tell) {
  const Value& parameters = node.parameters;
  if (node.is_base("wait") && parameters["resume"].string() == "specificTime")
    check_never_date(parameters["dateTime"], node, tell);
  if (!node.is_base("dateTime") || node.version < 2) return;
  const string_view operation = parameters["operation"].string();
  const bool shifts = operation == "addToDate" || operation == "subtractFromDate";
  check_never_date(parameters[shifts ? "magnitude" : "date"], node, tell);
  const Value duration = parameters["duration"];
  if (!shifts || !is_literal_text(duration) || is_number_text(duration.string())) return;
  tell(duration, node,
       kairon::format("the duration of '{}' is {}, not a number: the node fails", node.name,
                      duration.raw().substr(0, 40)),
       "write a number");
}

/// Edit Fields from 3.3 on: the assignments as n8n writes them. A list or object in their place is not checked by
/// the loader and fails, or is lost, when the node runs.
void check_assignment_shape(const Node& node, const ValueReport& tell) {
  if (!node.is_base("set") || node.version < 3.3 || node.parameters["mode"].string() == "raw") return;
  const Value whole = node.parameters["assignments"];
  constexpr string_view kHelp =
      "write { \"assignments\": [{ \"id\": \"...\", \"name\": \"...\", \"type\": \"string\", \"value\": \"...\" }] }";
  if (whole.is_array()) {
    tell(whole, node, kairon::format("the assignments of '{}' are a list, of which n8n sets nothing", node.name),
         std::string(kHelp));
    return;
  }
  const Value list = whole["assignments"];
  if (list.is_object()) {
    tell(list, node, kairon::format("the assignments of '{}' are an object, not a list: the node fails", node.name),
         std::string(kHelp));
    return;
  }
  if (!list.is_array()) return;
  for (const Value field : list) {
    if (!field.is_object()) continue;
    if (!field["type"].present())
      tell(field, node,
           kairon::format("the field '{}' of '{}' has no type: the node fails", field["name"].string(), node.name),
           "add \"type\": string, number, boolean, array or object");
    const bool holds = field["value"].present() && !field["value"].is_null() && field["value"].raw() != R"("")";
    if (field["name"].string().empty() && holds)
      tell(field, node, kairon::format("a field of '{}' has no name: its value is lost", node.name),
           "give the field a name");
  }
}

/// The transform nodes that fail when what they are to work on is not named.
void check_transform(const Node& node, const ValueReport& tell) {
  const Value& parameters = node.parameters;
  const string_view sort = parameters["type"].string();
  const Value sort_fields = parameters["sortFieldsUi"]["sortField"];
  if (node.is_base("sort") && (sort.empty() || sort == "simple") && sort_fields.is_array() && sort_fields.empty())
    tell(sort_fields, node, kairon::format("'{}' sorts by no field: the node fails", node.name), "name a field");
  const string_view operation = parameters["operation"].string();
  const Value compared = parameters["fieldsToCompare"];
  if (node.is_base("removeDuplicates") && (operation.empty() || operation == "removeDuplicateInputItems") &&
      parameters["compare"].string() == "selectedFields" && compared.is_string() &&
      text::trim(compared.string()).empty())
    tell(compared, node, kairon::format("'{}' compares no field: the node fails", node.name), "name the fields");
  if (!node.is_base("aggregate") || parameters["aggregate"].string() == "aggregateAllItemData") return;
  std::set<std::string> names;
  for (const Value entry : parameters["fieldsToAggregate"]["fieldToAggregate"]) {
    const bool renamed = entry["renameField"].boolean() && !entry["outputFieldName"].string().empty();
    const Value name = renamed ? entry["outputFieldName"] : entry["fieldToAggregate"];
    if (!is_literal_text(name) || name.string().find_first_of(".[") != string_view::npos) continue;
    if (names.emplace(name.string()).second || name.string().empty()) continue;
    tell(name, node, kairon::format("'{}' writes the field '{}' twice: the node fails", node.name, name.string()),
         "give one of them another output name");
  }
}

/// Switch by an expression: a literal output beyond the number of outputs.
void check_switch_output(const Node& node, const ValueReport& tell) {
  const Value output = node.parameters["output"];
  if (!node.is_base("switch") || node.version < 3 || node.parameters["mode"].string() != "expression") return;
  const Value given = node.parameters["numberOutputs"];
  if (given.present() && !given.is_number()) return;
  const double outputs = given.number(4);
  const bool word = is_literal_text(output) && !is_number_text(output.string());
  if (!word && (!output.is_number() || (output.number() >= 0 && output.number() < outputs))) return;
  tell(output, node,
       kairon::format("'{}' chooses the output {}, but it has {} of them, from 0 on: the node fails", node.name,
                      output.raw().substr(0, 40), outputs),
       "write the index of an output");
}

/// A regular expression in a condition, and the error object of Stop and Error.
void check_patterns(const Node& node, const ValueReport& tell) {
  const auto check = [&](const Value& filter) {
    for (const Value condition : filter["conditions"]) {
      const string_view operation = condition["operator"]["operation"].string();
      const Value pattern = condition["rightValue"];
      if ((operation != "regex" && operation != "notRegex") || !is_literal_text(pattern)) continue;
      const string_view text = pattern.string();
      const bool wrapped = text.size() > 1 && text.starts_with('/') && text.rfind('/') > 0;
      if (wrapped || text.empty() || text::contains(text, "/") || text::contains(text, "\n")) continue;
      const std::string literal = "/" + std::string(text) + "/";
      if (!js::Script(literal, js::Goal::expression).error()) continue;
      tell(pattern, node, kairon::format("the regular expression of '{}' does not parse: the node fails", node.name),
           "escape what is meant literally: \\\\( for a bracket");
    }
  };
  if ((node.is_base("if") || node.is_base("filter")) && node.version >= 2) check(node.parameters["conditions"]);
  if (node.is_base("switch") && node.version >= 3)
    for (const Value rule : node.parameters["rules"]["values"]) check(rule["conditions"]);
  const Value object = node.parameters["errorObject"];
  if (!node.is_base("stopAndError") || node.parameters["errorType"].string() != "errorObject") return;
  if (!is_literal_text(object) || object.string().empty() || is_json(object.string()) ||
      is_object_text(object.string()))
    return;
  tell(object, node,
       kairon::format("the error object of '{}' is not JSON: the node fails for another reason", node.name),
       "repair the JSON");
}

/// n8n takes the id of a spreadsheet or channel out of its URL, and looks at that before the run.
void check_locators(const Node& node, const ValueReport& tell) {
  for (const Value parameter : node.parameters) {
    const Value url = parameter["value"];
    if (!parameter["__rl"].boolean() || parameter["mode"].string() != "url" || !is_literal_text(url)) continue;
    const string_view missing = missing_in_locator(node, parameter.key(), url.string());
    if (url.string().empty() || missing.empty()) continue;
    tell(url, node,
         kairon::format("the URL in '{}' of '{}' does not hold '{}': n8n refuses to run the workflow", parameter.key(),
                        node.name, missing),
         "copy the whole URL from the browser, or choose by id");
  }
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
    check_dates(node, tell);
    check_assignment_shape(node, tell);
    check_transform(node, tell);
    check_switch_output(node, tell);
    check_patterns(node, tell);
    check_locators(node, tell);
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
