#include "commands/shape_report.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/temp.h"

using namespace kairon;

namespace {

const std::string kWorkflow = R"({"name": "Shapes", "nodes": [
  {"name": "Start", "type": "n8n-nodes-base.manualTrigger", "typeVersion": 1, "position": [0, 0], "parameters": {}},
  {"name": "Code", "type": "n8n-nodes-base.code", "typeVersion": 2, "position": [0, 0],
   "parameters": {"jsCode": "return [{json: {alpha: 1, beta: 2}}];"}},
  {"name": "End", "type": "n8n-nodes-base.noOp", "typeVersion": 1, "position": [0, 0], "parameters": {}},
  {"name": "Call", "type": "n8n-nodes-base.executeWorkflow", "typeVersion": 1.2, "position": [0, 0],
   "parameters": {"workflowId": {"__rl": true, "mode": "list", "value": "x", "cachedResultName": "Inner"}}},
  {"name": "Behind", "type": "n8n-nodes-base.noOp", "typeVersion": 1, "position": [0, 0], "parameters": {}},
  {"name": "Apart", "type": "n8n-nodes-base.noOp", "typeVersion": 1, "position": [0, 0], "parameters": {}}
 ], "connections": {
  "Start": {"main": [[{"node": "Code", "type": "main", "index": 0}]]},
  "Code": {"main": [[{"node": "End", "type": "main", "index": 0}, {"node": "Call", "type": "main", "index": 0}]]},
  "Call": {"main": [[{"node": "Behind", "type": "main", "index": 0}]]}
 }})";

}  // namespace

TEST_CASE("explain --shape says what a node receives and emits") {
  const TempFolder folder("shape");
  const std::string path = folder.path() + "/Shapes.json";
  REQUIRE(file::write_atomic(path, kWorkflow).ok());
  const std::string code = commands::shape_report(path, "Code");
  CHECK(code.find("Code (n8n-nodes-base.code 2)\n") == 0);
  const std::size_t emits = code.find("emits:");
  REQUIRE(emits != std::string::npos);
  CHECK(code.find("alpha, beta") > emits);
  CHECK(commands::shape_report(path, "End").find("receives: alpha, beta") != std::string::npos);
  CHECK(commands::shape_report(path, "Behind").find("receives: no known fields; what 'Inner' gives back") !=
        std::string::npos);
  CHECK(commands::shape_report(path, "Apart").find("receives: nothing") != std::string::npos);
  CHECK_THROWS_WITH_AS(static_cast<void>(commands::shape_report(path, "Cod")), doctest::Contains("no node 'Cod'"),
                       Error);
  CHECK_THROWS_AS(static_cast<void>(commands::shape_report(folder.path() + "/none.json", "Code")), Error);
}
