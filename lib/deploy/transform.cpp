#include "deploy/transform.h"

#include <algorithm>

#include "base/text.h"
#include "deploy/mocks.h"
#include "deploy/recorded.h"
#include "n8n/content.h"

namespace kairon::deploy {

namespace {

constexpr const char* kMark = "kairon: changed for the dev environment";

std::string slug(std::string_view text) {
  std::string out;
  for (const char c : text::lower(text)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain) out += c;
    if (!plain && !out.empty() && out.back() != '-') out += '-';
  }
  while (out.ends_with('-')) out.pop_back();
  return out;
}

// What stays of a node that becomes another one: its place in the graph and how errors are handled.
n8n::Tree shell(const n8n::Tree& node) {
  n8n::Tree out = n8n::Tree::object();
  for (const char* key :
       {"id", "name", "position", "disabled", "onError", "continueOnFail", "alwaysOutputData", "executeOnce"})
    if (node.has(key)) out.set(key, node[key]);
  out.set("notes", kMark);
  return out;
}

n8n::Tree as_webhook(const n8n::Tree& node, std::string_view workflow) {
  n8n::Tree out = shell(node);
  const std::string path = dev_path(workflow, node["name"].string());
  out.set("type", "n8n-nodes-base.webhook");
  out.set("typeVersion", n8n::Tree::integer(2));
  out.set("webhookId", text::replace_all(path, "/", "-"));
  n8n::Tree& parameters = out.set("parameters", n8n::Tree::object());
  parameters.set("httpMethod", "POST");
  parameters.set("path", path);
  parameters.set("options", n8n::Tree::object());
  return out;
}

n8n::Tree as_mock(const n8n::Tree& node, const n8n::Tree& answer, const std::string& replay) {
  n8n::Tree out = shell(node);
  out.set("type", "n8n-nodes-base.code");
  out.set("typeVersion", n8n::Tree::integer(2));
  n8n::Tree& parameters = out.set("parameters", n8n::Tree::object());
  parameters.set("jsCode", mock_code(node, answer, replay));
  return out;
}

bool is_sub_edge(std::string_view type) { return type != "main"; }

class Transformer {
 public:
  Transformer(n8n::Tree& workflow, const TransformOptions& options)
      : workflow_(workflow), options_(options), name_(workflow["name"].string()) {}

  void run() {
    find_sub_nodes();
    if (n8n::Tree* nodes = workflow_.find("nodes"))
      for (n8n::Tree& node : nodes->items()) change(node);
    drop_sub_nodes();
    n8n::Tree& settings = member("settings");
    for (const char* key : {"saveDataErrorExecution", "saveDataSuccessExecution"}) settings.set(key, "all");
    settings.set("saveManualExecutions", n8n::Tree::boolean(true));
    member("meta").set("transformedForDev", n8n::Tree::boolean(true));
  }

 private:
  n8n::Tree& member(const char* key) {
    n8n::Tree* found = workflow_.find(key);
    if (found == nullptr || !found->is_object()) return workflow_.set(key, n8n::Tree::object());
    return *found;
  }

  // Sub-nodes: sources of ai_* edges only. Models, memories, tools, parsers.
  void find_sub_nodes() {
    for (const auto& [source, by_type] : workflow_["connections"].members())
      for (const auto& [type, outputs] : by_type.members())
        if (is_sub_edge(type)) sub_nodes_.insert(source);
  }

  void change(n8n::Tree& node) {
    if (sub_nodes_.contains(node["name"].string())) return;
    if (n8n::is_type(node, "wait")) shorten(node);
    if (n8n::is_type(node, "webhook")) settle_path(node);
    switch (treatment_of(node)) {
      case Treatment::keep:
        break;
      case Treatment::become_webhook:
        node = as_webhook(node, name_);
        break;
      case Treatment::mock:
        mock(node);
        break;
    }
  }

