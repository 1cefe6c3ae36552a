#include "js/script.h"

#include <doctest/doctest.h>

#include "js/internal.h"

using namespace kairon;
using js::Field;
using js::Goal;
using js::Kind;
using js::Script;

namespace {

bool body_ok(std::string_view code) { return !Script(code, Goal::function_body).error(); }
bool expression_ok(std::string_view code) { return !Script(code, Goal::expression).error(); }

}  // namespace

TEST_CASE("a Code node is the body of an async function") {
  CHECK(body_ok("return [{json: await f()}];"));
  CHECK(body_ok(""));
  CHECK(body_ok("// only a comment"));
  CHECK(body_ok("const {a, ...rest} = $json\nconst b = a ?? `x${rest}`\nreturn {a, b}"));
  CHECK_FALSE(body_ok("return [{json: 1}"));
  CHECK_FALSE(body_ok("const a = ;"));
  CHECK_FALSE(body_ok("import fs from 'fs'"));
}

TEST_CASE("an error says where it is") {
  const Script script("const a = 1;\nreturn [{ json: { a } };\n", Goal::function_body);
  REQUIRE(script.error());
  CHECK(script.line_of(script.error()->offset) == 2);
  CHECK(script.root().first_child() == js::Node());
}

TEST_CASE("what the grammar accepts and JavaScript rejects") {
  for (const std::string code : {"const a = 1; let a = 2;",
                                 "let a; { var a; }",
                                 "function f(a) { let a; }",
                                 "const a;",
                                 "const {a};",
                                 "items.map(i => { await f(i); })",
                                 "break;",
                                 "for (;;) { f(() => { continue; }) }",
                                 "a ?? b || c",
                                 "-a ** 2",
                                 "const enum = 1",
                                 "return {default}",
                                 "a?.b = 1",
                                 "1 = a",
                                 "a === b = c",
                                 "a || () => b",
                                 "/(/.test(a)",
                                 "/a/gg",
                                 "/*/",
                                 "/(?a)/",
                                 "f(, 1)",
                                 "f(1,,2)",
                                 "const [...a, b] = c",
                                 "switch (a) { default: default: }",
                                 "if (a) const b = 1;",
                                 "try { f() }",
                                 "return; { a: 1, b: 2 }",
                                 "const a = <b/>;",
                                 "@d class A {}",
                                 "yield x",
                                 "'a\n'"}) {
    CAPTURE(std::string(code));
    CHECK_FALSE(body_ok(code));
  }
}

TEST_CASE("what looks like an early error and is none") {
  for (const std::string code : {"var a; var a;",
                                 "let a; { let a; }",
                                 "function f(a) { var a; }",
                                 "try {} catch (e) { var e; }",
                                 "{ function f() {} } var g = f;",
                                 "items.map(async i => { await f(i); })",
                                 "a: for (;;) { break a; }",
                                 "(a ?? b) || c",
                                 "(-a) ** 2",
                                 "a.default = b.enum",
                                 "const {default: d} = a",
                                 "(a.b) = 1",
                                 "/[(]/.test(a)",
                                 "/a{2,3}?/g",
                                 "/x{/",
                                 "f(1, /* , */ 2,)",
                                 "[, a]",
                                 "const [, b] = c",
                                 "{ a: 1 }",
                                 "'a\\\nb'",
                                 "for (const a of b) f(a)",
                                 "for (const k in o) ;",
                                 "switch (a) { case 1: { let b; } case 2: { let b; } }",
                                 "function* g() { yield 1; }",
                                 "o = { *g() { yield 1; } }",
                                 "a = b ? c : d = e",
                                 "x => y => x"}) {
    CAPTURE(std::string(code));
    CHECK(body_ok(code));
  }
}

TEST_CASE("an expression is a program whose first statement is an expression") {
  CHECK(expression_ok(" $json.a "));
  CHECK(expression_ok("{ a: 1, b: $json.c }"));
  CHECK(expression_ok("$json.a;"));
  CHECK(expression_ok("$json.items.map(i => ({ id: i.id })) // all"));
  CHECK_FALSE(expression_ok(""));
  CHECK_FALSE(expression_ok("  "));
  CHECK_FALSE(expression_ok("/* nothing */"));
  CHECK_FALSE(expression_ok("const a = 1"));
  CHECK_FALSE(expression_ok("{{ $json.a"));
  CHECK_FALSE(expression_ok("voice id"));
  CHECK_FALSE(expression_ok("return 1"));
  CHECK_FALSE(expression_ok("$('it's')"));
}

