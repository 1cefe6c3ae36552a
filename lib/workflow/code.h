#pragma once
#include <memory>
#include <string>
#include <string_view>
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
  expression      ///< one `{{ ... }}` of a parameter that begins with `=`
};

/// One piece of JavaScript of a workflow, with the JSON string it stands in. Parsed on creation;
/// positions in it are bytes of the *decoded* JSON string: `begin` + byte in script.source().
struct CodePiece {
  const Node* node = nullptr;
  json::Value string;  ///< the JSON string
  CodeKind kind = CodeKind::expression;
  std::size_t begin = 0;  ///< where `source` starts in the decoded string
  std::string_view source;
  js::Script script;
};

/// Every piece of JavaScript of a workflow: Code nodes, legacy function nodes, and the `{{ }}`
/// parts of every parameter of every node (sticky notes excepted).
class Code {
 public:
  explicit Code(const Workflow& workflow);
  [[nodiscard]] const std::vector<CodePiece>& pieces() const { return pieces_; }

 private:
  std::vector<CodePiece> pieces_;
};

}  // namespace kairon::workflow
