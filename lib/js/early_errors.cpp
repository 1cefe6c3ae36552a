#include <algorithm>
#include <array>
#include <string>

#include "js/internal.h"
#include "js/scope.h"

// What the grammar accepts and ECMAScript forbids ("early errors"), as far as people run into it.
// Each check was compared with Node.js on real and on mutated code.
namespace kairon::js::internal {
namespace {

bool is_reserved(std::string_view name) {
  constexpr std::array<std::string_view, 37> kWords = {
      "break", "case",       "catch",  "class",   "const",  "continue", "debugger", "default",  "delete", "do",
      "else",  "enum",       "export", "extends", "false",  "finally",  "for",      "function", "if",     "import",
      "in",    "instanceof", "new",    "null",    "return", "super",    "switch",   "this",     "throw",  "true",
      "try",   "typeof",     "var",    "void",    "while",  "with",     "await"};
  return std::find(kWords.begin(), kWords.end(), name) != kWords.end();
}

std::string identifier_problem(const Node& node) {
  const std::string_view name = node.text();
  if (name.size() < 2 || name.size() > 10 || !is_reserved(name)) return {};
  if (name == "await") {
    // `await` is a plain name inside a function that is not async.
    const Node function = node.enclosing_function();
    if (function && !is_async(function)) return {};
  }
  return "`" + std::string(name) + "` is a reserved word and cannot be a name";
}

/// Whether what is after `await` or `yield` lets the word be read as a plain name.
bool may_be_plain_name(const Node& expression, std::string_view word) {
  std::string_view rest = expression.text().substr(word.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  return rest.empty() || std::string_view("([`+-/\n\r*").find(rest.front()) != std::string_view::npos;
}

std::string await_problem(const Node& node) {
  const Node function = node.enclosing_function();
  if (!function || is_async(function) || may_be_plain_name(node, "await")) return {};
  return "`await` is only allowed in async functions: the function around it is not async";
}

bool is_generator(const Node& function, std::string_view source) {
  if (function.is(Kind::generator_function) || function.is(Kind::generator_function_declaration)) return true;
  if (!function.is(Kind::method_definition)) return false;
  const std::size_t begin = function.begin_offset();
  const std::string_view head = source.substr(begin, function.child(Field::name).begin_offset() - begin);
  return head.find('*') != std::string_view::npos;
}

std::string yield_problem(const Node& node, std::string_view source) {
  const Node function = node.enclosing_function();
  if ((function && is_generator(function, source)) || may_be_plain_name(node, "yield")) return {};
  return "`yield` is only allowed in generator functions";
}

bool is_loop(Kind kind) {
  return kind == Kind::for_statement || kind == Kind::for_in_statement || kind == Kind::while_statement ||
         kind == Kind::do_statement;
}

std::string jump_problem(const Node& node) {
  const Node label = node.child(Field::label);
  const bool is_break = node.is(Kind::break_statement);
  for (Node around = node.parent(); around; around = around.parent()) {
    if (is_function(around.kind()) || around.is(Kind::class_static_block)) break;
    if (label) {
      if (around.is(Kind::labeled_statement) && around.child(Field::label).text() == label.text()) return {};
    } else if (is_loop(around.kind()) || (is_break && around.is(Kind::switch_statement))) {
      return {};
    }
  }
  if (label) return "unknown label `" + std::string(label.text()) + "`";
  return is_break ? "`break` outside a loop or switch" : "`continue` outside a loop";
}

std::string binary_problem(const Node& node) {
  const std::string_view operation = node.operator_text();
  const Node left = node.child(Field::left);
  if (operation == "**") {
    return left.is(Kind::unary_expression) ? "a sign or operator before `**` needs parentheses" : std::string();
  }
  const bool coalesces = operation == "??";
  if (!coalesces && operation != "||" && operation != "&&") return {};
  for (const Node side : {left, node.child(Field::right)}) {
    if (!side.is(Kind::binary_expression)) continue;
    const std::string_view inner = side.operator_text();
    if (coalesces ? inner == "||" || inner == "&&" : inner == "??")
      return "`??` mixed with `||` or `&&` needs parentheses";
  }
  return {};
}

std::string declarator_problem(const Node& node) {
  if (node.child(Field::value)) return {};
  const Node declaration = node.parent();
  const Node name = node.child(Field::name);
  if (name.is(Kind::object_pattern) || name.is(Kind::array_pattern)) return "a destructuring declaration needs a value";
  if (declaration.is(Kind::lexical_declaration) && declaration.child(Field::kind).text() == "const") {
    return "the const `" + std::string(name.text()) + "` is declared without a value";
  }
  return {};
}

/// `if (x) const y = 1` and the like.
std::string bare_declaration_problem(const Node& node) {
  const Node around = node.parent();
  const bool body = around.is(Kind::else_clause) || around.is(Kind::labeled_statement) ||
                    node.field() == Field::consequence || (node.field() == Field::body && is_loop(around.kind()));
  return body ? "a declaration needs braces around it here" : std::string();
}

/// Optional chains cannot be written to.
bool has_optional_chain(Node node) {
  for (; node; node = node.first_child()) {
    if (node.is(Kind::parenthesized_expression)) return false;
    if (node.child(Field::optional_chain)) return true;
    if (!node.is(Kind::member_expression) && !node.is(Kind::subscript_expression) && !node.is(Kind::call_expression))
      break;
  }
  return false;
}

std::string target_problem(const Node& target) {
  const Node bare = target.unwrapped();
  if (has_optional_chain(bare)) return "an optional chain cannot be assigned to";
  switch (bare.kind()) {
    case Kind::identifier:
    case Kind::member_expression:
    case Kind::subscript_expression:
    case Kind::call_expression:  // V8 throws at run time only
      return {};
    case Kind::array_pattern:
    case Kind::object_pattern:
      return target == bare ? std::string() : "a parenthesized pattern cannot be assigned to";
    case Kind::none:
    case Kind::other:
      return {};
    default:
      return "this cannot be assigned to";
  }
}

/// An assignment or arrow function is not an operand without parentheses: `a === b = c`, `a || () => b`.
std::string operand_problem(const Node& node) {
  const Kind around = node.parent().kind();
  const bool operand = around == Kind::binary_expression || around == Kind::unary_expression ||
                       around == Kind::await_expression || around == Kind::update_expression;
  if (!operand) return {};
  return node.is(Kind::arrow_function) ? "an arrow function needs parentheses here" : "this cannot be assigned to";
}

/// Number of commas in what is between two nodes, comments left out.
std::size_t commas(std::string_view gap) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < gap.size(); ++i) {
    const std::string_view here = gap.substr(i);
    if (here.starts_with("//")) {
      i = std::min(gap.find('\n', i), gap.size());
    } else if (here.starts_with("/*")) {
      i = std::min(gap.find("*/", i + 2), gap.size() - 1) + 1;
    } else if (gap[i] == ',') {
      ++count;
    }
  }
  return count;
}

/// The grammar lets lists have holes, JavaScript only arrays: `f(, 1)`, `{ , a: 1 }`.
std::string hole_problem(const Node& list, std::string_view source) {
  std::size_t from = list.begin_offset() + 1;
  std::size_t allowed = 0;
  for (const Node child : list.children()) {
    if (child.begin_offset() > from && commas(source.substr(from, child.begin_offset() - from)) > allowed) {
      return "a value is missing before this comma";
    }
    from = child.end_offset();
    allowed = 1;
  }
  const std::size_t end = list.end_offset();
  const bool hole = end > from && commas(source.substr(from, end - from)) > allowed;
  return hole ? "a value is missing before this comma" : std::string();
}

std::string rest_problem(const Node& node, std::string_view source) {
  const Node around = node.parent();
  const bool pattern =
      around.is(Kind::array_pattern) || around.is(Kind::object_pattern) || around.is(Kind::formal_parameters);
  if (!pattern) return {};
  const std::size_t end = around.end_offset();
  const bool comma = commas(source.substr(node.end_offset(), end - node.end_offset())) > 0;
  return node.next_sibling() || comma ? "a rest element must be the last one" : std::string();
}

/// The grammar lets blanks stand before the closing quote, line ends among them.
std::string string_problem(const Node& node) {
  const std::string_view text = node.text();
  const std::size_t line_end = text.find('\n');
  if (line_end == std::string_view::npos || text[line_end - 1] == '\\' || text[line_end - 1] == '\r') return {};
  return "the string is not closed on its line";
}

/// At the beginning of a statement a brace opens a block: `{ a: 1 }` is a label, more is nothing.
std::string block_problem(const Node& node) {
  const Node object = node.first_child();
  if (!object.is(Kind::object)) return {};
  const Node first = object.first_child();
  const bool label =
      first.is(Kind::pair) && !first.next_sibling() && first.child(Field::key).is(Kind::property_identifier);
  return label ? std::string() : "this brace opens a block, not an object: put it into parentheses or `return` it";
}

std::string try_problem(const Node& node) {
  const bool complete = node.child(Field::handler) || node.child(Field::finalizer);
  return complete ? std::string() : "a `try` needs a `catch` or `finally`";
}

std::string switch_problem(const Node& body) {
  int defaults = 0;
  for (const Node child : body.children()) defaults += child.is(Kind::switch_default) ? 1 : 0;
  return defaults > 1 ? "a switch has two defaults" : std::string();
}

std::string regex_message(const Node& node) {
  std::string_view pattern;
  std::string_view flags;
  for (const Node child : node.children()) {
    if (child.is(Kind::regex_pattern)) pattern = child.text();
    if (child.is(Kind::regex_flags)) flags = child.text();
  }
  const std::string_view problem = regex_problem(pattern, flags);
  return problem.empty() ? std::string() : "invalid regular expression: " + std::string(problem);
}

std::string problem_at(const Node& node, std::string_view source) {
  switch (node.kind()) {
    case Kind::identifier:
    case Kind::shorthand_property_identifier:
    case Kind::shorthand_property_identifier_pattern:
      return identifier_problem(node);
    case Kind::await_expression:
      return await_problem(node);
    case Kind::yield_expression:
      return yield_problem(node, source);
    case Kind::break_statement:
    case Kind::continue_statement:
      return jump_problem(node);
    case Kind::binary_expression:
      return binary_problem(node);
    case Kind::variable_declarator:
      return declarator_problem(node);
    case Kind::lexical_declaration:
    case Kind::class_declaration:
      return bare_declaration_problem(node);
    case Kind::assignment_expression:
    case Kind::augmented_assignment_expression:
      if (std::string problem = operand_problem(node); !problem.empty()) return problem;
      return target_problem(node.child(Field::left));
    case Kind::arrow_function:
      return operand_problem(node);
    case Kind::arguments:
    case Kind::object:
    case Kind::object_pattern:
    case Kind::formal_parameters:
      return hole_problem(node, source);
    case Kind::update_expression:
      return target_problem(node.child(Field::argument));
    case Kind::rest_pattern:
      return rest_problem(node, source);
    case Kind::expression_statement:
      return block_problem(node);
    case Kind::string:
      return string_problem(node);
    case Kind::try_statement:
      return try_problem(node);
    case Kind::switch_body:
      return switch_problem(node);
    case Kind::regex:
      return regex_message(node);
    case Kind::import_statement:
    case Kind::export_statement:
      return "`import` and `export` are not possible here: the code is the body of a function";
    case Kind::jsx_element:
    case Kind::jsx_self_closing_element:
    case Kind::glimmer_template:
      return "`<` begins no JavaScript expression";
    case Kind::decorator:
      return "decorators are not JavaScript yet";
    default:
      return {};
  }
}

}  // namespace

std::optional<SyntaxError> find_early_error(const Script& script) {
  bool declares = false;
  for (std::uint32_t index = 0; index < script.size(); ++index) {
    const Node node = script.node(index);
    std::string problem = problem_at(node, script.source());
    if (!problem.empty()) return SyntaxError{node.begin_offset(), std::move(problem)};
    declares = declares || node.is(Kind::lexical_declaration) || node.is(Kind::class_declaration);
  }
  if (!declares) return std::nullopt;
  const auto twice = script.scope().redeclarations();
  if (twice.empty()) return std::nullopt;
  const auto first =
      std::min_element(twice.begin(), twice.end(), [](const auto& a, const auto& b) { return a.node < b.node; });
  return SyntaxError{script.node(first->node).begin_offset(),
                     "`" + std::string(first->name) + "` has already been declared"};
}

}  // namespace kairon::js::internal