TEST_CASE("simple expressions give the tree that the grammar gives") {
  for (const char* code :
       {"$json", " $json.a.b", "$json?.a ", "$json['a b'][0].c", "$('A B').item.json.c", "$input.first().json.x",
        "$items(\"X\", 0)", "$json[\"\"]", "$node.A.json['x']", "a()()", "$('X')?.first()?.json", "$now.minus(7)"}) {
    CAPTURE(std::string(code));
    js::Tree simple;
    simple.source = code;
    js::Tree full;
    full.source = code;
    REQUIRE_FALSE(js::internal::parse(full, Goal::expression));
    if (!js::internal::parse_simple(simple)) {
      CHECK(std::string_view(code).find(", ") != std::string_view::npos);
      continue;
    }
    REQUIRE(simple.records.size() == full.records.size());
    for (std::size_t i = 1; i < full.records.size(); ++i) {
      CAPTURE(i);
      CHECK(simple.records[i].kind == full.records[i].kind);
      CHECK(simple.records[i].field == full.records[i].field);
      CHECK(simple.records[i].begin == full.records[i].begin);
      CHECK(simple.records[i].end == full.records[i].end);
      CHECK(simple.records[i].parent == full.records[i].parent);
      CHECK(simple.records[i].next == full.records[i].next);
    }
  }
}

TEST_CASE("the short cut takes only what it understands") {
  for (const std::string code : {"$json.a +", "$json.", "$json.a b", "new", "a[", "a(", "a[x]", "'x'", "a.b\n.c",
                                 "this.a", "a('\\'')", "a(01)", "a..b"}) {
    CAPTURE(std::string(code));
    js::Tree tree;
    tree.source = code;
    CHECK_FALSE(js::internal::parse_simple(tree));
  }
}

TEST_CASE("walking the tree") {
  const Script script("const r = $('A').first().json['b c'];", Goal::function_body);
  const js::Node value = script.root().first_child().at(1).child(Field::value);
  REQUIRE(value.is(Kind::subscript_expression));
  CHECK(js::property_name(value) == "b c");
  const js::Node json = value.child(Field::object);
  CHECK(js::property_name(json) == "json");
  CHECK(json.child(Field::object).is(Kind::call_expression));
  CHECK(value.contains(json));
  CHECK_FALSE(json.contains(value));
  CHECK(json.parent() == value);
  CHECK(script.root().child_count() == 1);
}

TEST_CASE("string values") {
  const auto value = [](std::string_view literal) {
    const Script script(literal, Goal::expression);
    return js::string_value(script.expression());
  };
  CHECK(value(R"('it\'s')") == "it's");
  CHECK(value(R"("\u00fc\x41\n\u{1F600}")") ==
        "\xC3\xBC"
        "A\n\xF0\x9F\x98\x80");
  CHECK(value(R"("\ud83d\ude00")") == "\xF0\x9F\x98\x80");
  CHECK(value("`plain`") == "plain");
  CHECK(value("`a${b}`") == std::nullopt);
  CHECK(value("'a\\\nb'") == "ab");
}

TEST_CASE("nesting without end does not end us") {
  const auto repeated = [](std::string_view part, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += part;
    return text;
  };
  // Each of these crashed libtree-sitter 0.20.
  for (const char* part : {"(", "new ", "a: ", "if(", "`${", "[,", "{a:", "for(;;"}) {
    CAPTURE(part);
    CHECK_FALSE(body_ok(repeated(part, 100000)));
  }
  CHECK(body_ok("x = 1" + repeated(" + 1", 10000)));
  CHECK(body_ok("x = [" + repeated("{a: 1, b: ';'},\n", 20000) + "]"));
  CHECK(body_ok(repeated("if (a) { f(b); }\n", 8000)));
}
