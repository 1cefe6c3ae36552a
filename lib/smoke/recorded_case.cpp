#include "smoke/recorded_case.h"

#include <algorithm>
#include <map>

#include "base/format.h"
#include "base/text.h"
#include "deploy/mocks.h"
#include "deploy/transform.h"
#include "smoke/recorded_mocks.h"
#include "smoke/redact.h"

namespace kairon::smoke {

namespace {

using n8n::Tree;

constexpr std::size_t kShortestId = 6;

/// The items of the first output that has some.
const Tree& first_items(const Tree& run, std::size_t& output) {
  static const Tree kNone;
  const Tree::Array& outputs = run["data"]["main"].items();
  for (output = 0; output < outputs.size(); ++output)
    if (!outputs[output].items().empty()) return outputs[output];
  output = 0;
  return kNone;
}

/// What came in from outside.
struct Incoming {
  std::string node;
  Tree item;               ///< json of the first item
  std::size_t output = 0;  ///< of a webhook with several methods
  bool has_files = false;  ///< binary data, which no case holds
};

Incoming incoming_of(const StoredExecution& root) {
  Incoming out;
  if (root.seen.ran.empty()) return out;
  out.node = root.seen.ran.front().node;
  const Tree& runs = root.raw["data"]["resultData"]["runData"][out.node];
  if (runs.items().empty()) return out;
  const Tree& items = first_items(runs.items().front(), out.output);
  if (items.items().empty()) return out;
  out.item = items.items().front()["json"];
  out.has_files = items.items().front().has("binary");
  return out;
}

bool is_request(const Tree& item) { return item.has("headers") && (item.has("body") || item.has("query")); }

const Tree& message_of(const Incoming& in, std::string_view method) {
  if (!is_request(in.item)) return in.item;
  return in.item[method == "GET" || method == "DELETE" ? "query" : "body"];
}

std::string id_in(const Tree& message) {
  for (const char* key : {"message_id", "id", "event_id", "delivery_id", "request_id", "uuid"})
    if (const std::string& id = message[key].string(); id.size() >= kShortestId) return id;
  return {};
}

std::string method_of(const Tree& node, std::size_t output) {
  const Tree& method = node["parameters"]["httpMethod"];
  if (method.is_array()) return output < method.items().size() ? method.items()[output].string() : "";
  return method.string().empty() ? "GET" : method.string();
}

/// Where the message is sent: of a path with `:id` the one that was asked.
std::string asked_path(const Tree& node, const Tree& item) {
  const std::string path = trimmed_path(node["parameters"]["path"].string());
  if (path.starts_with('=')) return {};
  if (!text::contains(path, ":")) return path.empty() ? node["webhookId"].string() : path;
  std::vector<std::string> parts{node["webhookId"].string()};
  for (const std::string_view part : text::split(path, '/'))
    parts.emplace_back(part.starts_with(':') ? item["params"][part.substr(1)].string() : std::string(part));
  return text::join(parts, "/");
}

void replace_in(Tree& tree, const std::string& from) {
  if (from.empty()) return;
  if (tree.is_string() && text::contains(tree.string(), from))
    tree = Tree(text::replace_all(tree.string(), from, "{{run}}"));
  if (tree.is_array())
    for (Tree& one : tree.items()) replace_in(one, from);
  if (tree.is_object())
    for (auto& [key, value] : tree.members()) replace_in(value, from);
}

class CaseMaker {
 public:
  CaseMaker(const StoredTree& tree, const RecordingScene& scene) : tree_(tree), scene_(scene) {}

  Result<RecordedCase> make(const std::vector<const StoredTree*>& earlier, bool later);

