#include <doctest/doctest.h>

#include "base/format.h"
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
