#include "diff/nodes.h"

#include <doctest/doctest.h>

#include "diff/change.h"
#include "diff/support.h"

namespace kairon {
namespace {

using test::node;

/// For every node of `after` the name of its old self, "" for a new one.
std::vector<std::string> old_names(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  const auto old = json::Document::parse(test::workflow(before));
  const auto fresh = json::Document::parse(test::workflow(after));
  REQUIRE(old.document);
  REQUIRE(fresh.document);
  const auto old_nodes = diff::nodes_of(old.document->root());
  std::vector<std::string> names;
  for (const std::size_t index : diff::match_nodes(old_nodes, diff::nodes_of(fresh.document->root())))
    names.emplace_back(index == diff::kNone ? std::string_view() : old_nodes[index].name);
  return names;
}

using Names = std::vector<std::string>;

TEST_CASE("match_nodes: the same id is the same node, whatever its name") {
  CHECK(old_names({node("a", "Parse", "code"), node("b", "Store", "set")},
                  {node("b", "Save", "set"), node("a", "Read", "code")}) == Names{"Store", "Parse"});
  // An id wins over a name that another node took over.
  CHECK(old_names({node("a", "Parse", "code")}, {node("a", "Read", "code"), node("b", "Parse", "code")}) ==
        Names{"Parse", ""});
}

TEST_CASE("match_nodes: else the same name") {
  CHECK(old_names({node("a", "Parse", "code")}, {node("z", "Parse", "code")}) == Names{"Parse"});
  CHECK(old_names({node("", "Parse", "code")}, {node("", "Parse", "set")}) == Names{"Parse"});
}

TEST_CASE("match_nodes: else the same type at the same position") {
  CHECK(old_names({node("a", "Parse", "code", "{}", "[1, 2]"), node("b", "Other", "code", "{}", "[3, 4]")},
                  {node("c", "Fresh", "code", "{}", "[3, 4]")}) == Names{"Other"});
  CHECK(old_names({node("a", "Parse", "code", "{}", "[1, 2]")}, {node("c", "Fresh", "set", "{}", "[1, 2]")}) ==
        Names{""});
}

TEST_CASE("match_nodes: else the most equal parameters") {
  CHECK(old_names({node("a", "One", "code", R"({"jsCode":"a\nb\nc\nd"})", "[1, 1]"),
                   node("b", "Two", "code", R"({"jsCode":"w\nx\ny\nz"})", "[2, 2]")},
                  {node("c", "Three", "code", R"({"jsCode":"w\nx\ny\nchanged"})", "[9, 9]")}) == Names{"Two"});
  CHECK(old_names({node("a", "One", "code", R"({"jsCode":"a\nb\nc"})", "[1, 1]")},
                  {node("c", "Two", "code", R"({"jsCode":"x\ny\nz"})", "[9, 9]")}) == Names{""});
}

TEST_CASE("match_nodes: numbers as ids say nothing once a node was inserted") {
  CHECK(old_names({node("1", "A", "set"), node("2", "B", "set"), node("3", "C", "set")},
                  {node("1", "New", "set", R"({"x":1})", "[7, 7]"), node("2", "A", "set"), node("3", "B", "set"),
                   node("4", "C", "set")}) == Names{"", "A", "B", "C"});
}

TEST_CASE("match_nodes: equal ids and names do not confuse") {
  CHECK(old_names({node("a", "X", "set"), node("a", "X", "set", "{}", "[5, 5]")},
                  {node("a", "X", "set"), node("a", "X", "set", "{}", "[5, 5]")}) == Names{"X", "X"});
}

}  // namespace
}  // namespace kairon
