#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "base/format.h"
#include "lint/check.h"
#include "lint/rule.h"
#include "support/fixture_catalogue.h"

using namespace kairon;

namespace {

namespace fs = std::filesystem;

std::vector<lint::Finding> findings(const std::string& text) {
  return lint::check_workflow(text, "Demo.json", &test::fixture_catalogue()).findings;
}

std::size_t count(const std::vector<lint::Finding>& all, std::string_view rule) {
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const lint::Finding& one) { return one.rule == rule; }));
}

/// A workflow of a trigger and one node after it.
std::string workflow_of(std::string_view type, std::string_view version, std::string_view parameters,
                        std::string_view more = {}) {
  return format(R"({{"name":"Demo","nodes":[
    {{"name":"Start","type":"n8n-nodes-base.manualTrigger","typeVersion":1,"position":[0,0],"parameters":{{}}}},
    {{"name":"Node","type":"{}","typeVersion":{},"position":[0,0],"parameters":{}{}}}],
    "connections":{{"Start":{{"main":[[{{"node":"Node","type":"main","index":0}}]]}}}}}})",
                type, version, parameters, more);
}

std::vector<lint::Finding> of_rule(std::string_view rule, const std::string& text) {
  auto all = findings(text);
  std::erase_if(all, [&](const lint::Finding& one) { return one.rule != rule; });
  return all;
}

}  // namespace

TEST_CASE("rules that need the catalogue: their examples, and silence without one") {
  for (const lint::WorkflowRule* rule : lint::workflow_rules()) {
    if (rule->needs != lint::Needs::catalogue) continue;
    CAPTURE(rule->info.id);
    for (const std::string kind : {"bad", "good"}) {
      const std::string folder = KAIRON_SOURCE_DIR "/tests/fixtures/rules/" + std::string(rule->info.id) + "/" + kind;
      REQUIRE(fs::is_directory(folder));
      for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string text = file::read(entry.path().string()).value();
        CHECK(count(findings(text), rule->info.id) == (kind == "bad" ? 1 : 0));
        CHECK(count(lint::check_workflow(text, "Demo.json").findings, rule->info.id) == 0);
      }
    }
  }
}

TEST_CASE("node/unknown-type: core types are errors, community types warnings") {
  const auto core = of_rule("node/unknown-type", workflow_of("n8n-nodes-base.postgress", "1", "{}"));
  REQUIRE(core.size() == 1);
  CHECK(core[0].severity == lint::Severity::error);
  CHECK(core[0].message.remedy == "did you mean 'n8n-nodes-base.postgres'?");
  CHECK(core[0].line == 3);
  const auto community = of_rule("node/unknown-type", workflow_of("n8n-nodes-other.thing", "1", "{}"));
  REQUIRE(community.size() == 1);
  CHECK(community[0].severity == lint::Severity::warning);
  // The fixture holds nothing of the second package: no verdict on its types.
  CHECK(of_rule("node/unknown-type", workflow_of("@n8n/n8n-nodes-langchain.agent", "1", "{}")).empty());
  CHECK(of_rule("node/unknown-type", workflow_of("n8n-nodes-base.noOpTool", "1", "{}")).size() == 1);
  CHECK(of_rule("node/unknown-type", workflow_of("n8n-nodes-base.discordTool", "2", "{}")).empty());
}

TEST_CASE("node/unknown-version: only of types that n8n versions") {
  CHECK(of_rule("node/unknown-version", workflow_of("n8n-nodes-base.set", "3.9", "{}")).size() == 1);
  CHECK(of_rule("node/unknown-version", workflow_of("n8n-nodes-base.set", "3.9", "{}", R"(,"disabled":true)")).size() ==
        1);
  CHECK(of_rule("node/unknown-version", workflow_of("n8n-nodes-base.code", "9", "{}")).empty());
  CHECK(of_rule("node/unknown-version", workflow_of("n8n-nodes-base.set", "\"x\"", "{}")).empty());
}

TEST_CASE("node/unknown-parameter: what n8n itself writes is allowed") {
  const char* rule = "node/unknown-parameter";
  CHECK(of_rule(rule, workflow_of("n8n-nodes-base.rssFeedReadTrigger", "1", R"({"pollTimes":{}})")).empty());
  CHECK(of_rule(rule, workflow_of("n8n-nodes-base.noOp", "1", R"({"pollTimes":{"item":[]}})")).size() == 1);
  CHECK(of_rule(rule, workflow_of("n8n-nodes-base.noOp", "1", R"({"requestOptions":{}})")).empty());
  CHECK(of_rule(rule,
                workflow_of("n8n-nodes-base.discordTool", "2", R"({"descriptionType":"manual","toolDescription":"x"})"))
            .empty());
  CHECK(of_rule(rule, workflow_of("n8n-nodes-base.discord", "2", R"({"toolDescription":"x"})")).size() == 1);
}

TEST_CASE("node/unknown-parameter: a key that carries nothing loses nothing") {
  const auto set = [](std::string_view value) {
    return of_rule("node/unknown-parameter", workflow_of("n8n-nodes-base.set", "3.4",
                                                         format(R"({{"options":{{"fresh":{0}}},"fresh":{0}}})", value)))
        .size();
  };
  for (const char* nothing : {"{}", "[]", "\"\"", "null", "false"}) CHECK(set(nothing) == 0);
  for (const char* something : {"{\"a\":1}", "[1]", "\"x\"", "0", "true"}) CHECK(set(something) == 2);
}

