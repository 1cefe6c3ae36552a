#include "diff/listing.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/format.h"
#include "diff/values.h"
#include "diff/words.h"
#include "workflow/ports.h"
#include "workflow/workflow.h"

namespace kairon::diff {

namespace {

bool is_in(std::string_view key, std::span<const std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

constexpr std::array kQuietNode = std::to_array<std::string_view>({"id", "name", "type", "position", "credentials"});
constexpr std::array kQuietRoot = std::to_array<std::string_view>(
    {"id", "name", "nodes", "connections", "versionId", "activeVersionId", "activeVersion", "versionCounter", "meta",
     "createdAt", "updatedAt", "triggerCount", "shared", "staticData", "pinData"});

/// "path: value" for one line, else the path and the lines below it.
void add_value(const json::Value& value, const std::string& path, std::string& out) {
  Outline lines;
  add_leaves(value, path, 0, Mark::line_added, lines);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].mark != Mark::detail) {
      out += "    " + visible_line(lines[i].text) + "\n";
      continue;
    }
    const bool single = i + 1 < lines.size() && (i + 2 == lines.size() || lines[i + 2].mark == Mark::detail);
    out += "  " + visible_line(lines[i].text) + (single ? ": " + visible_line(lines[i + 1].text) : ":") + "\n";
    if (single) ++i;
  }
}

void add_node(const workflow::Workflow& workflow, const workflow::Node& node, std::string& out) {
  out += format("\nnode {} ({})\n", visible_line(node.name), visible_line(node.short_type()));
  for (const json::Value member : node.json) {
    if (is_in(member.key(), kQuietNode) || ((member.is_object() || member.is_array()) && member.empty())) continue;
    add_value(member, member.key() == "parameters" ? std::string() : std::string(member.key()), out);
  }
  for (const json::Value credential : node.json["credentials"])
    out += format("  credential {}: {}\n", visible_line(credential.key()),
                  visible_line(credential.is_string() ? credential.string() : credential["name"].string()));
  for (const std::size_t index : workflow.outgoing(node.index)) {
    const workflow::Edge& edge = workflow.edges()[index];
    const std::string name = edge.is_main() ? workflow::output_name(node, edge.output) : std::string();
    std::string port = edge.output == 0 ? std::string() : format("(output {}) ", edge.output);
    if (!name.empty()) port = format("({}) ", visible_line(name));
    const std::string input = edge.input == 0 ? std::string() : format(" (input {})", edge.input);
    out += format("  {}{}-> {}{}\n", edge.is_main() ? "" : visible_line(edge.type) + " ", port,
                  visible_line(edge.target["node"].string()), input);
  }
}

}  // namespace

std::string listing_of(const std::string& text) {
  json::Document::Parsed parsed = json::Document::parse(text);
  if (!parsed.document || !workflow::Workflow::looks_like_workflow(parsed.document->root())) return text;
  const workflow::Workflow workflow(std::move(parsed.document), {});
  std::string out = format("workflow {}\n", visible_line(workflow.name()));
  for (const json::Value member : workflow.root())
    if (!is_in(member.key(), kQuietRoot)) add_value(member, std::string(member.key()), out);
  for (const workflow::Node& node : workflow.nodes()) add_node(workflow, node, out);
  return out;
}

}  // namespace kairon::diff
