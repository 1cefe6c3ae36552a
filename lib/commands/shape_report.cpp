#include "commands/shape_report.h"

#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "workflow/ports.h"
#include "workflow/shapes.h"

namespace kairon::commands {

namespace {

std::string describe_shape(const workflow::Shape& shape) {
  if (!shape.reached) return "nothing (no node that runs feeds it)";
  const std::vector<std::string> fields = shape.names();
  std::string text = fields.empty() ? std::string("no known fields") : text::join(fields, ", ");
  for (const std::string& called : shape.calls) text += format("; what '{}' gives back", called);
  if (shape.open) text += "; others are possible";
  if (!shape.may_have_ctx && shape.calls.empty()) text += "; never ctx";
  return text;
}

/// A line with the outputs of a node that has several, as n8n's editor names them.
std::string describe_outputs(const workflow::Node& node) {
  const std::size_t count = workflow::main_outputs(node).value_or(1);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = workflow::output_name(node, i);
    names.push_back(name.empty() ? format("output {}", i) : text::printable(name));
  }
  return count < 2 ? std::string() : format("  outputs:  {}\n", text::join(names, ", "));
}

}  // namespace

std::string shape_report(const std::string& path, const std::string& name) {
  auto content = file::read(path, json::kMaxBytes);
  if (!content.ok()) throw usage_error(content.failure().text);
  auto parsed = json::Document::parse(std::move(*content));
  if (!parsed.document)
    throw usage_error(format("{} is not JSON: {}", path, parsed.error->message), "kairon check names the line");
  const workflow::Workflow workflow(std::move(parsed.document), path);
  const workflow::Node* node = workflow.find(name);
  if (node == nullptr) {
    std::vector<std::string_view> names;
    for (const workflow::Node& one : workflow.nodes()) names.push_back(one.name);
    const std::string_view near = text::nearest(name, names);
    throw usage_error(format("{} has no node '{}'", path, text::printable(name)),
                      near.empty() ? std::string() : format("did you mean '{}'?", near));
  }
  const workflow::Code code(workflow);
  const workflow::Shapes shapes(workflow, code);
  return format("{} ({} {})\n  receives: {}\n  emits:    {}\n{}", node->name, node->type, node->version,
                describe_shape(shapes.input(node->index)), describe_shape(shapes.output(node->index)),
                describe_outputs(*node));
}

}  // namespace kairon::commands
