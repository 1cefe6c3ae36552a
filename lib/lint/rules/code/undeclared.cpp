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

/// ECMAScript's global object and what Node.js and n8n's sandbox put beside it.
constexpr std::array kJavaScript = std::to_array<std::string_view>({"AbortController",
                                                                    "AbortSignal",
                                                                    "AggregateError",
                                                                    "Array",
                                                                    "ArrayBuffer",
                                                                    "Atomics",
                                                                    "BigInt",
                                                                    "BigInt64Array",
                                                                    "BigUint64Array",
                                                                    "Blob",
                                                                    "Boolean",
                                                                    "Buffer",
                                                                    "DataView",
                                                                    "Date",
                                                                    "Error",
                                                                    "EvalError",
                                                                    "Event",
                                                                    "EventTarget",
                                                                    "FinalizationRegistry",
                                                                    "Float32Array",
                                                                    "Float64Array",
                                                                    "FormData",
                                                                    "Function",
                                                                    "Headers",
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
                                                                    "Request",
                                                                    "Response",
                                                                    "Set",
                                                                    "SharedArrayBuffer",
                                                                    "String",
                                                                    "Symbol",
                                                                    "SyntaxError",
                                                                    "TextDecoder",
                                                                    "TextEncoder",
                                                                    "TypeError",
                                                                    "URIError",
                                                                    "URL",
                                                                    "URLSearchParams",
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
                                                                    "crypto",
                                                                    "decodeURI",
                                                                    "decodeURIComponent",
                                                                    "encodeURI",
                                                                    "encodeURIComponent",
                                                                    "escape",
                                                                    "eval",
                                                                    "exports",
                                                                    "fetch",
                                                                    "global",
                                                                    "globalThis",
                                                                    "isFinite",
                                                                    "isNaN",
                                                                    "module",
                                                                    "parseFloat",
                                                                    "parseInt",
                                                                    "performance",
                                                                    "process",
                                                                    "queueMicrotask",
                                                                    "require",
                                                                    "setImmediate",
                                                                    "setInterval",
                                                                    "setTimeout",
                                                                    "structuredClone",
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

std::string help_for(CodeKind kind, std::string_view name) {
  if (name == "item" && kind == CodeKind::code_all)
    return "`item` exists only in mode \"run once for each item\"; here write $input.first() or loop over $input.all()";
  if (name == "items" && kind == CodeKind::code_each)
    return "`items` exists only in mode \"run once for all items\"; here write $input.item";
  const std::string_view near = text::nearest(name, kN8n);
  return name.starts_with('$') && !near.empty() ? format("did you mean {}?", near)
                                                : std::string("declare it, or take it from $json or $input");
}

void check_piece(const workflow::CodePiece& piece, Reporter& report) {
  std::set<std::string_view> told;
  for (const js::Node& use : piece.script.scope().free_identifiers()) {
    if (known(piece.kind, use.text()) || !told.insert(use.text()).second) continue;
    report_code(report, piece, use.begin_offset(), format("'{}' is not defined", use.text()),
                help_for(piece.kind, use.text()));
  }
}

void check(const WorkflowInput& input, Reporter& report) {
  for (const workflow::CodePiece& piece : input.code.pieces()) {
    if (piece.is_code() && !piece.script.error()) check_piece(piece, report);
  }
}

}  // namespace

}  // namespace code_undeclared

extern const WorkflowRule kCodeUndeclared;
const WorkflowRule kCodeUndeclared{
    {"code/undeclared", Severity::error, Scope::always,
     "code uses a name that neither it, JavaScript nor n8n in that mode defines",
     "The node fails with `ReferenceError: X is not defined` when the line is reached. n8n gives `items` only to code "
     "that runs once "
     "for all items and `item` only to code that runs once for each item (n8n-nodes-base Code.node.ts).",
     "Declare the name, or read the value from $input, $json or $('Node')."},
    code_undeclared::check};

}  // namespace kairon::lint