TEST_CASE("node/unknown-parameter: the empty options of a chain are n8n's own, filled ones are lost") {
  const auto index =
      catalogue::reduce({{"@n8n/n8n-nodes-langchain",
                          R"([{"name":"chainLlm","version":1,"properties":[{"name":"text","type":"string"}]}])"}},
                        "1");
  REQUIRE(index.ok());
  const auto opened = test::open_index(*index);
  REQUIRE(opened.ok());
  const auto found = [&](std::string_view options) {
    const std::string text =
        workflow_of("@n8n/n8n-nodes-langchain.chainLlm", "1", format(R"({{"text":"a","options":{}}})", options));
    return count(lint::check_workflow(text, "Demo.json", opened->get()).findings, "node/unknown-parameter");
  };
  CHECK(found("{}") == 0);
  CHECK(found(R"({"needsFallback":true})") == 1);
}

TEST_CASE("node/invalid-option: literals, lists, modes, and what is left alone") {
  const char* rule = "node/invalid-option";
  const auto discord = [&](std::string_view parameters) {
    return of_rule(rule, workflow_of("n8n-nodes-base.discord", "2", parameters)).size();
  };
  CHECK(discord(R"({"resource":"reaction"})") == 1);
  CHECK(discord(R"({"resource":"={{ $json.r }}"})") == 0);
  CHECK(discord(R"({"operation":"={{ $json.r }}"})") == 0);
  CHECK(discord(R"({"operation":"list"})") == 1);
  CHECK(discord(R"({"resource":"member","operation":"list"})") == 0);
  CHECK(discord(R"({"resource":"__CUSTOM_API_CALL__"})") == 0);
  CHECK(discord(R"({"channel":"anything"})") == 0);
  CHECK(discord(R"({"model":"tomorrow's"})") == 0);
  CHECK(discord(R"({"retries":5})") == 0);
  CHECK(discord(R"({"retries":4})") == 1);
  CHECK(discord(R"({"extra":{"style":{"look":{"color":"green"}}}})") == 1);
  const auto postgres = [&](std::string_view parameters) {
    return of_rule(rule, workflow_of("n8n-nodes-base.postgres", "2.4", parameters)).size();
  };
  CHECK(postgres(R"({"columns":["a","c","d"]})") == 2);
  CHECK(postgres(R"({"table":{"__rl":true,"mode":"name","value":"t"}})") == 0);
  CHECK(postgres(R"({"table":{"__rl":true,"mode":"url","value":"t"}})") == 1);
  CHECK(postgres(R"({"operation":"executeQuery","table":{"__rl":true,"mode":"url","value":"t"}})") == 0);
}

TEST_CASE("node/invalid-option: a mode that n8n can do without") {
  const auto locator = [](std::string_view mode, std::string_view value) {
    return of_rule("node/invalid-option",
                   workflow_of("n8n-nodes-base.postgres", "2.4",
                               format(R"({{"table":{{"__rl":true,"mode":"{}","value":{}}}}})", mode, value)));
  };
  CHECK(locator("", "\"\"").empty());
  for (const char* mode : {"", "expression"}) {
    const auto found = locator(mode, "\"={{ $json.t }}\"");
    REQUIRE(found.size() == 1);
    CHECK(found[0].severity == lint::Severity::warning);
  }
  CHECK(locator("string", "\"t\"").at(0).severity == lint::Severity::error);
}

TEST_CASE("node/required-parameter: a trigger for calls declares an input or passes everything through") {
  const auto called = [](std::string_view version, std::string_view parameters) {
    return of_rule("node/required-parameter",
                   format(R"({{"name":"Demo","nodes":[{{"name":"Called","type":"n8n-nodes-base.executeWorkflowTrigger",
      "typeVersion":{},"position":[0,0],"parameters":{}}}],"connections":{{}}}})",
                          version, parameters))
        .size();
  };
  CHECK(called("1.1", "{}") == 1);
  CHECK(called("1.1", R"({"workflowInputs":{"values":[]}})") == 1);
  CHECK(called("1.1", R"({"workflowInputs":{"values":[{"name":"a"}]}})") == 0);
  CHECK(called("1.1", R"({"inputSource":"passthrough"})") == 0);
  CHECK(called("1.1", R"({"inputSource":"jsonExample","jsonExample":"{}"})") == 0);
  CHECK(called("1", "{}") == 0);
}

TEST_CASE("node/required-parameter: only nodes that n8n looks at before a run") {
  const char* rule = "node/required-parameter";
  const std::string empty = R"({"operation":"executeQuery"})";
  CHECK(of_rule(rule, workflow_of("n8n-nodes-base.postgres", "2.4", empty)).size() == 1);
  CHECK(of_rule(rule, workflow_of("n8n-nodes-base.postgres", "2.4", empty, R"(,"disabled":true)")).empty());
  std::string apart = workflow_of("n8n-nodes-base.postgres", "2.4", empty);
  apart.replace(apart.find("\"Start\":{"), 7, "\"Other\"");
  CHECK(of_rule(rule, apart).empty());
}
