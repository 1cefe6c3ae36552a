#include "workflow/upgrade_repair.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/format.h"
#include "base/text.h"

namespace kairon::workflow {

namespace {

using json::Value;
using std::string_view;

/// Collects the repairs of one file.
class Upgrade {
 public:
  explicit Upgrade(const Workflow& workflow) : workflow_(workflow) {}

  void to_two() {
    for (const Node& node : workflow_.nodes()) {
      if (node.is_base("start")) start(node);
      if ((node.is_base("if") || node.is_base("filter")) && node.version >= 2)
        filter(node, node.parameters["conditions"]);
      if (node.is_base("switch") && node.version >= 3)
        for (const Value rule : node.parameters["rules"]["values"]) filter(node, rule["conditions"]);
    }
  }

  void to_three() {
    for (const Node& node : workflow_.nodes()) {
      if (node.is_base("function")) function(node);
      if (node.is_base("aiTransform")) ai_transform(node);
      if (node.is_base("interval")) interval(node);
    }
    const Value policy = workflow_.root()["settings"]["callerPolicy"];
    if (policy.string() == "any") put(policy, "\"workflowsFromSameOwner\"", "callerPolicy names who may call");
  }

  std::vector<Repair> take() {
    std::sort(out_.begin(), out_.end(),
              [](const Repair& a, const Repair& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
    return std::move(out_);
  }

 private:
  void put(const Value& value, std::string text, std::string what) {
    out_.push_back({value.begin_offset(), value.end_offset(), std::move(text), std::move(what)});
  }

  /// Gives a node another type, version and parameters; false when the file does not hold all three.
  bool become(const Node& node, string_view type, string_view version, std::string parameters) {
    const Value its_type = node.json["type"];
    const Value its_version = node.json["typeVersion"];
    if (!its_type.is_string() || !its_version.present() || !node.parameters.present()) return false;
    const std::string what = kairon::format("'{}' becomes {}", node.name, type);
    put(its_type, json::Writer().string(type).take(), what);
    put(its_version, std::string(version), what);
    put(node.parameters, std::move(parameters), what);
    return true;
  }

  void start(const Node& node) {
    // A second trigger in front of the same node would start it twice by hand; a disabled one starts nothing.
    if (node.disabled) return;
    const bool alone = std::none_of(workflow_.nodes().begin(), workflow_.nodes().end(), [&](const Node& other) {
      return other.is_trigger() && &other != &node && !other.disabled;
    });
    if (alone) become(node, "n8n-nodes-base.manualTrigger", "1", "{}");
  }

  void function(const Node& node) {
    const string_view code = node.parameters["functionCode"].string();
    constexpr auto kDiffers = std::to_array<string_view>(
        {"getBinaryDataAsync", "setBinaryDataAsync", "$item(", "helpers", "require", "getNodeParameter"});
    const bool exact =
        !code.empty() && !code.starts_with('=') &&
        std::none_of(kDiffers.begin(), kDiffers.end(), [&](string_view word) { return text::contains(code, word); });
    if (!exact) return;
    std::string body = text::replace_all(code, "$getWorkflowStaticData(", "getWorkflowStaticData(");
    body = text::replace_all(body, "getWorkflowStaticData(", "$getWorkflowStaticData(");
    become(node, "n8n-nodes-base.code", "2",
           R"({"mode": "runOnceForAllItems", "jsCode": )" + json::Writer().string(body).take() + "}");
  }

  void ai_transform(const Node& node) {
    const string_view code = node.parameters["jsCode"].string();
    if (code.empty()) return;
    become(node, "n8n-nodes-base.code", "2",
           R"({"mode": "runOnceForAllItems", "language": "javaScript", "jsCode": )" +
               json::Writer().string(code).take() + "}");
  }

  void interval(const Node& node) {
    const Value number = node.parameters["interval"];
    const string_view given = node.parameters["unit"].string();
    const string_view unit = given.empty() ? "seconds" : given;
    const double most = unit == "hours" ? 23 : 59;
    const bool known = unit == "seconds" || unit == "minutes" || unit == "hours";
    const double every = number.present() ? number.number() : 1;
    if (!known || (number.present() && !number.is_number()) || every < 1 || every > most) return;
    become(node, "n8n-nodes-base.scheduleTrigger", "1.2",
           kairon::format(R"({{"rule": {{"interval": [{{"field": "{}", "{}Interval": {}}}]}}}})", unit, unit,
                          number.present() ? number.raw() : string_view("1")));
  }

  /// Writes what n8n 2 fills in.
  void filter(const Node& node, const Value& value) {
    if (!value.is_object() || !value["conditions"].is_array()) return;
    std::string missing;
    if (!value["combinator"].present()) missing += R"("combinator": "and", )";
    if (!value["options"].present())
      missing += R"("options": {"caseSensitive": true, "leftValue": "", "typeValidation": "strict", "version": 1}, )";
    if (missing.empty()) return;
    out_.push_back({value.begin_offset() + 1, value.begin_offset() + 1, missing,
                    kairon::format("the filter of '{}' says what n8n 2 fills in", node.name)});
  }

  const Workflow& workflow_;
  std::vector<Repair> out_;
};

}  // namespace

std::vector<Repair> upgrade_repairs(const Workflow& workflow, int from, int to) {
  Upgrade upgrade(workflow);
  if (from < 2 && to >= 2) upgrade.to_two();
  if (from < 3 && to >= 3) upgrade.to_three();
  return upgrade.take();
}

}  // namespace kairon::workflow
