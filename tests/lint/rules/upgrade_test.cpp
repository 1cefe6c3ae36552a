#include <doctest/doctest.h>

#include "base/format.h"
#include "json/document.h"
#include "lint/check.h"
#include "lint/rule.h"

using namespace kairon;

namespace {

/// What the rules of an upgrade from n8n 1 to 2 say of one node that holds code.
std::string said(std::string_view type, std::string_view parameters) {
  const std::string text = format(
      R"({{"name":"Demo","nodes":[{{"name":"A","type":"{}","typeVersion":1,"position":[0,0],"parameters":{}}}],"connections":{{}}}})",
      type, parameters);
  std::string all;
  for (const lint::Finding& one : lint::check_workflow(text, "Demo.json", nullptr, {1, 2}).findings)
    if (one.rule.starts_with("upgrade/")) all += format("{}: {}\n", one.rule, one.message.text);
  return all;
}

}  // namespace

TEST_CASE("only code that n8n 2 runs in a task runner is judged by what the runner refuses") {
  constexpr std::string_view kCode = R"({"jsCode":"const fs = require('fs'); return $evaluateExpression('1');"})";
  constexpr std::string_view kFunction =
      R"({"functionCode":"const fs = require('fs'); return $evaluateExpression('1');"})";
  constexpr std::string_view kBoth =
      "upgrade/secure-mode: 'A' requires 'fs', which n8n 2's task runner refuses unless it is set otherwise (line 1 of "
      "the code)\n"
      "upgrade/task-runner: 'A' calls $evaluateExpression, which code in a task runner cannot (line 1 of the code)\n";
  CHECK(said("n8n-nodes-base.code", kCode) == kBoth);
  CHECK(said("@n8n/n8n-nodes-langchain.toolCode", kCode) == kBoth);
  CHECK(said("n8n-nodes-base.function", kFunction).empty());
  CHECK(said("n8n-nodes-base.functionItem", kFunction).empty());
}

namespace {

/// How often `rule` speaks of a Code node with this JavaScript.
std::size_t of_code(std::string_view rule, const std::string& code, lint::Upgrade upgrade = {1, 2}) {
  const std::string text =
      format(R"({{"name":"Demo","nodes":[{{"name":"A","type":"n8n-nodes-base.code","typeVersion":2,"position":[0,0],)"
             R"("parameters":{{"jsCode":{}}}}}],"connections":{{}}}})",
             json::Writer().string(code).take());
  std::size_t count = 0;
  for (const lint::Finding& one : lint::check_workflow(text, "Demo.json", nullptr, upgrade).findings)
    if (one.rule == rule) ++count;
  return count;
}

/// How often `rule` speaks of a node.
std::size_t of_node(std::string_view rule, std::string_view type, std::string_view parameters,
                    lint::Upgrade upgrade = {1, 3}) {
  const std::string text = format(
      R"({{"name":"Demo","nodes":[{{"name":"A","type":"{}","typeVersion":1,"position":[0,0],"parameters":{}}}],"connections":{{}}}})",
      type, parameters);
  std::size_t count = 0;
  for (const lint::Finding& one : lint::check_workflow(text, "Demo.json", nullptr, upgrade).findings)
    if (one.rule == rule) ++count;
  return count;
}

}  // namespace

