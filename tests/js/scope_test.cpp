#include "js/scope.h"

#include <doctest/doctest.h>

#include "js/script.h"

using namespace kairon;
using js::Goal;
using js::Script;

namespace {

/// Free identifiers, separated by blanks.
std::string free_of(std::string_view code) {
  const Script script(code, Goal::function_body);
  CHECK_FALSE(script.error());
  std::string names;
  for (const js::Node node : script.scope().free_identifiers()) names += std::string(node.text()) + " ";
  return names;
}

std::string constants_of(std::string_view code) {
  const Script script(code, Goal::function_body);
  std::string names;
  for (const js::Node node : script.scope().constant_assignments()) names += std::string(node.text()) + " ";
  return names;
}

}  // namespace

TEST_CASE("free identifiers") {
  CHECK(free_of("return x") == "x ");
  CHECK(free_of("const x = 1; return x") == "");
  CHECK(free_of("return f(); function f() {}") == "");
  CHECK(free_of("if (a) { var b = 1 } return b") == "a ");
  CHECK(free_of("if (1) { let b = 1 } return b") == "b ");
  CHECK(free_of("{ function f() {} } f()") == "");
}

TEST_CASE("names in patterns are declared, keys and defaults are not") {
  CHECK(free_of("const {a, b: c, d = e, ...f} = g; return [a, c, d, f, b]") == "e g b ");
  CHECK(free_of("const [a, , [b] = c] = d; a(b)") == "c d ");
  CHECK(free_of("const f = ({a, b: {c}}, ...r) => a + c + r; f()") == "");
  CHECK(free_of("for (const [k, v] of m) k(v); k") == "m k ");
  CHECK(free_of("try {} catch ({message}) { message() }") == "");
  CHECK(free_of("try {} catch { x }") == "x ");
  CHECK(free_of("const {[k]: v} = o; v()") == "k o ");
}

TEST_CASE("names that are no variables") {
  CHECK(free_of("const a = {b: 1, c() {}}; a.d.e; l: for (;;) { break l }") == "");
  CHECK(free_of("const x = {y}; x()") == "y ");
  CHECK(free_of("class A { m = n; static s() { return A } } new A()") == "n ");
  CHECK(free_of("const f = function g() { return g }; f(); g()") == "g ");
  CHECK(free_of("function f() { return arguments } f()") == "");
}

TEST_CASE("what runs although it is undeclared") {
  CHECK(free_of("if (typeof x !== 'undefined') x()") == "");
  CHECK(free_of("x = 1; return x") == "");
  CHECK(free_of("x += 1") == "x ");
  CHECK(free_of("x++") == "x ");
  CHECK(free_of("for (k in o) k()") == "o ");
  CHECK(free_of("[p, q] = r; p(q)") == "r ");
}

TEST_CASE("assignments to constants") {
  CHECK(constants_of("const a = 1; a = 2") == "a ");
  CHECK(constants_of("const a = 1; a++") == "a ");
  CHECK(constants_of("const a = 1; [a] = b; ({a} = b); ({c: a} = b)") == "a a a ");
  CHECK(constants_of("const a = {}; a.b = 2; a[1]++") == "");
  CHECK(constants_of("const a = 1; { let a; a = 2 }") == "");
  CHECK(constants_of("const a = 1; (a => { a = 2 })()") == "");
  CHECK(constants_of("const a = 1; f(() => { a = 2 })") == "a ");
  CHECK(constants_of("for (const a of b) { a = 1 }") == "a ");
  CHECK(constants_of("for (const a of b) ; let a; a = 1") == "");
  CHECK(constants_of("let a; for (a of b) ;") == "");
}

TEST_CASE("value_of follows a name that is set once") {
  const auto value = [](std::string_view code) {
    const Script script(code, Goal::function_body);
    const js::Node statement = script.root().at(script.root().child_count() - 1);
    return std::string(script.scope().value_of(statement.first_child()).text());
  };
  CHECK(value("const a = (b); return a") == "b");
  CHECK(value("let a = b; return a") == "b");
  CHECK(value("let a = b; a = c; return a") == "");
  CHECK(value("const {a} = b; return a") == "");
  CHECK(value("return a") == "");
}
