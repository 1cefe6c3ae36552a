// Files that nobody writes on purpose: their cost is counted, not timed, and no rule loses its way in them.
#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <set>

#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "lint/check.h"
#include "lint/support.h"
#include "lint/support/flow_reads.h"
#include "support/fixture_catalogue.h"
#include "workflow/items.h"
#include "workflow/shapes.h"

using namespace kairon;

namespace {

/// Each kind of node in turn, with parameters that name its number.
std::string any_node(std::size_t i) {
  static const std::vector<std::pair<std::string, std::string>> kNodes = {
      {"set\",\"typeVersion\":3.4",
       R"({"assignments":{"assignments":[{"name":"f#","type":"string","value":"={{ $json.f# }}"}]},"includeOtherFields":true})"},
      {"code\",\"typeVersion\":2",
       R"j({"jsCode":"return $input.all().map(i => ({json: {...i.json, k#: i.json.f#}}));"})j"},
      {"if\",\"typeVersion\":2.2",
       R"({"conditions":{"options":{"typeValidation":"strict","version":2},"combinator":"and","conditions":[)"
       R"({"leftValue":"={{ $json.k# }}","rightValue":5,"operator":{"type":"number","operation":"gt"}}]}})"},
      {"merge\",\"typeVersion\":3", "{}"},
      {"splitInBatches\",\"typeVersion\":3", R"({"options":{"reset":true}})"},
      {"aggregate\",\"typeVersion\":1", R"({"aggregate":"aggregateAllItemData"})"},
      {"splitOut\",\"typeVersion\":1", R"({"fieldToSplitOut":"data"})"},
      {"postgres\",\"typeVersion\":2.4", R"({"operation":"executeQuery","query":"SELECT c# FROM t"})"},
      {"executeWorkflow\",\"typeVersion\":1.2",
       R"({"workflowId":{"__rl":true,"mode":"list","value":"w","cachedResultName":"W"}})"},
      {"switch\",\"typeVersion\":3.2", "{}"},
      {"summarize\",\"typeVersion\":1.1", R"({"fieldsToSummarize":{"values":[{"field":"f#"}]}})"},
      {"httpRequest\",\"typeVersion\":4.2",
       R"({"sendBody":true,"specifyBody":"json","jsonBody":"={ \"a\": {{ $('N0').item.json.f# }}, }"})"}};
  const auto& [type, parameters] = kNodes[i % kNodes.size()];
  return format(R"({{"name":"N{}","type":"n8n-nodes-base.{},"position":[0,0],"parameters":{}}})", i, type,
                text::replace_all(parameters, "#", std::to_string(i)));
}

using MakeNode = std::function<std::string(std::size_t)>;

/// A circle through all nodes, entered from a trigger, with `more` further edges from each.
std::string circle(std::size_t nodes, std::size_t more, const MakeNode& make) {
  std::string text = R"({"name":"W","nodes":[{"name":"T","type":"n8n-nodes-base.manualTrigger","typeVersion":1,)"
                     R"("position":[0,0],"parameters":{}})";
  std::string edges = R"("T":{"main":[[{"node":"N0","type":"main","index":0}]]})";
  for (std::size_t i = 0; i < nodes; ++i) {
    text += "," + make(i);
    std::string branch = format(R"({{"node":"N{}","type":"main","index":0}})", (i + 1) % nodes);
    for (std::size_t edge = 0; edge < more; ++edge)
      branch += format(R"(,{{"node":"N{}","type":"main","index":{}}})", (i * (7 + 2 * edge) + 3) % nodes, edge % 2);
    edges += format(R"(,"N{0}":{{"main":[[{1}],[{1}]]}})", i, branch);
  }
  return text + R"(],"connections":{)" + edges + "}}";
}

/// Judges a text with and without a catalogue and an upgrade, and asks both analyses for every node. Returns the rules
/// that found something.
std::set<std::string> judge_every_way(const std::string& text,
                                      const std::vector<lint::Upgrade>& targets = {{}, {1, 2}, {2, 3}}) {
  std::set<std::string> rules;
  const catalogue::Catalogue& catalogue = test::fixture_catalogue();
  for (const lint::Upgrade target : targets) {
    const auto verdict = lint::check_workflow(text, "w/W.json", target.to == 0 ? nullptr : &catalogue, target);
    CHECK(verdict.findings.size() < 20'000);
    for (const lint::Finding& finding : verdict.findings) rules.insert(finding.rule);
  }
  auto parsed = json::Document::parse(text);
  REQUIRE(parsed.document);
  const workflow::Workflow flow(std::move(parsed.document), "w/W.json");
  const workflow::Code code(flow);
  const workflow::Shapes shapes(flow, code);
  const workflow::Items items(flow, code);
  CHECK(shapes.work() < 800'000);
  for (const workflow::Node& node : flow.nodes()) {
    static_cast<void>(shapes.leaving(node.index, 0));
    static_cast<void>(items.leaving(node.index, 1));
    static_cast<void>(items.follows(node.index, 0));
  }
  return rules;
}

std::string code_node(const std::string& code) {
  return R"({"name":"N0","type":"n8n-nodes-base.code","typeVersion":2,"position":[0,0],"parameters":{"jsCode":")" +
         text::replace_all(text::replace_all(code, "\\", "\\\\"), "\n", "\\n") + "\"}}";
}

}  // namespace

TEST_CASE("3,000 nodes with 18,000 edges, and circles through every construct") {
  static_cast<void>(judge_every_way(circle(3000, 5, any_node), {{1, 2}}));
  const auto rules = judge_every_way(circle(12, 2, any_node));
  CHECK(rules.contains("node/invalid-value"));
  for (std::size_t kind = 0; kind < 12; ++kind) {
    CAPTURE(kind);
    static_cast<void>(judge_every_way(circle(120, 2, [&](std::size_t i) {
      return text::replace_all(any_node(kind), format("\"name\":\"N{}\"", kind), format("\"name\":\"N{}\"", i));
    })));
  }
}

TEST_CASE("5 MB of workflow") {
  const std::string filler(1500, 'x');
  const std::string many = circle(3000, 0, [&](std::size_t i) {
    return text::replace_all(code_node("// " + filler +
                                       format("\nreturn $input.all().map(i => ({{json: {{...i.json, "
                                              "a{}: 1}}}}));",
                                              i)),
                             "N0", format("N{}", i));
  });
  REQUIRE(many.size() > 5'000'000);
  static_cast<void>(judge_every_way(many, {{1, 2}}));
  std::string fields;
  for (int i = 0; i < 9000; ++i)
    fields += format(R"({}{{"name":"n{}","type":"number","value":"={{{{ $json.x }}}} {}"}})", i == 0 ? "" : ",", i,
                     std::string(520, 'y'));
  static_cast<void>(judge_every_way(circle(1, 0, [&](std::size_t) {
    return R"({"name":"N0","type":"n8n-nodes-base.set","typeVersion":3.4,"position":[0,0],"parameters":{"assignments":)"
           R"({"assignments":[)" +
           fields + "]}}}";
  })));
}

TEST_CASE("60 KB of code whose names build on each other") {
  std::string functions = "function f0(x) { return 'a'; }\n";
  std::string objects = "let a0 = {x: 1};\n";
  for (int i = 1; i < 700; ++i) {
    functions +=
        format("function f{0}(x) {{ if (x) return f{1}(x); return [f{1}(x), f{1}(x)].map(f{1}); }}\n", i, i - 1);
    objects += format("let a{0} = {{...a{1}, b{0}: a{1}, c: [a{1}, a{1}]}};\n", i, i - 1);
  }
  for (const std::string& code :
       {functions + "return $input.all().map(i => f699(i));", objects + "return [{json: a699}];",
        std::string("function g(x) { return [g(x), h(x)].map(g); }\n"
                    "function h(x) { return g(h(x)); }\nreturn [g(h($input.all()))];")}) {
    static_cast<void>(judge_every_way(circle(1, 0, [&](std::size_t) { return code_node(code); })));
  }
}

TEST_CASE("expressions and JSON nested 50 deep, and names of JavaScript's own") {
  std::string choice = "$json.a";
  std::string calls = "$json.a";
  for (int i = 0; i < 50; ++i) {
    choice = i % 2 == 0 ? "[" + choice + "].map(x => ({ a: x }))" : "(" + choice + ") ? { k: 1 } : $json.b";
    calls = "({ k: " + calls + " }).k";
  }
  for (const std::string& expression : {choice, calls}) {
    static_cast<void>(judge_every_way(circle(1, 0, [&](std::size_t) {
      return R"({"name":"N0","type":"n8n-nodes-base.httpRequest","typeVersion":4.2,"position":[0,0],"parameters":)"
             R"({"url":"={{ )" +
             expression + R"( }}","sendBody":true,"specifyBody":"json","jsonBody":"={ \"a\": )" +
             std::string(300, '[') + "{{ " + expression + " }}" + std::string(300, ']') + "}\"}}";
    })));
  }
  const auto rules = judge_every_way(circle(1, 0, [&](std::size_t) {
    return R"({"name":"N0","__proto__":{"a":1},"type":"n8n-nodes-base.set","typeVersion":3.4,"position":[0,0],)"
           R"("parameters":{"__proto__":1,"options":{"__proto__":{}},"assignments":{"assignments":[)"
           R"({"name":"__proto__","type":"number","value":"={{ $json.__proto__.constructor + $('__proto__').item }}"}]}}})";
  }));
  CHECK(rules.contains("reference/missing-node"));
}

TEST_CASE("500 KB of code that reads fields of fields of what it makes up itself") {
  for (const std::string line : {"if ($json.a#) { o.k# = $json.b#.c.d; } else { o.k# = o.k.x; }",
                                 "if ($json.a#) { o.k# = $json.b#.c; } else { o.k# = [...(o.k||[]), {...o}]; }"}) {
    std::string code = "const o = {};\n";
    for (int i = 0; i < 5300; ++i) code += text::replace_all(line, "#", std::to_string(i)) + "\n";
    auto parsed =
        json::Document::parse(circle(1, 0, [&](std::size_t) { return code_node(code + "return [{json: o}];"); }));
    REQUIRE(parsed.document);
    const workflow::Workflow flow(std::move(parsed.document), "w/W.json");
    const workflow::Code pieces(flow);
    REQUIRE(pieces.is_complete());
    const lint::FlowFacts facts = lint::flow_facts({flow, pieces, nullptr, nullptr, {}});
    CHECK(facts.work > 0);
    CHECK(facts.work < 3'000'000);
  }
}

TEST_CASE("a signal ends the judging of a file") {
  const std::string text = circle(12, 2, any_node);
  signals::install();
  std::raise(SIGTERM);
  CHECK_THROWS_AS(lint::check_workflow(text, "w/W.json", nullptr), Error);
  CHECK_THROWS_AS(lint::check_tree({}), Error);
  signals::clear();
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) std::signal(number, SIG_DFL);
  CHECK_FALSE(lint::check_workflow(text, "w/W.json", nullptr).findings.empty());
}

TEST_CASE("200 workflows that call each other") {
  std::vector<lint_test::File> files;
  for (std::size_t i = 0; i < 200; ++i) {
    std::string nodes = lint_test::node("Called", "executeWorkflowTrigger", R"({"inputSource": "passthrough"})", "1.1");
    std::string wires = R"("Called": {"main": [[)";
    for (const std::size_t step : {1U, 2U, 3U, 7U, 50U, 199U}) {
      nodes += "," + lint_test::node(format("X{}", step), "executeWorkflow",
                                     format(R"({{"workflowId": {{"__rl": true, "mode": "list", "value": "s", )"
                                            R"("cachedResultName": "S{}"}}}})",
                                            (i + step) % 200),
                                     "1.2");
      wires += format(R"({}{{"node": "X{}", "type": "main", "index": 0}})", step == 1 ? "" : ",", step);
    }
    files.emplace_back(format("w/S{}.json", i), text::replace_all(lint_test::workflow_text(nodes, wires + "]]}"),
                                                                  "\"Demo\"", format("\"S{}\"", i)));
  }
  const auto findings = lint_test::findings_of(files);
  CHECK(std::ranges::any_of(findings, [](const lint::Finding& finding) { return finding.rule == "call/cycle"; }));
  CHECK(findings.size() < 5'000);
}
