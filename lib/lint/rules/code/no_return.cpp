#include "base/format.h"
#include "lint/code_report.h"

namespace kairon::lint {
namespace code_no_return {
namespace {

using js::Kind;
using workflow::CodeKind;
using workflow::CodePiece;

constexpr std::string_view kHelp = "return the items, or null for none: return [{ json: { ... } }]";

/// True when a throw stands in the statement itself, not in a function that it defines.
bool may_throw(const CodePiece& piece, const js::Node& statement) {
  for (std::uint32_t i = statement.index(); i < statement.next_index(); ++i) {
    const js::Node node = piece.script.node(i);
    if (node.is(Kind::throw_statement) && !node.enclosing_function()) return true;
  }
  return false;
}

/// What a value is called that is no object whatever happens, "" for all others: n8n asks
/// `typeof result === 'object'`, which null passes.
std::string_view no_item(const js::Node& value) {
  switch (value.kind()) {
    case Kind::none:
    case Kind::undefined_literal:
      return "nothing";
    case Kind::string:
    case Kind::template_string:
      return "a text";
    case Kind::number:
      return "a number";
    case Kind::true_literal:
    case Kind::false_literal:
      return "true or false";
    default:
      return {};
  }
}

void check_return(const CodePiece& piece, const js::Node& statement, Reporter& report) {
  const std::string_view what = no_item(statement.first_child().unwrapped());
  if (what.empty()) return;
  // Once for each item n8n's task runner lets undefined pass as "no item"; without it the node fails.
  const bool leaves_out = what == "nothing" && piece.kind == CodeKind::code_each;
  report_code(report, piece, statement.begin_offset(), format("'{}' returns {} here", piece.node->name, what),
              std::string(kHelp), leaves_out ? std::optional(Severity::warning) : std::nullopt);
}

void check_piece(const CodePiece& piece, Reporter& report) {
  bool returns = false;
  for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
    const js::Node node = piece.script.node(i);
    if (!node.is(Kind::return_statement) || node.enclosing_function()) continue;
    returns = true;
    check_return(piece, node, report);
  }
  if (returns) return;
  js::Node last;
  for (const js::Node statement : piece.script.root().children()) last = statement;
  // Code that ends with a throw is meant to fail.
  if (may_throw(piece, last)) return;
  report_code(report, piece, last.begin_offset(),
              format("the code of '{}' ends without returning anything", piece.node->name), std::string(kHelp));
}

/// An empty text is no piece of code, but n8n runs it.
void check_empty(const workflow::Node& node, Reporter& report) {
  const std::string_view language = node.parameters["language"].string();
  const json::Value code = node.parameters["jsCode"];
  if (!node.is_base("code") || node.disabled || !code.is_string() || !code.string().empty()) return;
  if (!language.empty() && language != "javaScript") return;
  report.at(code, &node, format("'{}' has no code", node.name), std::string(kHelp));
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::Node& node : input.workflow.nodes()) check_empty(node, report);
  for (const CodePiece& piece : input.code.pieces()) {
    const bool judged = piece.kind == CodeKind::code_all || piece.kind == CodeKind::code_each;
    if (judged && !piece.node->disabled && !piece.script.error()) check_piece(piece, report);
  }
}

}  // namespace

}  // namespace code_no_return

extern const WorkflowRule kCodeNoReturn;
const WorkflowRule kCodeNoReturn{
    {"code/no-return", Severity::error, Scope::always, "the code of a Code node returns nothing, or what is no item",
     "n8n looks at what the code gave back: undefined, a text, a number or true make the node fail with \"Code doesn't "
     "return items properly\" (n8n-nodes-base 1.123, Code/result-validation). null means: no items. Code that ends "
     "with a throw is left alone.",
     "Return the items at every end of the code; return null or [] where there is none."},
    code_no_return::check};

}  // namespace kairon::lint
