#include "workflow/facts.h"

#include <doctest/doctest.h>

#include "lint/check.h"
#include "workflow/facts_pack.h"

using namespace kairon;
using workflow::CallFact;
using workflow::Facts;

namespace {

Facts facts_of(std::string_view nodes) {
  std::string text = R"({"name":"W","id":"w1","active":true,"connections":{},"nodes":[)" + std::string(nodes) + "]}";
  return lint::check_workflow(std::move(text), "W.json").facts;
}

std::string packed(const Facts& facts) {
  std::string text;
  pack::Writer out(text);
  out(facts);
  return text;
}

}  // namespace

TEST_CASE("webhook paths as n8n registers them") {
  const auto path = [](std::string_view parameters, std::string_view rest = "") {
    const Facts facts = facts_of(R"({"name":"H","type":"n8n-nodes-base.webhook","webhookId":"id1","parameters":)" +
                                 std::string(parameters) + std::string(rest) + "}");
    return facts.webhooks.empty() ? std::string("none") : facts.webhooks[0].method + " " + facts.webhooks[0].path;
  };
  CHECK(path(R"({"path":"/a/b/","httpMethod":"POST"})") == "POST a/b");
  CHECK(path(R"({})") == "GET id1");
  CHECK(path(R"({"path":"u/:id"})") == "GET id1/u/:id");
  CHECK(path(R"({"path":"x","multipleMethods":true,"httpMethod":["PUT"]})") == "PUT x");
  const Facts both =
      facts_of(R"({"name":"H","type":"n8n-nodes-base.webhook","parameters":{"path":"x","multipleMethods":true}})");
  REQUIRE(both.webhooks.size() == 2);
  CHECK(both.webhooks[0].method + " " + both.webhooks[1].method == "GET POST");
  CHECK(path(R"({"path":"={{ $env.X }}"})") == "GET ={{ $env.X }}");
  CHECK(path(R"({"path":"={{ $env.X + $json.y }}"})") == "GET ");
  CHECK(path(R"({"path":"={{ 1 + 1 }}"})") == "GET ");
  CHECK(path(R"({"path":"x"})", R"(,"disabled":true)") == "none");
}

TEST_CASE("calls") {
  const Facts facts = facts_of(
      R"({"name":"A","type":"n8n-nodes-base.executeWorkflow","typeVersion":1.2,"parameters":{"workflowId":{"__rl":true,"mode":"list","value":"x","cachedResultName":"Other"},"workflowInputs":{"mappingMode":"defineBelow","value":{"q":1}}}},)"
      R"({"name":"B","type":"n8n-nodes-base.executeWorkflow","typeVersion":1.2,"parameters":{"workflowId":{"mode":"id","value":"x"}}},)"
      R"({"name":"C","type":"n8n-nodes-base.executeWorkflow","typeVersion":1,"parameters":{"workflowId":"x"}},)"
      R"({"name":"D","type":"n8n-nodes-base.executeWorkflow","typeVersion":1.2,"parameters":{"workflowId":{"mode":"list","value":"x"}}})");
  REQUIRE(facts.calls.size() == 3);
  CHECK(facts.calls[0].kind == CallFact::Kind::by_list);
  CHECK(facts.calls[0].name == "Other");
  CHECK(facts.calls[0].inputs == std::vector<std::string>{"q"});
  CHECK(facts.calls[1].kind == CallFact::Kind::by_id);
  CHECK(facts.calls[2].kind == CallFact::Kind::by_name_missing);
}

TEST_CASE("facts survive being written and read") {
  Facts facts = facts_of(
      R"({"name":"T","type":"n8n-nodes-base.executeWorkflowTrigger","typeVersion":1.1,"notes":"kairon: allow a/b because","parameters":{"workflowInputs":{"values":[{"name":"q"}]}}},)"
      R"({"name":"H","type":"n8n-nodes-base.webhook","parameters":{"path":"x\ny","httpMethod":["GET","POST"]}})");
  facts.variables.push_back({{"N", 3, 4}, "KEY"});
  facts.result.known = true;
  facts.result.calls.emplace_back("Other");
  workflow::CalledReadFact& read = facts.called_reads.emplace_back();
  read.place.column = 6;
  read.ctx_lost = true;
  read.fields.emplace_back("c");
  REQUIRE(facts.declared_inputs == std::vector<std::string>{"q"});
  REQUIRE(facts.suppressions.size() == 1);
  const std::string text = packed(facts);
  Facts read_back;
  pack::Reader in(text);
  in(read_back);
  REQUIRE(in.ok());
  REQUIRE(in.at_end());
  const Facts* const back = &read_back;
  CHECK(packed(*back) == text);
  CHECK(back->webhooks.size() == 2);
  CHECK(back->result.known);
  CHECK(back->result.calls == std::vector<std::string>{"Other"});
  REQUIRE(back->called_reads.size() == 1);
  CHECK(back->called_reads[0].place.column == 6);
  CHECK(back->called_reads[0].ctx_lost);
  CHECK(back->called_reads[0].fields == std::vector<std::string>{"c"});
  CHECK(back->suppressions[0].rule == "a/b");
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    Facts cut;
    pack::Reader shorter(std::string_view(text).substr(0, size));
    shorter(cut);
    CHECK_FALSE(shorter.ok());
  }
}
