#include "diff/render.h"

#include <doctest/doctest.h>

#include "diff/layout.h"
#include "diff/mermaid.h"
#include "diff/support.h"

namespace kairon {
namespace {

using test::compared;
using test::node;
using test::workflow;

diff::DiffReport report_of(diff::FileDiff file) {
  diff::DiffReport report;
  report.before = "old";
  report.after = "new";
  report.files.push_back(std::move(file));
  return report;
}

/// A chain of nodes, each with some code; one of them changed when `changed` is in range.
std::string chain(std::size_t count, std::size_t changed, std::string_view position = "[0, 0]") {
  std::vector<std::string> nodes, links;
  for (std::size_t i = 0; i < count; ++i) {
    nodes.push_back(
        node(format("id{}", i), format("Node {}", i), "code", format(R"({{"v":{}}})", i == changed ? 1 : 0), position));
    if (i > 0) links.push_back(format("Node {}>Node {}", i - 1, i));
  }
  return workflow(nodes, links);
}

TEST_CASE("mermaid_graph: a large workflow shows what changed, its neighbours and the number of the others") {
  const diff::FileDiff file = compared(chain(1000, 1000), chain(1000, 500));
  const std::string graph = diff::mermaid_graph(*file.workflow);
  CHECK(text::contains(graph, "n500[\"Node 500<br/>code\"]:::changed"));
  CHECK(text::contains(graph, "n499[\"Node 499"));
  CHECK(text::contains(graph, "n501[\"Node 501"));
  CHECK_FALSE(text::contains(graph, "n502["));
  CHECK(text::contains(graph, "more[\"997 more\"]:::more"));
}

TEST_CASE("mermaid_graph: stays below Mermaid's own limit when everything changed and names are long") {
  std::vector<std::string> before, after, links;
  const std::string signs(500, '(');
  for (std::size_t i = 0; i < 300; ++i) {
    before.push_back(node(format("id{}", i), format("{}{}", i, signs), "code"));
    after.push_back(node(format("id{}", i), format("n{}{}", i, signs), "code"));
    if (i > 0) links.push_back(format("n{}{}>n{}{}", i - 1, signs, i, signs));
  }
  const diff::FileDiff file = compared(workflow(before), workflow(after, links));
  CHECK(diff::mermaid_graph(*file.workflow).size() < 50'000);
  CHECK(diff::to_markdown(report_of(compared(workflow(before), workflow(after, links)))).size() < 65'000);
}

TEST_CASE("to_markdown: a long change is cut between lines, within GitHub's limit") {
  const auto with = [](char c) {
    std::string code;
    for (int i = 0; i < 9000; ++i) code += format("{}{} = 1;\\n", c, i);
    return workflow({node("a", "A", "code", format(R"({{"jsCode":"{}"}})", code))});
  };
  const std::string out = diff::to_markdown(report_of(compared(with('a'), with('b'))));
  CHECK(out.size() < 65'000);
  CHECK(out.size() > 50'000);
  CHECK(text::contains(out, " lines more; `kairon diff` shows the whole."));
  CHECK(text::contains(out, "</details>"));
}

TEST_CASE("to_markdown: no text of a file ends a fence, names somebody or becomes a tag") {
  const std::string hostile = "``` </details> @everyone <img src=x>";
  const std::string out = diff::to_markdown(
      report_of(compared(workflow({node("a", "A", "code", R"({"jsCode":"x"})")}),
                         workflow({node("a", hostile, "code", R"({"jsCode":"```\n````\n</details>"})")}))));
  CHECK(text::contains(out, "`````diff\n"));
  CHECK(text::contains(out, "\n`````\n"));
  CHECK(text::contains(out, "was A"));
  const std::size_t graph = out.find("```mermaid\n");
  const std::size_t end = out.find("\n```\n", graph + 5);
  CHECK(out.substr(graph, end - graph).find("</details>") == std::string::npos);
}

TEST_CASE("layout_of: nodes without a position get one, and boxes stand apart") {
  const std::string bare =
      R"({"name":"W","nodes":[{"name":"A","type":"t"},{"name":"B","type":"t"},{"name":"C","type":"t"}],)"
      R"("connections":{"A":{"main":[[{"node":"B","type":"main","index":0},)"
      R"({"node":"C","type":"main","index":0}]]}}})";
  const diff::FileDiff file = compared(bare, bare);
  const diff::Layout layout = diff::layout_of(*file.workflow);
  CHECK(layout.nodes[0].box.x < layout.nodes[1].box.x);
  CHECK(layout.nodes[1].box.x == layout.nodes[2].box.x);
  CHECK(layout.nodes[1].box.y + layout.nodes[1].box.height < layout.nodes[2].box.y);

  const diff::FileDiff near =
      compared(workflow({}), workflow({node("a", "A", "set", "{}", "[0, 0]"), node("b", "B", "set", "{}", "[150, 0]"),
                                       node("c", "C", "set", "{}", "[1e300, 0]")}));
  const diff::Layout spread = diff::layout_of(*near.workflow);
  CHECK(spread.nodes[1].box.x - spread.nodes[0].box.x > diff::kBoxWidth);
  CHECK(spread.frame.width < 1e6);
}

TEST_CASE("to_svg and to_html: a node that moved leaves a ghost, a changed one is a link") {
  const std::string before = workflow({node("a", "A", "set"), node("b", "B", "set", R"({"x":1})", "[300, 0]")});
  const std::string after =
      workflow({node("a", "A", "set", "{}", "[0, 200]"), node("b", "B", "set", R"({"x":2})", "[300, 0]")});
  const std::string svg = diff::to_svg(report_of(compared(before, after)));
  CHECK(text::contains(svg, "class=\"ghost\""));
  CHECK(text::contains(svg, "class=\"node moved\""));
  CHECK(text::contains(svg, "class=\"node changed\""));
  CHECK_FALSE(text::contains(svg, "<script"));
  const std::string html = diff::to_html(report_of(compared(before, after)));
  CHECK(text::contains(html, "<a href=\"#f0n1\" aria-label=\"B, changed\">"));
  CHECK(text::contains(html, "id=\"f0n1\""));
  CHECK(text::contains(html, "default-src &#39;none&#39;"));
}

TEST_CASE("every format takes what is not a workflow, and nothing at all") {
  for (const auto& [before, after] : std::vector<std::pair<std::string, std::string>>{
           {"{", workflow({node("a", "A", "set")})},
           {std::string("\0\xff", 2), "{}"},
           {workflow({}), R"({"nodes":[{}],"connections":{}})"},
           {R"({"nodes":[{"name":7,"position":"x"}],"connections":{"A":7}})",
            R"({"nodes":[],"connections":{"A":[[7]]}})"}}) {
    const diff::DiffReport report = report_of(compared(before, after));
    CHECK_FALSE(diff::to_markdown(report).empty());
    CHECK_FALSE(diff::to_html(report).empty());
    CHECK_FALSE(diff::to_svg(report).empty());
    CHECK(json::Document::parse(diff::to_json(report)).document);
    CHECK(diff::to_mermaid(report).size() < 5000);
  }
  const diff::DiffReport nothing;
  CHECK(diff::to_text(nothing, terminal::Channel::out).empty());
  CHECK(diff::to_markdown(nothing) == "No workflow and no migration changed.\n");
  CHECK(text::contains(diff::to_html(nothing), "No workflow and no migration changed."));
  CHECK(json::Document::parse(diff::to_json(nothing)).document);
}

}  // namespace
}  // namespace kairon
