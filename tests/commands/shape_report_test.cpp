#include "commands/shape_report.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/temp.h"
#include "json/document.h"

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
  {"name": "Loop", "type": "n8n-nodes-base.splitInBatches", "typeVersion": 3, "position": [0, 0],
   "parameters": {"batchSize": 5}},
  {"name": "Rows", "type": "n8n-nodes-base.code", "typeVersion": 2, "position": [0, 0], "parameters": {"jsCode":
   "return $json.rows.map(r => ({json: {id: 5, tags: ['a'], at: {when: $now, by: String(r), ok: true}, r, no: null}}));"}},
  {"name": "Test", "type": "n8n-nodes-base.if", "typeVersion": 2, "position": [0, 0], "parameters": {}},
  {"name": "Sum", "type": "n8n-nodes-base.aggregate", "typeVersion": 1, "position": [0, 0],
   "parameters": {"aggregate": "aggregateAllItemData"}},
  {"name": "Apart", "type": "n8n-nodes-base.noOp", "typeVersion": 1, "position": [0, 0], "parameters": {}}
 ], "connections": {
  "Start": {"main": [[{"node": "Code", "type": "main", "index": 0}]]},
  "Code": {"main": [[{"node": "End", "type": "main", "index": 0}, {"node": "Call", "type": "main", "index": 0}]]},
  "Rows": {"main": [[{"node": "Test", "type": "main", "index": 0}]]},
  "Test": {"main": [[{"node": "Loop", "type": "main", "index": 0}], [{"node": "Sum", "type": "main", "index": 0}]]},
  "End": {"main": [[{"node": "Rows", "type": "main", "index": 0}]]},
  "Call": {"main": [[{"node": "Behind", "type": "main", "index": 0}]]}
 }})";

/// What the report says of the node as text.
std::string shown(const std::string& path, const std::string& node) {
  return commands::shape_text(commands::shape_report(path, node));
}

struct File {
  File() { REQUIRE(file::write_atomic(path, kWorkflow).ok()); }
  TempFolder folder{"shape"};
  std::string path = folder.path() + "/Shapes.json";
};

}  // namespace

TEST_CASE("explain --shape says what a node receives and emits") {
  const File file;
  CHECK(shown(file.path, "Code") ==
        "Code (n8n-nodes-base.code 2)\n"
        "  receives: one item\n"
        "    other fields are possible\n"
        "  emits: one item; new ones: paired only when one item, or as many, came in\n"
        "    alpha: number\n"
        "    beta: number\n");
  CHECK(shown(file.path, "Behind").find("receives: an unknown number of items\n    and what 'Inner' gives back\n") !=
        std::string::npos);
  CHECK(shown(file.path, "Apart").find("receives: nothing") != std::string::npos);
  CHECK_THROWS_WITH_AS(static_cast<void>(commands::shape_report(file.path, "Cod")), doctest::Contains("no node 'Cod'"),
                       Error);
  CHECK_THROWS_AS(static_cast<void>(commands::shape_report(file.folder.path() + "/none.json", "Code")), Error);
}

TEST_CASE("explain --shape shows kinds, nested keys, counts and pairing of each output") {
  const File file;
  const std::string fields =
      "    at: object\n"
      "      by: text\n"
      "      ok: boolean\n"
      "      when: text or date\n"
      "    id: number\n"
      "    no: null\n"
      "    r: unknown\n"
      "    tags: list of (text)\n";
  const std::string test = shown(file.path, "Test");
  CHECK(test.find("receives: any number of items, usually several\n" + fields) != std::string::npos);
  CHECK(test.find("emits at true, false: at most as many items as came in; each paired with the item that it was "
                  "made from\n" +
                  fields) != std::string::npos);
  const std::string loop = shown(file.path, "Loop");
  CHECK(loop.find("emits at done: nothing") != std::string::npos);
  CHECK(loop.find("emits at loop: 1 to 5 items") != std::string::npos);
  CHECK(shown(file.path, "Sum").find("emits: one item; paired with all items that came in\n    data: list of") !=
        std::string::npos);
  CHECK(shown(file.path, "End").find("emits: one item;") != std::string::npos);
  const std::string start = shown(file.path, "Start");
  CHECK(start.find("receives") == std::string::npos);
  CHECK(start.find("emits: one item\n") != std::string::npos);
}

TEST_CASE("explain --shape as JSON") {
  const File file;
  const auto parsed = json::Document::parse(commands::shape_json(commands::shape_report(file.path, "Test")));
  REQUIRE(parsed.document);
  const json::Value root = parsed.document->root();
  CHECK(root["receives"]["items"]["count"].string() == "unknown");
  CHECK(root["receives"]["items"]["most"].is_null());
  REQUIRE(root["emits"].size() == 1);
  const json::Value emits = root["emits"].at(0);
  CHECK(emits["outputs"].at(1).string() == "false");
  CHECK(emits["items"]["count"].string() == "at most as many as came in");
  CHECK(emits["pairing"].string() == "kept");
  const json::Value fields = emits["data"]["fields"];
  CHECK(emits["data"]["open"].type() == json::Type::boolean);
  CHECK_FALSE(emits["data"]["open"].boolean());
  CHECK(fields["at"]["object"]["fields"]["when"]["kinds"].at(1).string() == "date");
  CHECK(fields["r"]["kinds"].at(0).string() == "unknown");
  CHECK(fields["tags"]["element"]["kinds"].at(0).string() == "text");
  const auto start = json::Document::parse(commands::shape_json(commands::shape_report(file.path, "Start")));
  REQUIRE(start.document);
  CHECK(start.document->root()["receives"].is_null());
  CHECK(start.document->root()["emits"].at(0)["items"]["count"].string() == "one");
}
