#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "fuzz/mutate.h"
#include "js/scope.h"
#include "js/script.h"
#include "json/document.h"
#include "lint/check.h"
#include "workflow/expression.h"

// Damages JavaScript and expressions and asks everything of the result. Ends with 1 when a promise
// of js/tree.h, js/script.h or workflow/expression.h is broken; a crash is a crash.
// Usage: fuzz_javascript [ITERATIONS] [SEED]
using namespace kairon;

namespace {

constexpr auto kSeeds = std::to_array<std::string_view>({
    "const items = $input.all();\nconst out = [];\nfor (const { json, ...rest } of items) {\n  if (!json?.name) "
    "continue;\n"
    "  out.push({ json: { ...json, name: json.name.trim() }, pairedItem: rest.pairedItem });\n}\nreturn out;",
    "async function load(id = 1, [a, b] = [], { c: { d } = {} } = {}) {\n  try {\n    return await "
    "fetch(`https://x/${id}?${a + b}`);\n"
    "  } catch ({ message }) {\n    throw new Error(message ?? 'none');\n  } finally { done++; }\n}\nvar done = "
    "0;\nreturn [{ json: await load() }];",
    "class A extends B { static #n = 0; get n() { return A.#n; } *each() { yield* [1, 2]; } }\nlabel: for (;;) { "
    "switch (new A().n) { case 1: break label; default: continue label; } }",
    "const re = /^(?:a|[b\\]])+?(?<n>\\d{2,4})$/giu;\nconst [x, , y = 2, ...z] = 'a,b'.split(',');\nlet q = x ? y : "
    "z.map((v, i) => v ** i);\n({ q } = { q });\nreturn { json: { q, re: re.test(x) } };",
    "={{ $json.a }} and {{ $('A B').item.json['c d'] ?? \"x\" }} \\{{ no }} {{ {a: $node[\"X\"].json.b} }}",
    "={{ $items(`X`, 0).map(i => i.json.y).filter(Boolean).join(', ') }}",
    "$input.first().json.ctx.event?.id",
});

int fail(const char* what, const std::string& text) {
  std::printf("broken: %s\n%s\n", what, text.c_str());
  return 1;
}

int check_tree(const js::Script& script, const std::string& text) {
  for (std::uint32_t i = 0; i < script.size(); ++i) {
    const js::Node node = script.node(i);
    if (node.end_offset() > text.size() || node.begin_offset() > node.end_offset()) return fail("range", text);
    if (node.next_index() <= i || node.next_index() > script.size()) return fail("subtree", text);
    if (i == 0) continue;
    const js::Node parent = node.parent();
    if (!parent || parent.index() >= i || !parent.contains(node)) return fail("parent", text);
    if (i > 1 && (node.begin_offset() < parent.begin_offset() || node.end_offset() > parent.end_offset()) &&
        !parent.is(js::Kind::program)) {
      return fail("a child outside of its parent", text);
    }
  }
  for (const js::Usage& usage : script.scope().usages()) {
    const bool bound = usage.binding != js::Usage::kUnbound;
    if (bound && usage.binding >= script.scope().bindings().size()) return fail("binding", text);
    if (bound && script.scope().bindings()[usage.binding].name != script.node(usage.node).text()) {
      return fail("a usage bound to another name", text);
    }
  }
  for (const js::Node& node : script.scope().free_identifiers()) {
    if (node.text().empty()) return fail("a free identifier without a name", text);
  }
  return 0;
}

int check_script(const std::string& text, js::Goal goal) {
  const js::Script script(text, goal);
  if (script.error() && (script.error()->offset > text.size() || script.error()->message.empty())) {
    return fail("error", text);
  }
  for (std::uint32_t i = 0; i < script.size(); ++i) (void)js::string_value(script.node(i));
  return check_tree(script, text);
}

int check_expression(const std::string& text) {
  std::size_t from = 0;
  for (const workflow::ExpressionPart& part : workflow::split_expression(text)) {
    if (part.begin < from + 2 || part.end < part.begin || part.end > text.size()) return fail("part", text);
    if (text.compare(part.begin - 2, 2, "{{") != 0) return fail("a part without {{", text);
    if (part.closed && text.compare(part.end, 2, "}}") != 0) return fail("a part without }}", text);
    if (const int status = check_script(text.substr(part.begin, part.end - part.begin), js::Goal::expression);
        status != 0) {
      return status;
    }
    from = part.end;
  }
  return 0;
}

/// Every rule over a workflow that holds the text as code, as expression and as SQL.
int check_workflow(const std::string& text) {
  json::Writer writer;
  writer.begin_object()
      .key("name")
      .string("W")
      .key("connections")
      .begin_object()
      .end_object()
      .key("nodes")
      .begin_array();
  for (const char* type : {"code", "set", "postgres"}) {
    writer.begin_object().key("name").string(type).key("type").string(std::string("n8n-nodes-base.") + type);
    writer.key("typeVersion").number(2).key("parameters").begin_object().key("operation").string("executeQuery");
    for (const char* key : {"jsCode", "query", "v"}) writer.key(key).string(text);
    writer.end_object().end_object();
  }
  const auto verdict = lint::check_workflow(writer.end_array().end_object().take(), "W.json");
  for (const lint::Finding& finding : verdict.findings) {
    if (finding.line != 1 || finding.column == 0) return fail("a finding outside of the file", text);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const long iterations = argc > 1 ? std::atol(argv[1]) : 2000;
  test::Mutator mutator(argc > 2 ? static_cast<std::uint32_t>(std::atol(argv[2])) : 1);
  for (long i = 0; i < iterations; ++i) {
    std::string text(kSeeds[mutator.below(kSeeds.size())]);
    for (std::size_t rounds = mutator.below(4); rounds > 0; --rounds)
      text = mutator.damaged(text, test::kJavaScriptTokens);
    int status = check_script(text, js::Goal::function_body);
    if (status == 0) status = check_script(text, js::Goal::expression);
    if (status == 0) status = check_expression(text);
    if (status == 0 && i % 4 == 0) status = check_workflow(text);
    if (status != 0) return status;
  }
  std::printf("%ld damaged texts, no promise broken\n", iterations);
  return 0;
}
