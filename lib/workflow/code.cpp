#include "workflow/code.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "js/scope.h"
#include "workflow/expression.h"

namespace kairon::workflow {
namespace {

struct CodeField {
  std::string_view key;
  CodeKind kind;
};

/// Where a node keeps JavaScript, nothing when it has none.
std::optional<CodeField> code_field(const Node& node) {
  const std::string_view type = node.short_type();
  if (type == "code" && node.is_base("code")) {
    const std::string_view language = node.parameters["language"].string();
    if (!language.empty() && language != "javaScript") return std::nullopt;
    const bool each = node.parameters["mode"].string() == "runOnceForEachItem";
    // Code kept under the Function node's old key never runs, but it is what its author meant.
    const bool old_key = !node.parameters["jsCode"] && node.parameters["functionCode"].is_string();
    return CodeField{old_key ? "functionCode" : "jsCode", each ? CodeKind::code_each : CodeKind::code_all};
  }
  if (node.is_base("aiTransform")) return CodeField{"jsCode", CodeKind::code_all};
  if (node.is_base("function")) return CodeField{"functionCode", CodeKind::function};
  if (node.is_base("functionItem")) return CodeField{"functionCode", CodeKind::function_item};
  if (type == "toolCode" && node.parameters["language"].string() != "python")
    return CodeField{"jsCode", CodeKind::tool};
  return std::nullopt;
}

/// `$`, `$node`, `$items`, `$env` may be shadowed in Code (`const $ = cheerio.load(html)`).
bool is_global(const js::Script& script, const js::Node& node, std::string_view name) {
  if (!node.is(js::Kind::identifier) || node.text() != name) return false;
  return script.goal() == js::Goal::expression || script.scope().is_free(node);
}

/// The text of a string, or of a name whose one value is a string.
std::optional<std::string> text_of(const js::Script& script, const js::Node& node) {
  if (node.is(js::Kind::identifier)) return js::string_value(script.scope().value_of(node));
  return js::string_value(node);
}

}  // namespace

bool CodePiece::is_whole_value() const {
  const std::string_view text = string.string();
  return kind == CodeKind::expression && begin == 3 && text::trim(text.substr(begin + script.source().size())) == "}}";
}

Code::Code(const Workflow& workflow) {
  for (const Node& node : workflow.nodes()) {
    if (!node.is_sticky_note()) add_node(node);
  }
  for (std::size_t i = 0; i < pieces_.size(); ++i) collect(i);
}

std::span<const CodePiece> Code::pieces_of(const json::Value& string) const {
  const auto first = first_of_.find(string.begin_offset());
  if (!string.present() || first == first_of_.end()) return {};
  std::size_t end = first->second;
  while (end < pieces_.size() && pieces_[end].string == string) ++end;
  return std::span(pieces_).subspan(first->second, end - first->second);
}

void Code::add_node(const Node& node) {
  const auto field = code_field(node);
  if (field) {
    const json::Value string = node.parameters[field->key];
    std::string_view text = string.string();
    // An `=` makes even this parameter an expression; without braces it is still the code.
    const bool assembled = is_expression(text) && text.find("{{") != std::string_view::npos;
    const std::size_t skip = is_expression(text) ? 1 : 0;
    if (!text.empty() && !assembled) add_piece(node, string, field->kind, skip, text.substr(skip));
  }
  add_parameters(node, node.parameters);
}

void Code::add_parameters(const Node& node, const json::Value& parameters) {
  for (const json::Value value : parameters) {
    if (value.is_string()) {
      add_expressions(node, value);
    } else {
      add_parameters(node, value);
    }
  }
}

void Code::add_expressions(const Node& node, const json::Value& string) {
  const std::string_view text = string.string();
  const bool by_node = !is_expression(text);
  if (text.find("{{") == std::string_view::npos || (by_node && !resolves_itself(node, string.key()))) return;
  for (const ExpressionPart& part : split_expression(text)) {
    if (by_node && !part.closed) continue;
    if (!add_piece(node, string, CodeKind::expression, part.begin, text.substr(part.begin, part.end - part.begin)))
      return;
    pieces_.back().closed = part.closed;
  }
}

bool Code::add_piece(const Node& node, const json::Value& string, CodeKind kind, std::size_t begin,
                     std::string_view source) {
  constexpr std::size_t kMostPieces = 10'000;
  constexpr std::size_t kLargestPiece = std::size_t{512} << 10U;
  constexpr std::size_t kMostBytes = std::size_t{8} << 20U;
  if (pieces_.size() == kMostPieces || source.size() > std::min(kLargestPiece, kMostBytes - bytes_)) {
    complete_ = false;
    return false;
  }
  bytes_ += source.size();
  CodePiece piece;
  piece.node = &node;
  piece.string = string;
  piece.kind = kind;
  piece.begin = begin;
  const bool expression = kind == CodeKind::expression;
  if (const std::size_t escaped = source.find("\\}}"); expression && escaped != std::string_view::npos) {
    // Tournament drops the backslash of the first `\}}`; a blank keeps every position.
    auto copy = std::make_unique<std::string>(source);
    (*copy)[escaped] = ' ';
    source = *copy;
    piece.unescaped = std::move(copy);
  }
  piece.script = js::Script(source, expression ? js::Goal::expression : js::Goal::function_body);
  first_of_.emplace(string.begin_offset(), pieces_.size());
  pieces_.push_back(std::move(piece));
  return true;
}

void Code::collect(std::size_t index) {
  const js::Script& script = pieces_[index].script;
  for (std::uint32_t i = 0; i < script.size(); ++i) {
    const js::Node node = script.node(i);
    if (node.is(js::Kind::call_expression)) {
      const js::Node function = node.child(js::Field::function);
      const bool items = function.text() == "$items";
      const js::Node argument = node.child(js::Field::arguments).first_child();
      if (!argument || !is_global(script, function, items ? "$items" : "$")) continue;
      if (auto name = text_of(script, argument)) {
        const auto form = items ? NodeReference::Form::items : NodeReference::Form::dollar;
        references_.push_back({index, form, std::move(*name), node, argument});
      }
    } else if (node.is(js::Kind::member_expression) || node.is(js::Kind::subscript_expression)) {
      const js::Node object = node.child(js::Field::object);
      const bool member = node.is(js::Kind::member_expression);
      const js::Node key = node.child(member ? js::Field::property : js::Field::index);
      const bool variable = is_global(script, object, "$env");
      if (!variable && !is_global(script, object, "$node")) continue;
      auto name = member ? std::optional<std::string>(key.text()) : text_of(script, key);
      if (!name) continue;
      if (variable) {
        variables_.push_back({index, std::move(*name), node});
      } else {
        references_.push_back({index, NodeReference::Form::node, std::move(*name), node, key});
      }
    }
  }
}

}  // namespace kairon::workflow
