#include "n8n/executions.h"

#include <algorithm>
#include <cstdlib>

#include "base/text.h"

namespace kairon::n8n {

namespace {

long long number_of(const Tree& id) { return id.is_string() ? std::atoll(id.string().c_str()) : id.integer_or(0); }

// First item of a node's first output.
const Tree& first_item(const Tree& runs) {
  static const Tree kNone;
  if (runs.items().empty()) return kNone;
  const Tree& outputs = runs.items().front()["data"]["main"];
  if (outputs.items().empty() || outputs.items().front().items().empty()) return kNone;
  return outputs.items().front().items().front()["json"];
}

// What the trigger gave: of a finished execution the first output of the node that has no
// predecessor, of a running one what waits on the stack.
const Tree& trigger_item(const Tree& data) {
  static const Tree kNone;
  for (const auto& [node, runs] : data["resultData"]["runData"].members()) {
    const bool has_source = !runs.items().empty() && !runs.items().front()["source"].items().empty() &&
                            !runs.items().front()["source"].items().front().is_null();
    if (!has_source && !first_item(runs).is_null()) return first_item(runs);
  }
  for (const Tree& waiting : data["executionData"]["nodeExecutionStack"].items()) {
    const Tree& inputs = waiting["data"]["main"];
    if (!inputs.items().empty() && !inputs.items().front().items().empty())
      return inputs.items().front().items().front()["json"];
  }
  return kNone;
}

std::string message_of(const Tree& error) {
  if (error.is_string()) return error.string();
  const std::string& message = error["message"].string();
  const std::string& description = error["description"].string();
  if (message.empty()) return description;
  const bool says_more = !description.empty() && !text::contains(message, description);
  return says_more ? message + ": " + description : message;
}

// Nodes that catch their own failure (postgres, code ...) put it into the item.
std::string error_in_items(const Tree& run) {
  for (const Tree& output : run["data"]["main"].items())
    for (const Tree& item : output.items()) {
      const Tree& error = item["json"]["error"];
      if (item["error"].is_object()) return message_of(item["error"]);
      const std::string shown = message_of(error);
      if (!shown.empty()) return item["json"]["message"].is_string() ? item["json"]["message"].string() : shown;
    }
  return {};
}

bool goes_on(const Tree& node) {
  const std::string& on_error = node["onError"].string();
  return on_error.starts_with("continue") || (on_error.empty() && node["continueOnFail"].boolean_or(false));
}

std::vector<Swallowed> swallowed_in(const Tree& run_data, const Tree& nodes) {
  std::vector<Swallowed> out;
  for (const Tree& node : nodes.items()) {
    const std::string& name = node["name"].string();
    if (!goes_on(node)) continue;
    for (const Tree& run : run_data[name].items()) {
      const std::string message = run["error"].is_object() ? message_of(run["error"]) : error_in_items(run);
      if (message.empty()) continue;
      out.push_back({name, message, node["onError"].string() == "continueErrorOutput"});
      break;
    }
  }
  return out;
}

// n8n numbers the runs since 1.89; before that only their time tells the order.
double first_moment(const Tree& runs) {
  const Tree& run = runs.items().front();
  return run["executionIndex"].is_number() ? run["executionIndex"].number_or(0) : run["startTime"].number_or(0);
}

std::vector<NodeRun> ran_in(const Tree& run_data) {
  std::vector<std::pair<double, NodeRun>> found;
  for (const auto& [node, runs] : run_data.members()) {
    if (runs.items().empty()) continue;
    NodeRun one{node};
    for (const Tree& run : runs.items()) {
      const Tree::Array& outputs = run["data"]["main"].items();
      for (std::size_t i = 0; i < outputs.size(); ++i)
        if (!outputs[i].items().empty()) one.outputs.insert(i);
    }
    found.emplace_back(first_moment(runs), std::move(one));
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<NodeRun> out;
  for (auto& [moment, one] : found) out.push_back(std::move(one));
  return out;
}

}  // namespace

Execution read_execution(const Tree& answer) {
  const Tree& data = answer["data"];
  const Tree& result = data["resultData"];
  const Tree& workflow = answer["workflowData"];
  Execution out;
  out.id = number_of(answer["id"]);
  out.workflow_id = answer["workflowId"].string();
  out.workflow = workflow["name"].string();
  out.mode = answer["mode"].string();
  out.status = answer["status"].string();
  out.parent = number_of(data["parentExecution"]["executionId"]);
  out.error_workflow = workflow["settings"]["errorWorkflow"].string();
  if (out.error_workflow == "DEFAULT") out.error_workflow.clear();
  out.last_node = result["lastNodeExecuted"].string();
  out.error = message_of(result["error"]);
  out.error_node = result["error"]["node"]["name"].string();
  if (out.error_node.empty() && !out.error.empty()) out.error_node = out.last_node;
  out.swallowed = swallowed_in(result["runData"], workflow["nodes"]);
  out.ran = ran_in(result["runData"]);
  for (const Tree& node : workflow["nodes"].items()) out.nodes.insert(node["name"].string());
  const Tree& first = trigger_item(data);
  if (out.mode == "error") out.handles = number_of(first["execution"]["id"]);
  // A callee's input may hold the same headers.
  if (out.parent != 0 || out.handles != 0) return out;
  out.mark = first["headers"][kCaseHeader].string();
  out.started = first.dump();
  return out;
}

// Newest first; without a filter n8n leaves the running ones out.
void ExecutionLog::list(const std::string& filter, long long after, std::map<long long, std::string>& statuses) {
  std::string cursor;
  constexpr int kMaxPages = 40;
  for (int page = 0; page < kMaxPages; ++page) {
    const Reply reply = api_.get("/executions?limit=50" + filter + (cursor.empty() ? "" : "&cursor=" + cursor));
    if (!reply.ok() || !reply.json["data"].is_array()) fail(reply, "reading the executions", api_.base_url());
    bool older = false;
    for (const Tree& row : reply.json["data"].items()) {
      const long long id = number_of(row["id"]);
      older = older || id <= after;
      if (id > after) statuses[id] = row["status"].string();
    }
    cursor = reply.json["nextCursor"].string();
    if (older || cursor.empty()) return;
  }
}

long long ExecutionLog::newest() {
  long long id = 0;
  for (const char* filter : {"", "&status=running"}) {
    const Reply reply = api_.get(std::string("/executions?limit=1") + filter);
    if (!reply.ok() || !reply.json["data"].is_array()) fail(reply, "reading the executions", api_.base_url());
    for (const Tree& row : reply.json["data"].items()) id = std::max(id, number_of(row["id"]));
  }
  return id;
}

const Execution* ExecutionLog::details(long long id, const std::string& status) {
  const auto found = known_.find(id);
  if (found != known_.end() && (found->second.finished() || found->second.status == status)) return &found->second;
  const Reply reply = api_.get("/executions/" + std::to_string(id) + "?includeData=true");
  // Not saved, or pruned meanwhile.
  if (reply.verdict == Verdict::not_found) return nullptr;
  if (!reply.ok()) fail(reply, "reading an execution", api_.base_url());
  return &(known_[id] = read_execution(reply.json));
}

// Running ones first: an execution that ends between the two requests is seen twice rather than never.
std::vector<Execution> ExecutionLog::since(long long id) {
  std::map<long long, std::string> statuses;
  list("&status=running", id, statuses);
  list("", id, statuses);
  std::vector<Execution> out;
  for (const auto& [number, status] : statuses)
    if (const Execution* one = details(number, status)) out.push_back(*one);
  return out;
}

}  // namespace kairon::n8n
