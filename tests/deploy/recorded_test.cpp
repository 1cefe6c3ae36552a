#include "deploy/recorded.h"

#include <doctest/doctest.h>

#include "base/environment.h"
#include "base/process.h"
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

TEST_CASE("a mock answers with what its case recorded, chosen by the id of the message") {
  const auto node = environment::find_program("node");
  if (!node) {
    MESSAGE("skipped in part: no node runs the mock");
    return;
  }
  const Tree recorded =
      *Tree::parse(R"({")" + deploy::case_tag("one") + R"(": [{"items": [{"n": 1, "of": "{{run}}"}]}], ")" +
                   deploy::case_tag("two") + R"(": [{"items": [{"n": 2}]}, {"error": "no"}]})");
  const auto answer = [&](const std::string& input, int run, const std::string& trigger = "[]") {
    const std::string script =
        "const $input = {all: () => " + input + "}; const $runIndex = " + std::to_string(run) +
        "; const $ = () => ({all: () => " + trigger + "});\n" + "const asked = () => {\n" +
        deploy::replay_code(recorded, *Tree::parse(R"(["In"])")) +
        "return 'standard';\n};\n"
        "try { console.log(JSON.stringify(asked())); } catch (error) { console.log(error.message); }";
    process::Command command;
    command.argv = {*node, "-e", script};
    const Result<process::Outcome> outcome = process::run(command);
    REQUIRE(outcome.ok());
    return std::string(text::trim(outcome->output));
  };
  const std::string one = "91" + deploy::case_tag("one") + "0123456789";
  const std::string two = "91" + deploy::case_tag("two") + "0123456789";
  const auto item = [](const std::string& id) { return R"([{"json": {"id": ")" + id + R"("}}])"; };
  CHECK(answer(item(one), 0) == R"([{"json":{"n":1,"of":")" + one + R"("},"pairedItem":{"item":0}}])");
  CHECK(answer(item(two), 0) == R"([{"json":{"n":2},"pairedItem":{"item":0}}])");
  CHECK(answer(item(two), 1) == "no");
  CHECK(answer(item(two), 5) == "no");
  // Where the input does not show the id, what started the workflow does.
  CHECK(answer(item(""), 0, item(two)) == R"([{"json":{"n":2},"pairedItem":{"item":0}}])");
  // A case without answers for this node gets the standard one.
  CHECK(answer(item("9199999990123456789"), 0) == "\"standard\"");
}
