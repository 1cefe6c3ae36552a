#include "workflow/workflow.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"

namespace kairon::workflow {

namespace {

constexpr std::string_view kBasePackage = "n8n-nodes-base.";
constexpr std::string_view kLangchainPackage = "@n8n/n8n-nodes-langchain.";

std::size_t as_index(const json::Value& value) {
  const double number = value.number();
  return number > 0 && number < 1e6 ? static_cast<std::size_t>(number) : 0;
}

constexpr std::array<std::string_view, 13> kConnectionTypes = {
    "main",          "ai_agent",        "ai_chain",     "ai_document", "ai_embedding",    "ai_languageModel",
    "ai_memory",     "ai_outputParser", "ai_retriever", "ai_reranker", "ai_textSplitter", "ai_tool",
    "ai_vectorStore"};

/// The type that an edge of this key is meant to have.
std::string_view meant_type(std::string_view key, bool& misspelt) {
  const auto& types = kConnectionTypes;
  misspelt = std::find(types.begin(), types.end(), key) == types.end();
  if (!misspelt) return key;
  const std::string_view near = text::nearest(key, types);
  return near.empty() ? types.front() : near;
}

}  // namespace

std::span<const std::string_view> connection_types() { return kConnectionTypes; }

bool is_connection_type(std::string_view key) {
  return std::find(kConnectionTypes.begin(), kConnectionTypes.end(), key) != kConnectionTypes.end();
}

// Rules ask this for every node and many names, and most differ in length.
bool Node::is_base(std::string_view base_name) const {
  return type.size() == kBasePackage.size() + base_name.size() && type.ends_with(base_name) &&
         type.starts_with(kBasePackage);
}

bool Node::is_langchain(std::string_view node_name) const {
  return type.size() == kLangchainPackage.size() + node_name.size() && type.ends_with(node_name) &&
         type.starts_with(kLangchainPackage);
}

std::string_view Node::short_type() const {
  const std::size_t dot = type.rfind('.');
  return dot == std::string_view::npos ? type : type.substr(dot + 1);
}

bool Node::is_core() const { return type.starts_with(kBasePackage) || type.starts_with(kLangchainPackage); }

bool Node::is_trigger() const {
  const std::string_view last = short_type();
  if (last.ends_with("Trigger")) return true;
  return is_base("webhook") || is_base("cron") || is_base("interval") || is_base("emailReadImap") || is_base("start");
}

bool Node::continues_on_error() const {
  if (!on_error.empty()) return on_error != "stopWorkflow";
  return json["continueOnFail"].boolean();
}

bool Workflow::looks_like_workflow(const json::Value& root) {
  return root.is_object() && root["nodes"].is_array() && root["connections"].is_object();
}

Workflow::Workflow(std::unique_ptr<json::Document> document, std::string path)
    : document_(std::move(document)), path_(std::move(path)) {
  if (!root().is_object()) {
    problems_.push_back({root(), "a workflow is a JSON object"});
    return;
  }
  read_nodes();
  read_connections();
}

std::string_view Workflow::stem() const {
  std::string_view stem = path_;
  if (const std::size_t slash = stem.rfind('/'); slash != std::string_view::npos) stem.remove_prefix(slash + 1);
  if (stem.ends_with(".json")) stem.remove_suffix(5);
  return stem;
}

void Workflow::read_nodes() {
  const json::Value nodes = root()["nodes"];
  if (!nodes.is_array()) {
    problems_.push_back({nodes ? nodes : root(), nodes ? "'nodes' must be an array" : "'nodes' is missing"});
    return;
  }
  nodes_.reserve(nodes.size());
  for (const json::Value json : nodes) {
    if (!json.is_object()) {
      problems_.push_back({json, "a node must be an object"});
      continue;
    }
    const json::Value name = json["name"];
    if (!name.is_string()) {
      const bool note = !name && json["type"].string() == "n8n-nodes-base.stickyNote";
      problems_.push_back({name ? name : json, name ? "a node's name must be a string" : "a node has no name", note});
      continue;
    }
    Node node;
    node.json = json;
    node.index = nodes_.size();
    node.name = name.string();
    node.type = json["type"].string();
    node.version = json["typeVersion"].number(1);
    node.disabled = json["disabled"].boolean();
    node.parameters = json["parameters"];
    node.on_error = json["onError"].string();
    by_name_[node.name] = node.index;
    nodes_.push_back(node);
  }
}

void Workflow::read_connections() {
  outgoing_.resize(nodes_.size());
  incoming_.resize(nodes_.size());
  const json::Value connections = root()["connections"];
  if (!connections.is_object()) {
    problems_.push_back({connections ? connections : root(),
                         connections ? "'connections' must be an object" : "'connections' is missing"});
    return;
  }
  for (const json::Value source : connections) {
    const Node* from = find(source.key());
    if (!source.is_object()) {
      // An empty list has no types to go through: n8n takes it.
      if (!source.is_array() || !source.empty())
        problem(source, format("the connections of '{}' must be an object", source.key()));
      continue;
    }
    for (const json::Value by_type : source) read_outputs(source, from == nullptr ? kNoNode : from->index, by_type);
  }
}

void Workflow::problem(const json::Value& where, std::string message) {
  problems_.push_back({where, std::move(message)});
}

void Workflow::read_outputs(const json::Value& source, NodeIndex from, const json::Value& by_type) {
  Edge edge;
  edge.from = from;
  edge.source_key = source.key_value();
  edge.type = meant_type(by_type.key(), edge.misspelt);
  if (!by_type.is_array()) {
    problem(by_type, format("the '{}' connections of '{}' must be a list of outputs: n8n refuses to run the workflow",
                            by_type.key(), source.key()));
    return;
  }
  for (const json::Value branch : by_type) {
    read_branch(edge, branch);
    ++edge.output;
  }
}

void Workflow::read_branch(const Edge& like, const json::Value& branch) {
  if (branch.is_array()) {
    for (const json::Value target : branch) read_edge(like, target);
    return;
  }
  if (branch.is_null()) return;
  problem(branch, format("output {} of '{}' must hold a list of connections: n8n cannot load the workflow", like.output,
                         like.source_key.string()));
  if (branch.is_object() && branch["node"].is_string()) read_edge(like, branch);
}

void Workflow::read_edge(Edge edge, const json::Value& target) {
  if (!target.is_object()) {
    problem(target, format("a connection of '{}' must be an object {{node, type, index}}", edge.source_key.string()));
    return;
  }
  const json::Value index = target["index"];
  if (!index.present() || index.is_null() || index.number() < 0)
    problem(target, format("the connection from '{}' to '{}' names no input: n8n never runs what it leads to",
                           edge.source_key.string(), target["node"].string()));
  const Node* to = find(target["node"].string());
  edge.to = to == nullptr ? kNoNode : to->index;
  edge.input = as_index(index);
  edge.target = target;
  if (edge.from != kNoNode) outgoing_[edge.from].push_back(edges_.size());
  if (edge.to != kNoNode) incoming_[edge.to].push_back(edges_.size());
  edges_.push_back(edge);
}

const Node* Workflow::find(std::string_view name) const {
  const auto hit = by_name_.find(name);
  return hit == by_name_.end() ? nullptr : &nodes_[hit->second];
}

}  // namespace kairon::workflow