 private:
  /// Fails when n8n kept only a part of what happened: the case would expect less than that.
  [[nodiscard]] Result<void> refuse_parts() const;
  /// Calls whose executions n8n did not keep: their answers are missing.
  void note_missing_calls();
  /// Nodes that ran and that the files no longer have.
  void note_other_versions();
  Result<void> enter(const Incoming& in, const n8n::Local& local);
  std::string name() const;
  /// The failed execution that no failed one called, else the last one that was called.
  const n8n::Execution& ending() const;
  Tree messages_before(const std::vector<const StoredTree*>& earlier);
  void add_rows(bool follows, bool later);
  void add_expectations(const Incoming& in, const n8n::Local& local);
  // Sub-nodes do not run on dev, where their AI node is replaced.
  void add_nodes(Tree& nodes, const StoredExecution& one) const;
  /// The status of the answer, where the webhook's settings say it.
  std::optional<long long> expected_status(const Incoming& in, const n8n::Local& local) const;
  const StoredTree& tree_;
  const RecordingScene& scene_;
  RecordedCase out_{Tree::object(), {}, {}, {}};
  std::string path_;
  std::string method_ = "POST";
  std::string id_;
  Tree data_;
  bool only_on_dev_ = false;
  bool before_failed_ = false;
  StoredTree replayed_;  ///< the messages before, and the message
};

Result<RecordedCase> CaseMaker::make(const std::vector<const StoredTree*>& earlier, bool later) {
  const n8n::Execution& root = tree_.root().seen;
  const n8n::Local* local = local_of(scene_, root.workflow);
  if (local == nullptr)
    return Failure{format("{} is not a workflow of this work tree", text::printable(root.workflow))};
  if (Result<void> whole = refuse_parts(); !whole.ok()) return whole.failure();
  const Incoming in = incoming_of(tree_.root());
  const Result<void> entered = enter(in, *local);
  if (!entered.ok()) return entered.failure();
  out_.workflow = root.workflow;
  id_ = id_in(data_);
  out_.test.set("test_name", Tree(name()));
  if (const std::string& began = tree_.root().raw["startedAt"].string(); !began.empty())
    out_.test.set("recorded", began);
  if (!path_.empty()) out_.test.set("webhook_path", path_);
  if (method_ != "POST") out_.test.set("webhook_method", method_);
  Tree before = messages_before(earlier);
  const bool follows = !before.empty();
  if (follows) out_.test.set("before", std::move(before));
  if (before_failed_) out_.test.set("before_may_fail", Tree::boolean(true));
  replayed_.members.insert(replayed_.members.end(), tree_.members.begin(), tree_.members.end());
  out_.test.set("webhook_data", data_);
  add_rows(follows, later);
  add_expectations(in, *local);
  Tree mocks = recorded_mocks(replayed_, scene_, out_.notes);
  if (!mocks.empty() || only_on_dev_) out_.test.set("environments", Tree::array()).push(Tree("dev"));
  if (!mocks.empty()) out_.test.set("mocks", std::move(mocks));
  for (const char* key : {"webhook_data", "before", "mocks"})
    if (Tree* part = out_.test.find(key)) replace_in(*part, id_);
  note_missing_calls();
  note_other_versions();
  std::size_t redacted = 0;
  for (const char* key : {"webhook_data", "before", "mocks"})
    if (Tree* part = out_.test.find(key)) redacted += redact_secrets(*part);
  if (redacted > 0) out_.notes.push_back(format("{} redacted", text::counted(redacted, "value")));
  return std::move(out_);
}

Result<void> CaseMaker::refuse_parts() const {
  for (const StoredExecution& one : tree_.members) {
    if (one.is_whole()) continue;
    const bool is_root = one.seen.id == tree_.root().seen.id;
    return Failure{is_root ? std::string("n8n stored no data of it")
                           : format("n8n stored no data of {}, which it called", text::printable(one.seen.workflow))};
  }
  return {};
}

void CaseMaker::note_missing_calls() {
  std::set<std::string> kept;
  for (const StoredExecution& one : tree_.members) kept.insert(std::to_string(one.seen.id));
  std::set<std::string> callers;
  for (const StoredExecution& one : tree_.members)
    for (const auto& [node, runs] : one.raw["data"]["resultData"]["runData"].members())
      for (const Tree& run : runs.items()) {
        const std::string& called = run["metadata"]["subExecution"]["executionId"].string();
        if (!called.empty() && !kept.contains(called)) callers.insert(one.seen.workflow + "/" + node);
      }
  if (callers.empty()) return;
  const std::vector<std::string> names(callers.begin(), callers.end());
  out_.notes.push_back(format("n8n did not keep what {} called: answers in it are not recorded",
                              text::printable(text::join(names, ", "))));
}

void CaseMaker::note_other_versions() {
  std::set<std::string> gone;
  for (const StoredExecution& one : tree_.members) {
    const n8n::Local* local = local_of(scene_, one.seen.workflow);
    if (local == nullptr) gone.insert(one.seen.workflow);
    if (local == nullptr) continue;
    for (const n8n::NodeRun& node : one.seen.ran)
      if (node_in(local->tree, node.node).is_null()) gone.insert(one.seen.workflow + "/" + node.node);
  }
  if (gone.empty()) return;
  const std::vector<std::string> names(gone.begin(), gone.end());
  out_.notes.push_back(format("another version ran: the files have no {}", text::printable(text::join(names, ", "))));
}

Result<void> CaseMaker::enter(const Incoming& in, const n8n::Local& local) {
  const Tree& node = node_in(local.tree, in.node);
  if (node.is_null())
    return Failure{
        format("it began at '{}', which {} no longer has", text::printable(in.node), text::printable(local.name))};
  if (n8n::is_type(node, "webhook")) {
    method_ = method_of(node, in.output);
    path_ = asked_path(node, in.item);
  } else if (deploy::treatment_of(node) == deploy::Treatment::become_webhook) {
    path_ = deploy::dev_path(local.name, in.node);
    only_on_dev_ = true;
  } else {
    return Failure{format("it began at '{}', to which no message can be sent", text::printable(in.node))};
  }
  data_ = message_of(in, method_);
  if (data_.is_null() && only_on_dev_) data_ = Tree::object();
  if (!data_.is_object()) return Failure{"its message is not a JSON object"};
  if (in.has_files) out_.notes.emplace_back("binary data of the message is not recorded");
  return {};
}

std::string CaseMaker::name() const {
  const n8n::Execution& end = ending();
  const std::string& node = end.error.empty() ? end.last_node : end.error_node;
  const std::string where = end.workflow == out_.workflow ? node : end.workflow + ", " + node;
  return format("{}: {} {} (recorded {})", out_.workflow, end.error.empty() ? "to" : "fails at", where,
                tree_.root().seen.id);
}

const n8n::Execution& CaseMaker::ending() const {
  const n8n::Execution* last = &tree_.root().seen;
  const n8n::Execution* failed = nullptr;
  for (const StoredExecution& one : tree_.members) {
    if (one.seen.mode == "error") continue;
    last = &one.seen;
    if (!one.seen.ok()) failed = &one.seen;
  }
  return failed == nullptr ? *last : *failed;
}

// Their answers are replayed as well: what they leave behind is what the message finds.
Tree CaseMaker::messages_before(const std::vector<const StoredTree*>& earlier) {
  Tree out = Tree::array();
  if (id_.empty()) return out;
  for (const StoredTree* tree : earlier) {
    const StoredExecution& root = tree->root();
    const Incoming in = incoming_of(root);
    const Tree& data = message_of(in, method_);
    const bool same = root.seen.workflow == out_.workflow && in.node == incoming_of(tree_.root()).node;
    if (!same || !data.is_object() || !text::contains(data.dump(), id_)) continue;
    out.push(data);
    replayed_.members.insert(replayed_.members.end(), tree->members.begin(), tree->members.end());
    before_failed_ = before_failed_ || std::any_of(tree->members.begin(), tree->members.end(),
                                                   [](const StoredExecution& one) { return !one.seen.ok(); });
  }
  return out;
}

void CaseMaker::add_rows(bool follows, bool later) {
  if (id_.empty() || !scene_.rows_of) return;
  if (follows || later) {
    out_.notes.emplace_back("rows are not asserted: several messages have its id");
    return;
  }
  const std::optional<Rows> rows = scene_.rows_of(id_);
  if (!rows) return;
  Tree& expected = out_.test.set("expected_db_changes", Tree::object());
  expected.set("events_created", Tree::integer(rows->events));
  expected.set("traces_created", Tree::integer(rows->traces));
  expected.set("projections_created", Tree::integer(rows->projections));
  if (rows->types.empty()) return;
  Tree& types = expected.set("projection_types", Tree::array());
  for (const auto& [type, count] : rows->types)
    for (long long i = 0; i < count; ++i) types.push(type);
}

void CaseMaker::add_expectations(const Incoming& in, const n8n::Local& local) {
  const n8n::Execution& end = ending();
  Tree& expect = out_.test.set("expect", Tree::object());
  if (const auto status = expected_status(in, local)) expect.set("status", Tree::integer(*status));
  expect.set("executions", Tree(end.ok() ? "success" : "error"));
  const n8n::Execution& shown = end.ok() ? tree_.root().seen : end;
  expect.set("workflow", shown.workflow);
  const std::string& node = end.ok() ? shown.last_node : shown.error_node;
  if (!node.empty()) expect.set("last_node", node);
  std::set<std::string> tolerated;
  for (const StoredExecution& one : tree_.members)
    for (const n8n::Swallowed& swallowed : one.seen.swallowed)
      if (!swallowed.has_error_output) tolerated.insert(swallowed.node);
  if (!tolerated.empty()) {
    Tree& list = expect.set("tolerate", Tree::array());
    for (const std::string& one : tolerated) list.push(one);
  }
  Tree& nodes = expect.set("nodes", Tree::object());
  for (const StoredExecution& one : tree_.members)
    if (local_of(scene_, one.seen.workflow) != nullptr) add_nodes(nodes, one);
}

void CaseMaker::add_nodes(Tree& nodes, const StoredExecution& one) const {
  const Tree* known = nodes.find(one.seen.workflow);
  Tree list = known == nullptr ? Tree::array() : *known;
  for (const n8n::NodeRun& node : one.seen.ran) {
    const auto same = [&node](const Tree& other) { return other.string() == node.node; };
    const bool listed = std::any_of(list.items().begin(), list.items().end(), same);
    if (!listed && !serves_an_ai_node(one.raw["workflowData"], node.node)) list.push(node.node);
  }
  nodes.set(one.seen.workflow, std::move(list));
}

std::optional<long long> CaseMaker::expected_status(const Incoming& in, const n8n::Local& local) const {
  if (only_on_dev_) return 200;
  const Tree& parameters = node_in(local.tree, in.node)["parameters"];
  const std::string& mode = parameters["responseMode"].string();
  const Tree& code = parameters["options"]["responseCode"]["values"]["responseCode"];
  const long long good = code.is_number() ? code.integer_or(200) : parameters["responseCode"].integer_or(200);
  if (mode.empty() || mode == "onReceived") return good;
  if (!tree_.root().seen.ok() && mode == "lastNode") return 500;
  if (mode == "lastNode") return good;
  for (const n8n::NodeRun& one : tree_.root().seen.ran) {
    const Tree& node = node_in(local.tree, one.node);
    if (!n8n::is_type(node, "respondToWebhook")) continue;
    const Tree& answer = node["parameters"]["options"]["responseCode"];
    if (answer.is_null() || answer.is_number()) return answer.integer_or(200);
  }
  return std::nullopt;
}

std::string key_from(const std::map<std::string, std::set<std::string>>& nodes, bool fails) {
  std::string key = fails ? "fails" : "works";
  for (const auto& [workflow, names] : nodes) {
    key += "\n" + workflow;
    for (const std::string& name : names) key += "\t" + name;
  }
  return key;
}

}  // namespace

std::string path_key(const Tree& test) {
  std::map<std::string, std::set<std::string>> nodes;
  for (const auto& [workflow, names] : test["expect"]["nodes"].members())
    for (const Tree& name : names.items()) nodes[workflow].insert(name.string());
  return nodes.empty() ? std::string() : key_from(nodes, test["expect"]["executions"].string() == "error");
}

std::string path_key(const StoredTree& tree) {
  std::map<std::string, std::set<std::string>> nodes;
  bool fails = false;
  for (const StoredExecution& one : tree.members) {
    for (const n8n::NodeRun& node : one.seen.ran)
      if (!serves_an_ai_node(one.raw["workflowData"], node.node)) nodes[one.seen.workflow].insert(node.node);
    fails = fails || (!one.seen.ok() && one.seen.mode != "error");
  }
  return key_from(nodes, fails);
}

std::string message_id_in(const StoredTree& tree) {
  const Incoming in = incoming_of(tree.root());
  const Tree& body = message_of(in, "POST");
  return id_in(body.is_object() ? body : message_of(in, "GET"));
}

Result<RecordedCase> recorded_case(const StoredTree& tree, const std::vector<const StoredTree*>& earlier, bool later,
                                   const RecordingScene& scene) {
  return CaseMaker(tree, scene).make(earlier, later);
}

}  // namespace kairon::smoke