TEST_CASE("code that n8n 2 refuses is found however it is written") {
  for (const char* code : {"return Function('return 1')();", "Object.defineProperty(Array.prototype, 'x', {value: 1});",
                           "Object.assign(String.prototype, {});", "const fs = await import('fs');",
                           "Array.prototype.x = 1;", "eval('1');", "require('fs');"})
    CHECK_MESSAGE(of_code("upgrade/secure-mode", code) == 1, code);
  for (const char* code :
       {"function Function(a) { return a; }\nFunction('x');", "Object.defineProperty(target, 'x', {});",
        "class A {}\nObject.assign(A.prototype, {});", "return Array.prototype.slice.call(items);", "x.eval('1');"})
    CHECK_MESSAGE(of_code("upgrade/secure-mode", code) == 0, code);
  for (const char* code : {"const {X} = $env;", "const e = $env; return e.X;", "return $env[name];", "return $env.X;"})
    CHECK_MESSAGE(of_code("upgrade/env-access", code) == 1, code);
  for (const char* code : {"const a = {$env: 1}; return a.$env;", "// $env.X", "return '$env.X';", "const $env = {};"})
    CHECK_MESSAGE(of_code("upgrade/env-access", code) == 0, code);
  for (const char* code : {"const {helpers} = this; return helpers.returnJsonArray([]);",
                           "const h = this.helpers; return h.returnJsonArray([]);",
                           "return this.helpers.returnJsonArray([]);", "return helpers.returnJsonArray([]);"})
    CHECK_MESSAGE(of_code("upgrade/task-runner", code) == 1, code);
  for (const char* code :
       {"const helpers = {returnJsonArray: x => x}; return helpers.returnJsonArray([]);",
        "const h = this.helpers; return h.httpRequest({});", "const h = make(); return h.returnJsonArray([]);"})
    CHECK_MESSAGE(of_code("upgrade/task-runner", code) == 0, code);
}

TEST_CASE("$evaluateExpression in code is told once, whatever versions the upgrade crosses") {
  const std::string code = "return $evaluateExpression('1');";
  CHECK(of_code("upgrade/task-runner", code, {1, 2}) == 1);
  CHECK(of_code("upgrade/task-runner", code, {1, 3}) == 1);
  CHECK(of_code("upgrade/task-runner", code, {2, 3}) == 1);
  CHECK(of_code("upgrade/task-runner", "return this.helpers.returnJsonArray([]);", {2, 3}) == 0);
}

TEST_CASE("a path that leads out of the allowed folder is outside") {
  const auto outside = [](std::string_view path) {
    return of_node("upgrade/file-access", "n8n-nodes-base.readBinaryFile", format(R"({{"filePath":"{}"}})", path));
  };
  CHECK(outside("/home/node/.n8n-files/../x.txt") == 1);
  CHECK(outside("~/.n8n-files/a/../../x.txt") == 1);
  CHECK(outside("/data/x.txt") == 1);
  CHECK(outside("~/.n8n-files/a/../x.txt") == 0);
  CHECK(outside("/home/node/.n8n-files/x.txt") == 0);
}

TEST_CASE("announced limits") {
  constexpr std::string_view kRule = "upgrade/announced-limits";
  CHECK(of_node(kRule, "@n8n/n8n-nodes-langchain.chatTrigger", R"({"mode":"webhook"})") == 1);
  CHECK(of_node(kRule, "@n8n/n8n-nodes-langchain.chatTrigger", "{}") == 0);
  CHECK(of_node(kRule, "n8n-nodes-base.httpRequest", R"({"url":"http://100.100.1.2:80/x"})") == 1);
  CHECK(of_node(kRule, "n8n-nodes-base.httpRequest", R"({"url":"http://100.63.1.2/x"})") == 0);
  CHECK(of_node(kRule, "n8n-nodes-base.httpRequest", R"({"url":"https://100.100.example.com"})") == 0);
  CHECK(of_node(kRule, "n8n-nodes-other.thing", "{}") == 1);
  CHECK(of_node(kRule, "n8n-nodes-other.thing", "{}", {1, 2}) == 0);
}

TEST_CASE("a workflow that a node holds as a text is judged like its own file") {
  constexpr std::string_view kInner =
      R"({"source":"parameter","workflowJson":"{\"nodes\":[{\"name\":\"S\",\"type\":\"n8n-nodes-base.spontit\",)"
      R"(\"parameters\":{}}],\"connections\":{}}"})";
  CHECK(of_node("upgrade/removed-in-2", "n8n-nodes-base.executeWorkflow", kInner) == 1);
  CHECK(of_node("upgrade/removed-in-2", "@n8n/n8n-nodes-langchain.toolWorkflow", kInner) == 1);
  CHECK(of_node("upgrade/removed-in-2", "n8n-nodes-base.executeWorkflow", R"({"workflowJson":"{"})") == 0);
  CHECK(of_node("upgrade/removed-in-2", "n8n-nodes-base.noOp", kInner) == 0);
}
