#include "commands/shape_report.h"

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "workflow/ports.h"

namespace kairon::commands {

namespace {

using workflow::Edge;
using workflow::Node;
using workflow::NodeIndex;
using workflow::Workflow;

const Node& node_of(const Workflow& flow, const std::string& path, const std::string& name) {
  if (const Node* node = flow.find(name)) return *node;
  std::vector<std::string_view> names;
  for (const Node& one : flow.nodes()) names.push_back(one.name);
  const std::string_view near = text::nearest(name, names);
  throw usage_error(format("{} has no node '{}'", path, text::printable(name)),
                    near.empty() ? std::string() : format("did you mean '{}'?", near));
}

/// The outputs that the node has, or that are connected when n8n's description decides how many there are.
std::size_t number_of_outputs(const Workflow& flow, const Node& node) {
  constexpr std::size_t kMostShown = 64;
  if (const auto known = workflow::main_outputs(node)) return std::min(*known, kMostShown);
  std::size_t number = 1;
  for (const std::size_t index : flow.outgoing(node.index)) {
    const Edge& edge = flow.edges()[index];
    if (edge.is_main()) number = std::max(number, std::min(edge.output + 1, kMostShown));
  }
  return number;
}

std::string name_of(const Node& node, std::size_t output) {
  const std::string name = workflow::output_name(node, output);
  return name.empty() ? format("output {}", output) : name;
}

bool is_same(const ShapeOutput& a, const ShapeOutput& b) {
  ShapeReport first;
  ShapeReport second;
  first.emits = {a};
  second.emits = {b};
  first.emits[0].names = second.emits[0].names = {};
  return shape_json(first) == shape_json(second);
}

}  // namespace

ShapeReport shape_report(const std::string& path, const std::string& name) {
  auto content = file::read(path, json::kMaxBytes);
  if (!content.ok()) throw usage_error(content.failure().text);
  auto parsed = json::Document::parse(std::move(*content));
  if (!parsed.document)
    throw usage_error(format("{} is not JSON: {}", path, parsed.error->message), "kairon check names the line");
  const Workflow flow(std::move(parsed.document), path);
  const Node& node = node_of(flow, path, name);
  const workflow::Code code(flow);
  const workflow::Shapes shapes(flow, code);
  const workflow::Items items(flow, code);

  ShapeReport report{std::string(node.name), std::string(node.type), node.version, node.is_trigger(), {}, {}};
  report.receives.shape = shapes.input(node.index);
  for (const NodeIndex root : flow.roots_of(node.index)) report.receives.items.join(items.input(root));
  const std::size_t outputs = number_of_outputs(flow, node);
  for (std::size_t i = 0; i < outputs; ++i) {
    ShapeOutput output;
    output.side = {shapes.leaving(node.index, i), items.leaving(node.index, i)};
    output.follows = items.follows(node.index, i);
    output.pairing = items.pairing(node.index);
    const auto like = std::find_if(report.emits.begin(), report.emits.end(),
                                   [&](const ShapeOutput& other) { return is_same(other, output); });
    ShapeOutput& into = like != report.emits.end() ? *like : report.emits.emplace_back(std::move(output));
    if (outputs > 1) into.names.push_back(name_of(node, i));
  }
  return report;
}

}  // namespace kairon::commands
