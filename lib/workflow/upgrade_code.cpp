#include <algorithm>
#include <array>
#include <optional>

#include "base/format.h"
#include "base/text.h"
#include "js/scope.h"
#include "workflow/upgrade_rewriter.h"

namespace kairon::workflow {

namespace {

using js::Field;
using js::Kind;
using std::string_view;

/// Helpers that code in a task runner may call.
constexpr auto kHelpers =
    std::to_array<string_view>({"assertBinaryData", "getBinaryDataBuffer", "prepareBinaryData", "setBinaryDataBuffer",
                                "binaryToString", "httpRequest", "request"});

/// Names of the legacy nodes that a Code node lacks, or that mean something else there.
constexpr auto kDiffers = std::to_array<string_view>(
    {"getBinaryDataAsync", "setBinaryDataAsync", "getBinaryData", "setBinaryData", "$item", "require", "getWorkflow",
     "getNodeParameter", "$parameter", "$rawParameter", "$self", "$data", "$evaluateExpression", "$getPairedItem"});

template <std::size_t N>
bool among(const std::array<string_view, N>& names, string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// True when this use of a name, or of `this`, works the same in a Code node.
bool is_same(const js::Script& script, const js::Node& node) {
  if (node.is(Kind::this_keyword)) {
    const js::Node helpers = node.parent();
    return helpers.child(Field::object) == node && js::property_name(helpers) == "helpers" &&
           helpers.parent().child(Field::object) == helpers &&
           among(kHelpers, js::property_name(helpers.parent()).value_or(""));
  }
  if (node.is(Kind::shorthand_property_identifier))
    return node.text() != "helpers" && node.text() != "getWorkflowStaticData" && !among(kDiffers, node.text());
  if (!node.is(Kind::identifier) || !script.scope().is_free(node)) return true;
  if (node.text() != "helpers") return !among(kDiffers, node.text());
  const js::Node access = node.parent();
  return access.child(Field::object) == node && among(kHelpers, js::property_name(access).value_or(""));
}

/// The code with `$getWorkflowStaticData` in place of the legacy name; nothing when another name differs.
std::optional<std::string> converted(const CodePiece& piece) {
  const js::Script& script = piece.script;
  std::string out;
  std::size_t at = 0;
  for (std::uint32_t i = 0; i < script.size(); ++i) {
    const js::Node node = script.node(i);
    if (!is_same(script, node)) return std::nullopt;
    const bool legacy =
        node.is(Kind::identifier) && node.text() == "getWorkflowStaticData" && script.scope().is_free(node);
    if (!legacy) continue;
    out += script.source().substr(at, node.begin_offset() - at);
    out += '$';
    at = node.begin_offset();
  }
  return out + std::string(script.source().substr(at));
}

/// Keys by which a Code node tells an item from plain data.
constexpr auto kReserved = std::to_array<string_view>({"json", "binary", "pairedItem", "error", "index"});

/// True when the code may give back an object with a key of an item.
bool makes_reserved_key(const js::Script& script) {
  for (std::uint32_t i = 0; i < script.size(); ++i) {
    const js::Node node = script.node(i);
    const bool key = node.is(Kind::pair) || node.is(Kind::method_definition);
    const js::Node target = node.is(Kind::assignment_expression) ? node.child(Field::left) : js::Node();
    if (key && among(kReserved, js::property_name(node).value_or("json"))) return true;
    if (node.is(Kind::shorthand_property_identifier) && among(kReserved, node.text())) return true;
    if (target.child(Field::object) && among(kReserved, js::property_name(target).value_or("json"))) return true;
  }
  return false;
}

/// True for a value that is certainly a list: `[...]`, `x.map(...)`.
bool is_list(const js::Node& value) {
  constexpr auto kListMethods = std::to_array<string_view>(
      {"map", "filter", "split", "slice", "concat", "sort", "flat", "flatMap", "reverse", "keys", "values", "entries"});
  if (value.is(Kind::array)) return true;
  return value.is(Kind::call_expression) &&
         among(kListMethods, js::property_name(value.child(Field::function)).value_or(""));
}

/// True when the code puts a list where the item's data belong, which a Code node refuses. `{json: [...]}` is a finding
/// of its own, which names the reason.
bool makes_lists_of_items(const js::Script& script) {
  for (std::uint32_t i = 0; i < script.size(); ++i) {
    const js::Node node = script.node(i);
    if (node.is(Kind::pair) && js::property_name(node) == "json" && !node.child(Field::value).is(Kind::array) &&
        is_list(node.child(Field::value)))
      return true;
    if (!node.is(Kind::assignment_expression) || !is_list(node.child(Field::right))) continue;
    const js::Node target = node.child(Field::left);
    if (target.text() == "item" || js::property_name(target) == "json") return true;
  }
  return false;
}

/// FunctionItem hands an item's files on by itself; a Code node that gives back plain data does not.
bool may_lose_files(const Workflow& workflow, const Node& node) {
  constexpr auto kWords = std::to_array<string_view>({"inary", "ttachment", "File", "file", "PDF", "spreadsheet"});
  return std::any_of(workflow.nodes().begin(), workflow.nodes().end(), [&](const Node& other) {
    return &other != &node && std::any_of(kWords.begin(), kWords.end(), [&](string_view word) {
      return text::contains(other.parameters.raw(), word) || text::contains(other.type, word);
    });
  });
}

}  // namespace

void rewrite_python(Rewriter& out, const Node& node) {
  const json::Value language = node.parameters["language"];
  const json::Value code = node.parameters["pythonCode"];
  if (language.string() != "python" || code.string().empty() || code.string().starts_with('=')) return;
  // What reads items, the query of a tool or n8n's proxies, or imports a module, is not the same in the native runner.
  constexpr auto kWords = std::to_array<string_view>({"item", "_", "import", "query", "open("});
  const bool same =
      std::none_of(kWords.begin(), kWords.end(), [&](string_view word) { return text::contains(code.string(), word); });
  if (same)
    out.add(node.name, format("'{}' becomes Python of the native runner", node.name),
            {replaced(language, "\"pythonNative\"")});
}

void rewrite_function(Rewriter& out, const Node& node) {
  const CodePiece* piece = out.code_of(node, "functionCode");
  const auto code = piece == nullptr ? std::nullopt : converted(*piece);
  if (!code || code->empty() || code->starts_with('=') || makes_lists_of_items(piece->script)) return;
  out.become(node, "n8n-nodes-base.code", "2",
             R"({"mode": "runOnceForAllItems", "jsCode": )" + json_string(*code) + "}");
}

void rewrite_function_item(Rewriter& out, const Node& node) {
  const CodePiece* piece = out.code_of(node, "functionCode");
  const auto code = piece == nullptr ? std::nullopt : converted(*piece);
  if (!code || code->empty() || code->starts_with('=')) return;
  const js::Script& script = piece->script;
  if (makes_reserved_key(script) || makes_lists_of_items(script) || may_lose_files(out.workflow(), node)) return;
  bool assigned = false;
  for (std::uint32_t i = 0; i < script.size(); ++i) {
    const js::Node name = script.node(i);
    if (name.is(Kind::identifier) && name.text() == "items" && script.scope().is_free(name)) return;
    if (!name.is(Kind::identifier) || name.text() != "item") continue;
    // A declaration of the same name would meet the one that is put in front.
    if (!script.scope().is_free(name)) return;
    const js::Node target = name.parent();
    assigned = assigned || (name.field() == Field::left && (target.is(Kind::assignment_expression) ||
                                                            target.is(Kind::augmented_assignment_expression)));
  }
  const string_view word = assigned ? "let" : "const";
  out.become(node, "n8n-nodes-base.code", "2",
             R"({"mode": "runOnceForEachItem", "jsCode": )" +
                 json_string(format("{} item = $input.item.json;\n{}", word, *code)) + "}");
}

}  // namespace kairon::workflow
