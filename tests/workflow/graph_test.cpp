#include <doctest/doctest.h>

#include "base/text.h"
#include "workflow/workflow.h"

using namespace kairon;
using workflow::Workflow;

namespace {

Workflow make(std::string_view nodes, std::string_view connections) {
  std::string text =
      R"({"name":"W","nodes":[)" + std::string(nodes) + R"(],"connections":{)" + std::string(connections) + "}}";
  auto parsed = json::Document::parse(std::move(text));
  REQUIRE(parsed.document);
  return {std::move(parsed.document), "w/W.json"};
}

std::string node(std::string_view name, std::string_view type, std::string_view rest = "") {
  return R"({"name":")" + std::string(name) + R"(","type":"n8n-nodes-base.)" + std::string(type) +
         R"(","parameters":{})" + std::string(rest) + "}";
}

std::string edge(std::string_view from, std::string_view to, std::string_view type = "main") {
  return R"(")" + std::string(from) + R"(":{")" + std::string(type) + R"(":[[{"node":")" + std::string(to) +
         R"(","type":"main","index":0}]]})";
}

}  // namespace

TEST_CASE("reachable") {
  SUBCASE("forward over main edges, through disabled nodes") {
    const Workflow w = make(node("T", "webhook") + "," + node("A", "set", R"(,"disabled":true)") + "," +
                                node("B", "set") + "," + node("C", "set"),
                            edge("T", "A") + "," + edge("A", "B"));
    CHECK(w.reachable() == std::vector<bool>{true, true, true, false});
  }
  SUBCASE("back over ai edges to the sub-node") {
    const Workflow w = make(node("T", "webhook") + "," + node("Agent", "set") + "," + node("Model", "set"),
                            edge("T", "Agent") + "," + edge("Model", "Agent", "ai_languageModel"));
    CHECK(w.reachable()[2]);
  }
  SUBCASE("sticky notes count as reachable") {
    const Workflow w = make(node("N", "stickyNote"), "");
    CHECK(w.reachable()[0]);
  }
}

TEST_CASE("is_ancestor") {
  const Workflow w =
      make(node("T", "webhook") + "," + node("A", "set") + "," + node("B", "set") + "," + node("M", "set"),
           edge("T", "A") + "," + edge("A", "B") + "," + edge("M", "B", "ai_tool"));
  CHECK(w.is_ancestor(0, 2));
  CHECK_FALSE(w.is_ancestor(2, 0));
  CHECK_FALSE(w.is_ancestor(2, 2));
  CHECK(w.is_ancestor(1, 3));  // the sub-node sees what its root sees
}

TEST_CASE("a loop makes a node its own ancestor") {
  const Workflow w = make(node("T", "webhook") + "," + node("A", "set") + "," + node("B", "set"),
                          edge("T", "A") + "," + edge("A", "B") + "," + edge("B", "A"));
  CHECK(w.is_ancestor(2, 1));
  CHECK(w.is_ancestor(1, 1));
}

TEST_CASE("what has the wrong type is listed and left out") {
  const auto problems = [](std::string text) {
    auto parsed = json::Document::parse(std::move(text));
    REQUIRE(parsed.document);
    return Workflow(std::move(parsed.document), "x.json").shape_problems().size();
  };
  CHECK(problems("[]") == 1);
  CHECK(problems("{}") == 2);
  CHECK(problems(R"({"nodes":[1,{},{"name":3}],"connections":[]})") == 4);
  CHECK(problems(R"({"nodes":[],"connections":{"A":null}})") == 1);
  CHECK(problems(R"({"nodes":[{"name":"A","type":"x"}],"connections":{"A":{"main":[null,[]]}}})") == 0);
}

TEST_CASE("connections that n8n cannot load or follow are listed, the edge that is meant is kept") {
  const auto read = [](const std::string& connections) {
    auto parsed = json::Document::parse(R"({"nodes":[{"name":"A","type":"x"},{"name":"B","type":"x"}],"connections":)" +
                                        connections + "}");
    REQUIRE(parsed.document);
    return Workflow(std::move(parsed.document), "x.json");
  };
  const char* edge_text = R"({"node":"B","type":"main","index":0})";
  const auto with = [&](std::string_view pattern) { return text::replace_all(pattern, "EDGE", edge_text); };
  for (const char* broken : {R"({"A":{"main":null}})", R"({"A":{"main":"B"}})", R"({"A":{"main":{"0":[]}}})",
                             R"({"A":{"main":["B"]}})", R"({"A":{"main":[[null]]}})", R"({"A":{"main":[["B"]]}})",
                             R"({"A":{"main":[[{"node":"B","type":"main"}]]}})", R"({"A":3})"}) {
    CAPTURE(broken);
    CHECK(read(broken).shape_problems().size() == 1);
  }
  CHECK(read(R"({"A":[]})").shape_problems().empty());
  const Workflow flat = read(with(R"({"A":{"main":[EDGE]}})"));
  CHECK(flat.shape_problems().size() == 1);
  CHECK(flat.is_ancestor(0, 1));
  const Workflow misspelt = read(with(R"({"A":{"mian":[[EDGE]]}})"));
  CHECK(misspelt.shape_problems().empty());
  REQUIRE(misspelt.edges().size() == 1);
  CHECK(misspelt.edges().front().misspelt);
  CHECK(misspelt.edges().front().is_main());
}

TEST_CASE("the ancestors of all nodes of a circle are found once") {
  constexpr std::size_t kNodes = 2000;
  std::string nodes;
  std::string edges;
  for (std::size_t i = 0; i < kNodes; ++i) {
    const std::string comma = i == 0 ? "" : ",";
    nodes += comma + node("N" + std::to_string(i), "noOp");
    edges += comma + edge("N" + std::to_string(i), "N" + std::to_string((i + 1) % kNodes));
  }
  const Workflow w = make(nodes, edges);
  for (std::size_t i = 0; i < kNodes; ++i) CHECK(w.is_ancestor((i * 7) % kNodes, i));
  CHECK(w.ancestor_steps() < 3 * kNodes);
}

TEST_CASE("what is known of a sub-node's root is not taken for its own") {
  // Model serves Agent and has a main edge of its own from Other.
  const Workflow w =
      make(node("T", "webhook") + "," + node("Agent", "set") + "," + node("Model", "set") + "," + node("Other", "set") +
               "," + node("After", "set"),
           edge("T", "Agent") + "," +
               R"("Model":{"ai_languageModel":[[{"node":"Agent","type":)"
               R"("ai_languageModel","index":0}]],"main":[[{"node":"After","type":"main","index":0}]]},)" +
               edge("Other", "Model"));
  CHECK(w.is_ancestor(0, 2));
  CHECK_FALSE(w.is_ancestor(3, 2));
  CHECK(w.is_ancestor(3, 4));
  CHECK_FALSE(w.is_ancestor(0, 4));
}
