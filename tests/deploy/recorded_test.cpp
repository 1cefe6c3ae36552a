#include "deploy/recorded.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "deploy/transform.h"

using namespace kairon;
using n8n::Tree;

TEST_CASE("a case's tag is the same everywhere, and seven digits") {
  CHECK(deploy::case_tag("a") == "5641996");
  CHECK(deploy::case_tag("a") != deploy::case_tag("b"));
  CHECK(deploy::case_tag("").size() == 7);
}

TEST_CASE("recorded answers of all cases are in the mock, by the case's tag; others are as before") {
  repository::DeployContent content;
  content.smoke_files.push_back(
      {"a.json", R"([{"test_name": "one", "mocks": {"Flow/Ask": [{"items": [{"n": 1}]}]}}])"});
  content.smoke_files.push_back({"b.json", R"([{"test_name": "two", "mocks": {"Flow/Ask": [{"error": "no"}]}}])"});
  content.smoke_files.push_back({"broken.json", "["});
  const auto recorded = deploy::recorded_answers(content);
  REQUIRE(recorded.size() == 1);
  CHECK(recorded.at("Flow/Ask").members().size() == 2);
  const auto code_of = [](const deploy::TransformOptions& options) {
    Tree flow = *Tree::parse(R"({"name": "Flow", "nodes": [
      {"name": "In", "type": "n8n-nodes-base.executeWorkflowTrigger", "parameters": {}},
      {"name": "Ask", "type": "n8n-nodes-base.slack", "parameters": {}}],
      "connections": {"In": {"main": [[{"node": "Ask", "type": "main", "index": 0}]]}}, "settings": {}})");
    deploy::transform_for_dev(flow, options);
    return flow["nodes"].items()[1]["parameters"]["jsCode"].string();
  };
  deploy::TransformOptions options;
  const std::string plain = code_of(options);
  CHECK_FALSE(text::contains(plain, "recorded"));
  options.recorded = recorded;
  const std::string code = code_of(options);
  CHECK(text::contains(code, "\"" + deploy::case_tag("one") + "\":[{\"items\":[{\"n\":1}]}]"));
  CHECK(text::contains(code, "const triggers = [\"In\"];"));
}