  void mock(n8n::Tree& node) {
    const bool is_http = n8n::is_type(node, "httpRequest");
    if (is_http && options_.allowed_hosts.contains(literal_host(node))) return;
    const std::string key = name_ + "/" + node["name"].string();
    const auto own = options_.answers.find(key);
    const auto recorded = options_.recorded.find(key);
    const std::string replay =
        recorded == options_.recorded.end() ? std::string() : replay_code(recorded->second, triggers());
    node = as_mock(node, own == options_.answers.end() ? n8n::Tree() : own->second, replay);
    mocked_.insert(node["name"].string());
  }

  // What started the workflow: nodes that no edge leads to.
  n8n::Tree triggers() const {
    std::set<std::string> targets;
    for (const auto& [source, by_type] : workflow_["connections"].members())
      for (const n8n::Tree& output : by_type["main"].items())
        for (const n8n::Tree& edge : output.items()) targets.insert(edge["node"].string());
    n8n::Tree out = n8n::Tree::array();
    for (const n8n::Tree& node : workflow_["nodes"].items()) {
      const std::string& name = node["name"].string();
      const bool starts = !targets.contains(name) && !sub_nodes_.contains(name) && !n8n::is_type(node, "stickyNote");
      if (starts && workflow_["connections"].has(name)) out.push(name);
    }
    return out;
  }

  static void shorten(n8n::Tree& node) {
    n8n::Tree* parameters = node.find("parameters");
    const bool waits_for_time = parameters != nullptr && (*parameters)["resume"].string() != "webhook" &&
                                (*parameters)["resume"].string() != "form";
    if (!waits_for_time) return;
    parameters->set("resume", "timeInterval");
    parameters->set("amount", n8n::Tree::integer(1));
    parameters->set("unit", "seconds");
    parameters->erase("dateTime");
  }

  void settle_path(n8n::Tree& node) {
    n8n::Tree* parameters = node.find("parameters");
    const std::string path = parameters == nullptr ? "" : (*parameters)["path"].string();
    if (!path.starts_with('=')) return;
    const bool is_main_hook = text::contains(path, "WEBHOOK_PATH") && !options_.webhook_path.empty();
    parameters->set("path", is_main_hook ? options_.webhook_path : dev_path(name_, node["name"].string()));
    node.set("notes", kMark);
  }

  // A mocked root needs its model no more; what serves a kept node as well stays.
  void drop_sub_nodes() {
    std::set<std::string> dropped;
    n8n::Tree* connections = workflow_.find("connections");
    if (connections == nullptr) return;
    for (bool again = true; std::exchange(again, false);)
      for (const std::string& name : sub_nodes_)
        if (!dropped.contains(name) && serves_only_gone((*connections)[name], dropped))
          again = dropped.insert(name).second;
    for (const std::string& name : dropped) connections->erase(name);
    if (n8n::Tree* nodes = workflow_.find("nodes"))
      std::erase_if(nodes->items(), [&](const n8n::Tree& node) { return dropped.contains(node["name"].string()); });
  }

  bool serves_only_gone(const n8n::Tree& by_type, const std::set<std::string>& dropped) const {
    bool serves_mock = false;
    for (const auto& [type, outputs] : by_type.members())
      for (const n8n::Tree& output : outputs.items())
        for (const n8n::Tree& edge : output.items()) {
          const std::string& target = edge["node"].string();
          const bool gone = mocked_.contains(target) || dropped.contains(target);
          if (!gone || !is_sub_edge(type)) return false;
          serves_mock = true;
        }
    return serves_mock;
  }

  n8n::Tree& workflow_;
  const TransformOptions& options_;
  const std::string name_;
  std::set<std::string> sub_nodes_;
  std::set<std::string> mocked_;
};

}  // namespace

std::string dev_path(std::string_view workflow, std::string_view node) {
  return "kairon-dev/" + slug(workflow) + "/" + slug(node);
}

void transform_for_dev(n8n::Tree& workflow, const TransformOptions& options) {
  if (workflow["meta"]["transformedForDev"].boolean_or(false)) return;
  Transformer(workflow, options).run();
}

}  // namespace kairon::deploy
