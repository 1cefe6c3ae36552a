#include "workflow/shapes.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/format.h"
#include "json/document.h"
#include "workflow/code.h"

using namespace kairon;

namespace {

/// A node that adds the field `f<i>` to what comes in, by one of the nodes that do.
std::string adding_node(std::size_t i) {
  const std::string field = format("f{}", i);
  switch (i % 4) {
    case 0:
      return format(R"(set","typeVersion":3.4,"parameters":{{"includeOtherFields":true,"assignments":{{"assignments":)"
                    R"([{{"name":"{}","type":"string","value":"x"}}]}}}})",
                    field);
    case 1:
      return format(R"(crypto","typeVersion":1,"parameters":{{"dataPropertyName":"{}"}})", field);
    case 2:
      return format(R"(dateTime","typeVersion":2,"parameters":{{"outputFieldName":"{}",)"
                    R"("options":{{"includeInputFields":true}}}})",
                    field);
    default:
      return format(
          R"(renameKeys","typeVersion":1,"parameters":{{"keys":{{"key":[{{"currentKey":"f{}","newKey":"{}"}}]}}}})",
          i - 1, field);
  }
}

/// A trigger and a circle of nodes, each of which feeds the one that stands `step` places further in the file.
workflow::Workflow circle(std::size_t count, std::size_t step) {
  std::string nodes = R"({"name":"T","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"parameters":{}})";
  std::string edges = R"("T":{"main":[[{"node":"N0","type":"main","index":0}]]})";
  for (std::size_t i = 0; i < count; ++i) {
    nodes += format(R"(,{{"name":"N{}","type":"n8n-nodes-base.)", i) + adding_node(i) + "}";
    edges += format(R"(,"N{}":{{"main":[[{{"node":"N{}","type":"main","index":0}}]]}})", i, (i + step) % count);
  }
  const std::string text = R"({"name":"W","nodes":[)" + nodes + R"(],"connections":{)" + edges + "}}";
  return {json::Document::parse(text).document, "W.json"};
}

}  // namespace

TEST_CASE("fields are followed around a circle") {
  const workflow::Workflow flow = circle(12, 1);
  const workflow::Code code(flow);
  const workflow::Shapes shapes(flow, code);
  const workflow::Shape& shape = shapes.output(flow.find("N1")->index);
  CHECK(shape.reached);
  for (const char* field : {"f0", "f1", "f4", "f8", "f9"}) {
    CAPTURE(field);
    CHECK(shape.fields.contains(field));
  }
}

TEST_CASE("a circle of a thousand nodes that each add a field is given up: then anything is possible") {
  const workflow::Workflow flow = circle(1000, 999);
  const workflow::Code code(flow);
  const workflow::Shapes shapes(flow, code);
  CHECK(std::ranges::all_of(flow.nodes(), [&](const workflow::Node& node) {
    return shapes.output(node.index).open && shapes.output(node.index).fields.empty();
  }));
}
