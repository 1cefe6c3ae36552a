#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "js/script.h"
#include "workflow/workflow.h"

namespace kairon::workflow {

/// What a piece of JavaScript is.
enum class CodeKind {
  code_all,       ///< a Code node that runs once for all items
  code_each,      ///< a Code node that runs once for each item
  function,       ///< the legacy function node, body over `items`
  function_item,  ///< the legacy functionItem node, body over `item`
  tool,           ///< a code tool or LangChain code node: names of its own
  expression      ///< one `{{ ... }}` of a parameter that begins with `=` (or that the node resolves)
};

/// One piece of JavaScript of a workflow, with the JSON string it stands in. Parsed on creation;
/// positions in it are bytes of the *decoded* JSON string: `begin` + byte in script.source().
struct CodePiece {
  const Node* node = nullptr;
  json::Value string;  ///< the JSON string
  CodeKind kind = CodeKind::expression;
  std::size_t begin = 0;  ///< where `source` starts in the decoded string
  bool closed = true;     ///< expression: its `}}` is there
  js::Script script;

  /// True for everything but expressions.
  [[nodiscard]] bool is_code() const { return kind != CodeKind::expression; }
  /// True when the piece is the whole value: `={{ ... }}` and nothing around it.
  [[nodiscard]] bool is_whole_value() const;
  /// Byte of the decoded string at which a syntax node (or a byte of the script) stands.
  [[nodiscard]] std::size_t offset_of(const js::Node& at) const { return begin + at.begin_offset(); }

 private:
  friend class Code;
  std::unique_ptr<const std::string> unescaped;  ///< the source when it differs from the string
};

/// A mention of another node: `$('X')`, `$node["X"]`, `$node.X`, `$items("X")`.
struct NodeReference {
  enum class Form { dollar, node, items };
  std::size_t piece = 0;  ///< index in Code::pieces()
  Form form = Form::dollar;
  std::string name;    ///< "X", JavaScript's escapes resolved
  js::Node access;     ///< `$('X')`, `$node["X"]` or `$items("X")`
  js::Node name_node;  ///< the string or name inside it, for positions
};

/// A read of `$env.X` or `$env["X"]`.
struct VariableRead {
  std::size_t piece = 0;
  std::string name;
  js::Node access;
};

/// Every piece of JavaScript of a workflow: Code nodes, legacy function nodes, and the `{{ }}`
/// parts of every parameter of every node (sticky notes excepted), with the facts that several
/// rules share, collected in one walk over each piece. Views the workflow, which must outlive it.
class Code {
 public:
  explicit Code(const Workflow& workflow);
  [[nodiscard]] const std::vector<CodePiece>& pieces() const { return pieces_; }
  /// Those of one string of the file, in order.
  [[nodiscard]] std::span<const CodePiece> pieces_of(const json::Value& string) const;
  [[nodiscard]] const CodePiece& piece_of(const NodeReference& reference) const { return pieces_[reference.piece]; }
  /// In the order of nodes, then of their text. Dynamic names (`$(x)` with x computed) are not
  /// listed; a name that a const holds is.
  [[nodiscard]] const std::vector<NodeReference>& references() const { return references_; }
  [[nodiscard]] const std::vector<VariableRead>& variables() const { return variables_; }
  /// False when a piece was left out, because it or all of them are larger than anybody writes.
  [[nodiscard]] bool is_complete() const { return complete_; }

 private:
  void add_node(const Node& node);
  void add_parameters(const Node& node, const json::Value& parameters);
  void add_expressions(const Node& node, const json::Value& string);
  /// False when it is left out.
  bool add_piece(const Node& node, const json::Value& string, CodeKind kind, std::size_t begin,
                 std::string_view source);
  void collect(std::size_t piece);

  std::vector<CodePiece> pieces_;
  std::unordered_map<std::size_t, std::size_t> first_of_;  ///< the first piece of the string that begins at a byte
  std::vector<NodeReference> references_;
  std::vector<VariableRead> variables_;
  std::size_t bytes_ = 0;
  bool complete_ = true;
};

}  // namespace kairon::workflow
