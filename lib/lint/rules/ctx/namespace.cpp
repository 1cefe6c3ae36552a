#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "base/format.h"
#include "base/text.h"
#include "lint/code_report.h"
#include "lint/support/ctx.h"

namespace kairon::lint {
namespace ctx_namespace {
namespace {

/// The namespaces of the convention, then those that are put up with.
constexpr auto kNamespaces =
    std::to_array<std::string_view>({"event", "llm", "db", "validation", "thread", "command", "projection", "timing",
                                     "response", "error", "result", "data"});

bool is_known(std::string_view name) {
  return std::find(kNamespaces.begin(), kNamespaces.end(), name) != kNamespaces.end();
}

std::string message(const workflow::Node& node, std::string_view name) {
  return format("'{}' puts '{}' into ctx, which is not one of its namespaces", node.name, name);
}

std::string help(std::string_view name) {
  const std::string_view near = text::nearest(name, kNamespaces);
  return near.empty() ? std::string(
                            "put it into one of: event, llm, db, validation, thread, command, projection, "
                            "timing")
                      : format("did you mean ctx.{}?", near);
}

using Told = std::set<std::string, std::less<>>;

void check_code(const workflow::CodePiece& piece, Told& told, Reporter& report) {
  for (const js::Node& ctx : ctx_objects(piece)) {
    for (const js::Node member : ctx.children()) {
      const auto name = member_key(member);
      if (name && !is_known(*name) && told.insert(*name).second)
        report_code(report, piece, member.begin_offset(), message(*piece.node, *name), help(*name));
    }
  }
}

constexpr std::string_view kPrefix = "ctx.";

bool assigns_ctx(const workflow::Node& node) {
  const auto names = assigned_names(node);
  return std::any_of(names.begin(), names.end(),
                     [](const json::Value& name) { return name.string().starts_with(kPrefix); });
}

void check_set(const workflow::Node& node, Told& told, Reporter& report) {
  for (const json::Value& assigned : assigned_names(node)) {
    if (!assigned.string().starts_with(kPrefix)) continue;
    const std::string_view rest = assigned.string().substr(kPrefix.size());
    const std::string_view name = rest.substr(0, rest.find_first_of(".["));
    if (!name.empty() && !is_known(name) && told.insert(std::string(name)).second)
      report.at(assigned, &node, message(node, name), help(name));
  }
}

/// Each name once a workflow: the first node that makes it is the place to correct. What is handed to
/// another workflow right away is that workflow's input, and the name is the other's to choose.
void check(const WorkflowInput& input, Reporter& report) {
  Told told;
  for (const workflow::CodePiece& piece : input.code.pieces()) {
    if (piece.is_code() && mentions_ctx(piece) && !feeds_call(input.workflow, *piece.node))
      check_code(piece, told, report);
  }
  for (const workflow::Node& node : input.workflow.nodes()) {
    if (assigns_ctx(node) && !feeds_call(input.workflow, node)) check_set(node, told, report);
  }
}

}  // namespace

}  // namespace ctx_namespace

extern const WorkflowRule kCtxNamespace;
const WorkflowRule kCtxNamespace{
    {"ctx/namespace", Severity::warning, Scope::kairon_only, "puts a namespace into ctx that is not agreed on",
     "Workflows hand ctx to each other and read it by its agreed namespaces (event, llm, db, validation, thread, "
     "command, projection, timing; also response, error, result, data): nobody looks for another one.",
     "Put the data into the namespace that fits."},
    ctx_namespace::check};

}  // namespace kairon::lint
