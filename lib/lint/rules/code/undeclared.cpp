#include <algorithm>
#include <array>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "js/scope.h"
#include "lint/code_report.h"

namespace kairon::lint {
namespace code_undeclared {
namespace {

using workflow::CodeKind;

/// ECMAScript's global object and what Node.js and n8n's sandbox add to it.
constexpr std::array kJavaScript = std::to_array<std::string_view>({"AggregateError",
                                                                    "Array",
                                                                    "ArrayBuffer",
                                                                    "Atomics",
                                                                    "BigInt",
                                                                    "BigInt64Array",
                                                                    "BigUint64Array",
                                                                    "Boolean",
                                                                    "Buffer",
                                                                    "DataView",
                                                                    "Date",
                                                                    "Error",
                                                                    "EvalError",
                                                                    "FinalizationRegistry",
                                                                    "Float32Array",
                                                                    "Float64Array",
                                                                    "FormData",
                                                                    "Function",
                                                                    "Infinity",
                                                                    "Int16Array",
                                                                    "Int32Array",
                                                                    "Int8Array",
                                                                    "Intl",
                                                                    "JSON",
                                                                    "Map",
                                                                    "Math",
                                                                    "NaN",
                                                                    "Number",
                                                                    "Object",
                                                                    "Promise",
                                                                    "Proxy",
                                                                    "RangeError",
                                                                    "ReferenceError",
                                                                    "Reflect",
                                                                    "RegExp",
                                                                    "Set",
                                                                    "SharedArrayBuffer",
                                                                    "String",
                                                                    "Symbol",
                                                                    "SyntaxError",
                                                                    "TextDecoder",
                                                                    "TextEncoder",
                                                                    "TypeError",
                                                                    "URIError",
                                                                    "Uint16Array",
                                                                    "Uint32Array",
                                                                    "Uint8Array",
                                                                    "Uint8ClampedArray",
                                                                    "WeakMap",
                                                                    "WeakRef",
                                                                    "WeakSet",
                                                                    "WebAssembly",
                                                                    "__dirname",
                                                                    "__filename",
                                                                    "arguments",
                                                                    "atob",
                                                                    "btoa",
                                                                    "clearImmediate",
                                                                    "clearInterval",
                                                                    "clearTimeout",
                                                                    "console",
                                                                    "decodeURI",
                                                                    "decodeURIComponent",
                                                                    "encodeURI",
                                                                    "encodeURIComponent",
                                                                    "escape",
                                                                    "eval",
                                                                    "exports",
                                                                    "global",
                                                                    "globalThis",
                                                                    "isFinite",
                                                                    "isNaN",
                                                                    "module",
                                                                    "parseFloat",
                                                                    "parseInt",
                                                                    "process",
                                                                    "require",
                                                                    "setImmediate",
                                                                    "setInterval",
                                                                    "setTimeout",
                                                                    "undefined",
                                                                    "unescape"});

/// n8n-workflow WorkflowDataProxy.getDataProxy() and the Code node's getSandboxContext().
constexpr std::array kN8n = std::to_array<std::string_view>({"$",
                                                             "$agentInfo",
                                                             "$ai",
                                                             "$average",
                                                             "$binary",
                                                             "$customData",
                                                             "$data",
                                                             "$env",
                                                             "$evaluateExpression",
                                                             "$execution",
                                                             "$executionId",
                                                             "$fromAI",
                                                             "$fromAi",
                                                             "$fromai",
                                                             "$getNodeParameter",
                                                             "$getPairedItem",
                                                             "$getWorkflowStaticData",
                                                             "$if",
                                                             "$ifEmpty",
                                                             "$input",
                                                             "$item",
                                                             "$itemIndex",
                                                             "$items",
                                                             "$jmesPath",
                                                             "$jmespath",
                                                             "$json",
                                                             "$max",
                                                             "$min",
                                                             "$mode",
                                                             "$node",
                                                             "$nodeId",
                                                             "$nodeVersion",
                                                             "$not",
                                                             "$now",
                                                             "$parameter",
                                                             "$position",
                                                             "$prevNode",
                                                             "$rawParameter",
                                                             "$request",
                                                             "$response",
                                                             "$resumeWebhookUrl",
                                                             "$runIndex",
                                                             "$secrets",
                                                             "$self",
                                                             "$thisItem",
                                                             "$thisItemIndex",
                                                             "$thisRunIndex",
                                                             "$today",
                                                             "$tool",
                                                             "$vars",
                                                             "$webhookId",
                                                             "$workflow",
                                                             "DateTime",
                                                             "Duration",
                                                             "Interval",
                                                             "getNodeParameter",
                                                             "getWorkflowStaticData",
                                                             "helpers",
                                                             "jmespath",
                                                             "luxon"});

bool belongs_to_mode(CodeKind kind, std::string_view name) {
  switch (kind) {
    case CodeKind::code_all:
    case CodeKind::function:
      return name == "items";
    case CodeKind::code_each:
      return name == "item";
    case CodeKind::function_item:
      return name == "item" || name == "index" || name == "getBinaryData" || name == "setBinaryData" ||
             name == "getBinaryDataAsync" || name == "setBinaryDataAsync";
    case CodeKind::tool:
      return name == "query" || name == "item" || name == "items" || name == "runManager";
    case CodeKind::expression:
      break;
  }
  return false;
}

bool known(CodeKind kind, std::string_view name) {
  return std::binary_search(kJavaScript.begin(), kJavaScript.end(), name) ||
         std::find(kN8n.begin(), kN8n.end(), name) != kN8n.end() || belongs_to_mode(kind, name);
}

/// Globals of browsers and Node.js that neither of n8n's sandboxes has (1.123: in-process, and the task
/// runner in its default mode; both were asked for each name).
constexpr std::array kNotInSandbox = std::to_array<std::string_view>(
    {"AbortController", "AbortSignal", "Blob", "Event", "EventTarget", "Headers", "Request", "Response", "URL",
     "URLSearchParams", "XMLHttpRequest", "crypto", "document", "fetch", "performance", "queueMicrotask",
     "structuredClone", "window"});

std::string help_for_missing_global(std::string_view name) {
  if (name == "fetch" || name == "XMLHttpRequest" || name == "Request")
    return "use this.helpers.httpRequest({ url }), or an HTTP Request node";
  if (name == "URL" || name == "URLSearchParams" || name == "crypto")
    return kairon::format("the server must allow it: const {} = require('{}')",
                          name == "crypto" ? "crypto" : "{ " + std::string(name) + " }",
                          name == "crypto" ? "crypto" : "url");
  if (name == "structuredClone") return "copy with JSON.parse(JSON.stringify(value))";
  return "n8n's sandbox does not have it: use what $input, $json and this.helpers give";
}

bool is_missing_global(std::string_view name) {
  return std::find(kNotInSandbox.begin(), kNotInSandbox.end(), name) != kNotInSandbox.end();
}

std::string help_for(CodeKind kind, std::string_view name) {
  if (is_missing_global(name)) return help_for_missing_global(name);
  if (name == "item" && kind == CodeKind::code_all)
    return "`item` exists only in mode \"run once for each item\"; here write $input.first() or loop over $input.all()";
  if (name == "items" && kind == CodeKind::code_each)
    return "`items` exists only in mode \"run once for all items\"; here write $input.item";
  const std::string_view near = text::nearest(name, kN8n);
  return name.starts_with('$') && !near.empty() ? format("did you mean {}?", near)
                                                : std::string("declare it, or take it from $json or $input");
}

void check_piece(const workflow::CodePiece& piece, Reporter& report) {
  std::set<std::string_view> reported;
  for (const js::Node& use : piece.script.scope().free_identifiers()) {
    if (known(piece.kind, use.text()) || !reported.insert(use.text()).second) continue;
    const bool caught = is_missing_global(use.text()) && js::is_in_try_block(use);
    report_code(
        report, piece, use.begin_offset(),
        kairon::format("'{}' is not defined{}", use.text(), is_missing_global(use.text()) ? " in n8n's sandbox" : ""),
        help_for(piece.kind, use.text()), caught ? std::optional(Severity::warning) : std::nullopt);
  }
}

constexpr std::array kShippedModules = std::to_array<std::string_view>({
#include "lint/rules/code/shipped_modules.inc"
});

/// "fs" of "node:fs" and "fs/promises", "@a/b" of "@a/b/c".
std::string_view package_of(std::string_view module) {
  if (module.starts_with("node:")) module.remove_prefix(5);
  const std::size_t first = module.find('/');
  if (!module.starts_with('@') || first == std::string_view::npos) return module.substr(0, first);
  return module.substr(0, module.find('/', first + 1));
}

/// `require('x')` of a module that is not part of n8n: the server needs more than a setting.
void check_require(const workflow::CodePiece& piece, Reporter& report) {
  for (std::uint32_t i = 0; i < piece.script.size(); ++i) {
    const js::Node call = piece.script.node(i);
    const js::Node function = call.child(js::Field::function);
    if (!call.is(js::Kind::call_expression) || function.text() != "require" || !piece.script.scope().is_free(function))
      continue;
    const auto module = js::string_value(call.child(js::Field::arguments).first_child());
    if (!module || module->starts_with('.') || module->starts_with('/')) continue;
    if (std::binary_search(kShippedModules.begin(), kShippedModules.end(), package_of(*module))) continue;
    report_code(report, piece, call.begin_offset(), kairon::format("n8n does not ship the module '{}'", *module),
                "install it on the server and allow it with NODE_FUNCTION_ALLOW_EXTERNAL, or do without it",
                Severity::warning);
  }
}

/// Names that only `{{ }}` has (Expression.initializeGlobalContext and extended-functions of n8n-workflow 1.123).
constexpr auto kInExpressions = std::to_array<std::string_view>(
    {"Window", "alert",          "average", "confirm",       "document", "extend",     "extendOptional",
     "fetch",  "global",         "max",     "min",           "not",      "numberList", "process",
     "prompt", "queueMicrotask", "self",    "toPathSegment", "uneval",   "window",     "zip"});

/// `{{ name }}` where `{{ $json.name }}` is meant gives nothing, and the run goes on.
void check_expression(const WorkflowInput& input, const workflow::CodePiece& piece, Reporter& report) {
  if (!parses_and_runs(input, piece)) return;
  std::set<std::string_view> reported;
  for (const js::Node& use : piece.script.scope().free_identifiers()) {
    const std::string_view name = use.text();
    if (name.starts_with('$') || known(piece.kind, name) || is_missing_global(name)) continue;
    if (std::find(kInExpressions.begin(), kInExpressions.end(), name) != kInExpressions.end()) continue;
    if (!reported.insert(name).second) continue;
    report_code(report, piece, use.begin_offset(),
                kairon::format("'{}' is not defined: the expression gives nothing", name),
                kairon::format("did you mean $json.{}? A text is written in quotes", name));
  }
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::CodePiece& piece : input.code.pieces()) {
    if (!piece.is_code()) check_expression(input, piece, report);
    if (!piece.is_code() || piece.script.error()) continue;
    check_piece(piece, report);
    check_require(piece, report);
  }
}

}  // namespace

}  // namespace code_undeclared

extern const WorkflowRule kCodeUndeclared;
const WorkflowRule kCodeUndeclared{
    {"code/undeclared", Severity::error, Scope::always,
     "uses a name in code or an expression that neither it, JavaScript nor n8n in that place defines",
     "In an expression the name is undefined: the field becomes null or loses that part, and the execution counts as a "
     "success. In code the node fails with `ReferenceError: X is not defined` when the line is reached. n8n gives "
     "`items` only to code "
     "that runs once "
     "for all items and `item` only to code that runs once for each item (n8n-nodes-base Code.node.ts).",
     "Declare the name, or read the value from $input, $json or $('Node')."},
    code_undeclared::check};

}  // namespace kairon::lint
