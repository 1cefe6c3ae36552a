#include "deploy/transform.h"

#include <doctest/doctest.h>

#include "deploy/mocks.h"
#include "n8n/content.h"

using namespace kairon;
using namespace kairon::deploy;
using namespace kairon::n8n;

namespace {

Tree node(const std::string& type, const std::string& parameters = "{}") {
  const std::string full = type.find('.') == std::string::npos ? "n8n-nodes-base." + type : type;
  const Result<Tree> parsed = Tree::parse(R"({"name":"N","id":"1","position":[0,0],"credentials":{"a":{"id":"1"}},)"
                                          R"("onError":"continueRegularOutput","type":")" +
                                          full + R"(","parameters":)" + parameters + "}");
  REQUIRE(parsed.ok());
  return *parsed;
}

Tree transformed(const std::vector<Tree>& nodes, const TransformOptions& options = {},
                 const std::string& connections = "{}") {
  Tree workflow = Tree::object();
  workflow.set("name", "My Flow");
  Tree& list = workflow.set("nodes", Tree::array());
  for (const Tree& one : nodes) list.push(one);
  workflow.set("connections", *Tree::parse(connections));
  transform_for_dev(workflow, options);
  return workflow;
}

Tree first(const Tree& workflow) { return workflow["nodes"].items().at(0); }
std::string code_of(const Tree& one) { return one["parameters"]["jsCode"].string(); }
bool has(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("what only computes or uses the environment's own stores stays as it is") {
  for (const char* type : {"code", "set", "if", "switch", "merge", "postgres", "redis", "executeWorkflow",
                           "executeWorkflowTrigger", "errorTrigger", "manualTrigger", "respondToWebhook", "webhook",
                           "splitInBatches", "stopAndError", "noOp", "stickyNote"}) {
    CAPTURE(type);
    CHECK(treatment_of(node(type)) == Treatment::keep);
    CHECK(first(transformed({node(type)})) == node(type));
  }
}

TEST_CASE(
    "what reaches the outside answers from a Code node: in no table "
    "means outside") {
  for (const char* type :
       {"discord", "httpRequest", "telegram", "slack", "emailSend", "gmail", "ssh", "ftp", "executeCommand", "s3",
        "@n8n/n8n-nodes-langchain.chainLlm", "@n8n/n8n-nodes-langchain.agent", "@n8n/n8n-nodes-langchain.openAi",
        "n8n-nodes-somebody.theirs"}) {
    CAPTURE(type);
    const Tree mock = first(transformed({node(type)}));
    CHECK(mock["type"].string() == "n8n-nodes-base.code");
    CHECK_FALSE(mock.has("credentials"));
    CHECK(mock["name"].string() == "N");
    CHECK(mock["onError"].string() == "continueRegularOutput");
    CHECK(has(mock["notes"].string(), "kairon"));
    CHECK(has(code_of(mock), "$input.all()"));
  }
}

TEST_CASE(
    "triggers of the clock and the outside become webhooks that can be "
    "called") {
  for (const char* type : {"scheduleTrigger", "cron", "interval", "emailReadImap", "discordTrigger", "telegramTrigger",
                           "n8n-nodes-somebody.theirTrigger"}) {
    CAPTURE(type);
    const Tree hook = first(transformed({node(type)}));
    CHECK(hook["type"].string() == "n8n-nodes-base.webhook");
    CHECK(hook["parameters"]["path"].string() == "kairon-dev/my-flow/n");
    CHECK(hook["parameters"]["httpMethod"].string() == "POST");
    CHECK_FALSE(hook["webhookId"].string().empty());
  }
  CHECK(dev_path("Über Flow!", "Every 5 min") == "kairon-dev/ber-flow/every-5-min");
}

TEST_CASE("HTTP requests stay only for allowed hosts that stand in the url") {
  TransformOptions options;
  options.allowed_hosts = {"embedder.local"};
  const auto type_for = [&](const std::string& url) {
    return first(transformed({node("httpRequest", R"({"url":")" + url + R"("})")}, options))["type"].string();
  };
  const std::string kept = "n8n-nodes-base.httpRequest";
  CHECK(type_for("http://embedder.local:8000/embed") == kept);
  CHECK(type_for("=http://EMBEDDER.local/{{ $json.path }}") == kept);
  for (const char* url :
       {"https://discord.com/api/v10/channels/1/messages", "=https://{{ $json.host }}/x", "={{ $env.EMBEDDER }}/embed",
        "http://embedder.local.evil.example/", "=http://embedder.local{{ $json.x }}/", "http://user@embedder.local/",
        "", "embedder.local/embed"}) {
    CAPTURE(url);
    CHECK(type_for(url) != kept);
  }
}

TEST_CASE(
    "a mock answers in the shape of the real node, the repository's own "
    "answer first") {
  const auto http = [](const std::string& url) {
    return code_of(first(transformed({node("httpRequest", R"({"url":")" + url + R"("})")})));
  };
  CHECK(has(http("https://discord.com/api/v10/channels/1/messages"), "channel_id"));
  CHECK(has(http("https://discord.com/api/v10/channels/1/messages/2/reactions/x/@me"), "=> ({});"));
  CHECK(has(http("https://discord.com/api/v10/channels/1/threads"), "thread_metadata"));
  CHECK(has(http("http://x.example/embed"), "embedding"));
  CHECK(has(http("https://openrouter.ai/api/v1/chat/completions"), "choices"));
  CHECK(has(http("https://x.example/"), "ok: true"));
  CHECK(has(code_of(first(transformed({node("@n8n/n8n-nodes-langchain.chainLlm")}))), "text: 'mock answer'"));
  CHECK(has(code_of(first(transformed({node("@n8n/n8n-nodes-langchain.agent")}))), "output: 'mock answer'"));
  CHECK(has(code_of(first(transformed(
                {node("httpRequest",
                      R"({"url":"https://x.example/","options":{"response":{"response":{"fullResponse":true}}}})")}))),
            "statusCode: 200"));
  TransformOptions options;
  options.answers["My Flow/N"] = *Tree::parse(R"({"own":"</script> \"quoted\""})");
  CHECK(has(code_of(first(transformed({node("discord")}, options))),
            R"(const answers = {"own":"</script> \"quoted\""};)"));
}

TEST_CASE(
    "models, memories and tools go with the root that is mocked, and "
    "stay for one that is not") {
  Tree model = node("@n8n/n8n-nodes-langchain.lmChatOpenRouter");
  model.set("name", "Model");
  Tree agent = node("@n8n/n8n-nodes-langchain.agent");
  agent.set("name", "Agent");
  Tree kept = node("code");
  kept.set("name", "Kept");
  const std::string to_agent =
      R"({"Model":{"ai_languageModel":[[{"node":"Agent","type":"ai_languageModel","index":0}]]}})";
  const Tree alone = transformed({agent, model}, {}, to_agent);
  CHECK(alone["nodes"].items().size() == 1);
  CHECK(alone["connections"].empty());
  const std::string to_both = R"({"Model":{"ai_languageModel":[[{"node":"Agent","type":"ai_languageModel","index":0},)"
                              R"({"node":"Kept","type":"ai_languageModel","index":0}]]}})";
  CHECK(transformed({agent, model, kept}, {}, to_both)["nodes"].items().size() == 3);
}

TEST_CASE(
    "executions are saved, waits are short, the main webhook has its "
    "path, all of it is marked and stable") {
  TransformOptions options;
  options.webhook_path = "kairon-main";
  Tree workflow = transformed(
      {node("webhook", R"({"path":"={{ $env.WEBHOOK_PATH }}"})"), node("wait", R"({"amount":3,"unit":"hours"})"),
       node("wait", R"({"resume":"webhook"})"), node("webhook", R"({"path":"={{ $json.x }}"})")},
      options);
  const Tree::Array& nodes = workflow["nodes"].items();
  CHECK(nodes[0]["parameters"]["path"].string() == "kairon-main");
  CHECK(nodes[1]["parameters"]["unit"].string() == "seconds");
  CHECK(nodes[1]["parameters"]["amount"].integer_or(0) == 1);
  CHECK(nodes[2]["parameters"]["resume"].string() == "webhook");
  CHECK(nodes[3]["parameters"]["path"].string() == "kairon-dev/my-flow/n");
  CHECK(workflow["settings"]["saveDataErrorExecution"].string() == "all");
  CHECK(workflow["settings"]["saveDataSuccessExecution"].string() == "all");
  CHECK(workflow["meta"]["transformedForDev"].boolean_or(false));
  // The public API takes no meta: what is sent is the same without it.
  CHECK_FALSE(sanitised(workflow, Dialect::two).has("meta"));
  const std::string once = workflow.dump();
  transform_for_dev(workflow, options);
  CHECK(workflow.dump() == once);
}
