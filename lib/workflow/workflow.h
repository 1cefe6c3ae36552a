#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "json/document.h"

namespace kairon::workflow {

/// Index of a node in Workflow::nodes().
using NodeIndex = std::size_t;
inline constexpr NodeIndex kNoNode = static_cast<NodeIndex>(-1);

/// A node as the file has it. Views and handles live as long as the workflow.
struct Node {
  json::Value json;  ///< the whole object
  NodeIndex index = 0;
  std::string_view name;
  std::string_view type;  ///< full: "n8n-nodes-base.set"
  double version = 1;     ///< typeVersion, 1 when absent
  bool disabled = false;
  json::Value parameters;     ///< absent when missing
  std::string_view on_error;  ///< onError, "" when absent

  /// True for "n8n-nodes-base.<name>".
  [[nodiscard]] bool is_base(std::string_view base_name) const;
  /// True for "@n8n/n8n-nodes-langchain.<name>".
  [[nodiscard]] bool is_langchain(std::string_view name) const;
  /// The type without its package: "set", "agent".
  [[nodiscard]] std::string_view short_type() const;
  /// True for n8n's own packages (n8n-nodes-base, @n8n/n8n-nodes-langchain).
  [[nodiscard]] bool is_core() const;
  /// n8n's trigger test without a catalogue (RULES: "Reading a workflow file").
  [[nodiscard]] bool is_trigger() const;
  [[nodiscard]] bool is_sticky_note() const { return is_base("stickyNote"); }
  /// onError or the older continueOnFail lets the run go on after a failure.
  [[nodiscard]] bool continues_on_error() const;
};

/// One entry of `connections`: source --type[output]--> target[input].
struct Edge {
  NodeIndex from = kNoNode;  ///< kNoNode: the source name is no node
  NodeIndex to = kNoNode;    ///< kNoNode: the target name is no node
  /// "main" or "ai_*": the key under the source, or the type that a misspelt key stands for.
  std::string_view type;
  bool misspelt = false;  ///< n8n has no connection type of that key: it ignores the edge
  std::size_t output = 0;
  std::size_t input = 0;
  json::Value source_key;  ///< the key under `connections` (for positions)
  json::Value target;      ///< the {node, type, index} object
  /// Asked for each edge of each walk: letter by letter, which costs no call.
  [[nodiscard]] bool is_main() const {
    return type.size() == 4 && type[0] == 'm' && type[1] == 'a' && type[2] == 'i' && type[3] == 'n';
  }
};

/// The connection types of n8n-workflow (NodeConnectionTypes).
[[nodiscard]] std::span<const std::string_view> connection_types();
[[nodiscard]] bool is_connection_type(std::string_view key);

/// A shape problem found while reading: where and what.
struct ShapeProblem {
  json::Value where;
  std::string message;
  bool harmless = false;  ///< n8n runs the workflow all the same
};

/// A workflow: an object with `nodes` and `connections`, read once, plus its graph.
class Workflow {
 public:
  /// Reads the root object of `document`. Always succeeds; what is missing or of the wrong type is
  /// listed in shape_problems() and left out. `activeVersion` and `shared` are not looked at.
  Workflow(std::unique_ptr<json::Document> document, std::string path);
  Workflow(Workflow&&) noexcept = default;

  /// True when the value is an object with an array `nodes` and an object `connections`.
  [[nodiscard]] static bool looks_like_workflow(const json::Value& root);

  [[nodiscard]] const std::string& path() const { return path_; }
  /// File name without folder and ".json".
  [[nodiscard]] std::string_view stem() const;
  [[nodiscard]] const json::Document& document() const { return *document_; }
  [[nodiscard]] json::Value root() const { return document_->root(); }
  [[nodiscard]] std::string_view name() const { return root()["name"].string(); }
  [[nodiscard]] bool archived() const { return root()["isArchived"].boolean(); }
  [[nodiscard]] bool active() const { return root()["active"].boolean(); }
  [[nodiscard]] const std::vector<ShapeProblem>& shape_problems() const { return problems_; }

  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<Edge>& edges() const { return edges_; }
  /// The node of that name (the last one, as n8n has it), null when there is none.
  [[nodiscard]] const Node* find(std::string_view name) const;

  /// Edges that leave or enter a node, as indexes into edges().
  [[nodiscard]] const std::vector<std::size_t>& outgoing(NodeIndex node) const { return outgoing_[node]; }
  [[nodiscard]] const std::vector<std::size_t>& incoming(NodeIndex node) const { return incoming_[node]; }

  /// Per node: a trigger, or reachable from one (main edges forward; ai_* edges from a reached
  /// parent back to its sub-nodes). Sticky notes count as reachable.
  [[nodiscard]] const std::vector<bool>& reachable() const;
  /// True when data of `ancestor` can have reached `node` over main edges; a sub-node has the
  /// ancestors of every root that it serves. A node in a loop is its own ancestor.
  [[nodiscard]] bool is_ancestor(NodeIndex ancestor, NodeIndex node) const;
  /// How many nodes were looked at for is_ancestor() so far: its cost.
  [[nodiscard]] std::size_t ancestor_steps() const { return ancestor_steps_; }
  /// The nodes that a sub-node serves, over ai_* edges, transitively up to the roots; the node
  /// itself when it serves none.
  [[nodiscard]] std::vector<NodeIndex> roots_of(NodeIndex node) const;

 private:
  [[nodiscard]] bool add_known_ancestors(NodeIndex current, std::vector<bool>& ancestors,
                                         std::vector<bool>& expanded) const;
  void read_nodes();
  void read_connections();
  void read_outputs(const json::Value& source, NodeIndex from, const json::Value& by_type);
  void read_branch(const Edge& like, const json::Value& branch);
  void read_edge(Edge edge, const json::Value& target);
  void problem(const json::Value& where, std::string message);

  std::unique_ptr<json::Document> document_;
  std::string path_;
  std::vector<Node> nodes_;
  std::vector<Edge> edges_;
  std::vector<ShapeProblem> problems_;
  std::unordered_map<std::string_view, NodeIndex> by_name_;
  std::vector<std::vector<std::size_t>> outgoing_;
  std::vector<std::vector<std::size_t>> incoming_;
  mutable std::vector<bool> reachable_;
  mutable std::vector<std::optional<std::vector<bool>>> ancestors_;
  mutable std::vector<bool> own_ancestors_;  ///< those of a node's own main edges, not of the roots that it serves
  mutable std::size_t ancestor_steps_ = 0;
};

}  // namespace kairon::workflow
