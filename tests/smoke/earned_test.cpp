#include "smoke/earned.h"

#include <doctest/doctest.h>

#include "smoke/coverage.h"

using namespace kairon;
using n8n::Tree;

namespace {

const char* const kFlow = R"({"name": "Flow", "nodes": [
  {"name": "Hook", "type": "n8n-nodes-base.webhook"}, {"name": "If", "type": "n8n-nodes-base.if"},
  {"name": "A", "type": "n8n-nodes-base.noOp"}, {"name": "B", "type": "n8n-nodes-base.noOp"},
  {"name": "Off", "type": "n8n-nodes-base.noOp", "disabled": true},
  {"name": "Note", "type": "n8n-nodes-base.stickyNote"},
  {"name": "Model", "type": "@n8n/n8n-nodes-langchain.lmChatOpenAi"}], "connections": {
  "Hook": {"main": [[{"node": "If", "type": "main", "index": 0}]]},
  "If": {"main": [[{"node": "A", "type": "main", "index": 0}], [{"node": "B", "type": "main", "index": 0}]]},
  "Model": {"ai_languageModel": [[{"node": "A", "type": "ai_languageModel", "index": 0}]]}}})";

}  // namespace

TEST_CASE("nodes that can run count, and the outputs of nodes that branch") {
  const Tree flow = *Tree::parse(kFlow);
  const smoke::WorkflowShare share = smoke::share_of(flow, {{"Hook", {0}}, {"If", {1}}, {"B", {}}, {"Model", {}}});
  CHECK(share.nodes.executed == 3);
  CHECK(share.nodes.total == 4);
  CHECK(share.branches.executed == 1);
  CHECK(share.branches.total == 2);
}

TEST_CASE("a workflow counts as executed when a recorded case ran a node of it") {
  smoke::CoverageReport report;
  report.workflows = {{.name = "Flow", .path = "f.json", .tests = {}},
                      {.name = "Other", .path = "o.json", .tests = {}}};
  std::vector<n8n::Local> files(1);
  files[0].path = "f.json";
  files[0].name = "Flow";
  files[0].tree = *Tree::parse(kFlow);
  smoke::CoverageRecord record;
  record.commit = "abc";
  record.cases["one"]["Flow"] = {{"Hook", {0}}, {"If", {0}}, {"A", {}}};
  record.cases["two"]["Flow"] = {{"If", {1}}};
  smoke::add_executed(report, files, record);
  CHECK(report.executed == 1);
  CHECK(report.executed_percent() == 50);
  CHECK(report.workflows[0].executed_by.size() == 2);
  CHECK(report.share.branches.executed == 2);
  REQUIRE(report.run);
  CHECK(report.run->commit == "abc");
}
