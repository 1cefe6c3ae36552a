#include "deploy/plan.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/text.h"
#include "deploy/transform.h"
#include "n8n/credentials.h"

using namespace kairon;
using namespace kairon::deploy;
using namespace kairon::n8n;

namespace {

Tree tree(const char* text) {
  Result<Tree> parsed = Tree::parse(text);
  REQUIRE(parsed.ok());
  return *parsed;
}

Local local(const char* text) {
  Result<Local> read = read_local("w.json", text);
  REQUIRE(read.ok());
  return *read;
}

// A workflow that calls another one by its exported id and shown name.
std::string caller(const std::string& name, const std::string& id, const std::string& callee_id,
                   const std::string& callee) {
  return R"({"id":")" + id + R"(","name":")" + name +
         R"(","connections":{},"settings":{},"nodes":[{"name":"Call","id":"1","type":)"
         R"("n8n-nodes-base.executeWorkflow","typeVersion":1.2,"position":[0,0],"parameters":{"workflowId":{"__rl":true,)"
         R"("mode":"list","value":")" +
         callee_id + R"(","cachedResultName":")" + callee + R"("}}}]})";
}

const char* const kLeaf = R"({"id":"leaf","name":"Leaf","nodes":[],"connections":{},"settings":{}})";

std::string called_id(const Tree& body) {
  return body["nodes"].items().front()["parameters"]["workflowId"]["value"].string();
}

}  // namespace

TEST_CASE("sanitised keeps only what the public API takes") {
  const Tree out = sanitised(tree(R"({"name":"A","id":"1","pinData":{},"staticData":{"token":"s"},"activeVersion":{},
    "nodes":[{"name":"N","type":"t","color":1,"parameters":{"a":1}}],"connections":{},
    "settings":{"executionOrder":"v1","binaryMode":"x"}})"),
                             Dialect::one);
  CHECK(out.members().size() == 4);
  CHECK_FALSE(out["nodes"].items().front().has("color"));
  CHECK(out["nodes"].items().front()["id"].string().size() == 36);
  CHECK_FALSE(out["settings"].has("binaryMode"));
  CHECK(out["settings"]["executionOrder"].string() == "v1");
}

TEST_CASE("callees come first, cycles together") {
  const CallGraph graph = {{"A", {"B"}}, {"B", {"C", "gone"}}, {"C", {"B"}}, {"D", {}}};
  const auto groups = callees_first(graph);
  REQUIRE(groups.size() == 3);
  CHECK(groups[0] == std::vector<std::string>{"B", "C"});
  CHECK(groups[1] == std::vector<std::string>{"A"});
}

TEST_CASE("references are bound to the server's ids") {
  PlanInput input;
  input.locals = {local(caller("Root", "r", "leaf", "Leaf").c_str()), local(kLeaf)};
  input.remotes = {tree(R"({"id":"S9","name":"Leaf","active":false,"nodes":[],"connections":{},"settings":{}})")};
  const Plan plan = make_plan(input);
  REQUIRE(plan.problems.empty());
  CHECK(plan.resolved_calls == 1);
  REQUIRE(plan.steps.size() == 2);
  CHECK(plan.steps[0].action == Action::keep);
  CHECK(plan.steps[1].action == Action::create);
  CHECK(called_id(bind(plan, plan.steps[1])) == "S9");
}

TEST_CASE("what cannot be resolved is listed, all of it") {
  PlanInput input;
  input.locals = {local(caller("Root", "r", "nowhere", "Nobody").c_str()), local(caller("Two", "t", "", "").c_str()),
                  local(caller("Three", "x", "leaf", "Root").c_str()), local(kLeaf)};
  const Plan plan = make_plan(input);
  CHECK(plan.problems.size() == 3);  // unknown, empty, and a name that contradicts its id
}

TEST_CASE("two remote workflows of one name stop a deployment that needs them") {
  PlanInput input;
  input.locals = {local(kLeaf)};
  const Tree remote = tree(R"({"id":"1","name":"Leaf","nodes":[],"connections":{},"settings":{}})");
  Tree twin = remote;
  twin.set("id", "2");
  input.remotes = {remote, twin};
  CHECK(make_plan(input).problems.size() == 1);
  input.remotes[1].set("isArchived", Tree::boolean(true));
  CHECK(make_plan(input).problems.empty());
}

TEST_CASE("an edit on the server is foreign unless it is known") {
  PlanInput input;
  input.locals = {local(kLeaf)};
  input.remotes = {
      tree(R"({"id":"1","name":"Leaf","nodes":[{"name":"X","type":"t"}],"connections":{},"settings":{}})")};
  input.is_ours = [](const std::string&, const std::string&) { return false; };
  CHECK(make_plan(input).problems.size() == 1);
  input.is_ours = [](const std::string&, const std::string&) { return true; };
  CHECK(make_plan(input).problems.empty());
  input.is_ours = [](const std::string&, const std::string&) { return false; };
  input.overwrite = true;
  CHECK(make_plan(input).problems.empty());
}

TEST_CASE("credentials go by type and name, and ambiguity is an error") {
  const CredentialMap map(
      {{"1", "Main", "postgres"}, {"2", "Main", "discordBotApi"}, {"3", "Twice", "t"}, {"4", "Twice", "t"}});
  CHECK(*map.id_of({"n", "postgres", "old", "Main", false}) == "1");
  CHECK_FALSE(map.id_of({"n", "t", "3", "Twice", false}).ok());
  CHECK_FALSE(map.id_of({"n", "postgres", "1", "", false}).ok());
}

TEST_CASE("settings that the server has and the file has not are made neutral") {
  PlanInput input;
  input.locals = {local(kLeaf)};
  input.remotes = {tree(R"({"id":"1","name":"Leaf","nodes":[],"connections":{},
    "settings":{"executionTimeout":60,"callerPolicy":"workflowsFromSameOwner"}})")};
  const Plan plan = make_plan(input);
  REQUIRE(plan.steps.front().action == Action::update);
  const Tree body = bind(plan, plan.steps.front());
  CHECK(body["settings"]["executionTimeout"].integer_or(0) == -1);
  CHECK_FALSE(body["settings"].has("callerPolicy"));
}

TEST_CASE("the dev version mocks what goes outside and is stable") {
  Tree workflow = tree(R"({"name":"A","nodes":[
    {"name":"Every hour","type":"n8n-nodes-base.scheduleTrigger","parameters":{}},
    {"name":"Get","type":"n8n-nodes-base.httpRequest","parameters":{"url":"https://api.example.org/x"},"credentials":{"x":{}}},
    {"name":"Own","type":"n8n-nodes-base.httpRequest","parameters":{"url":"=http://db.local/{{ $json.a }}"}},
    {"name":"LLM","type":"@n8n/n8n-nodes-langchain.chainLlm","parameters":{}},
    {"name":"Model","type":"@n8n/n8n-nodes-langchain.lmChatOpenRouter","parameters":{}}],
    "connections":{"Model":{"ai_languageModel":[[{"node":"LLM","type":"ai_languageModel","index":0}]]}},"settings":{}})");
  TransformOptions options;
  options.allowed_hosts = {"db.local"};
  transform_for_dev(workflow, options);
  const Tree::Array& nodes = workflow["nodes"].items();
  REQUIRE(nodes.size() == 4);
  CHECK(nodes[0]["parameters"]["path"].string() == "kairon-dev/a/every-hour");
  CHECK(nodes[1]["type"].string() == "n8n-nodes-base.code");
  CHECK_FALSE(nodes[1].has("credentials"));
  CHECK(nodes[2]["type"].string() == "n8n-nodes-base.httpRequest");
  CHECK(nodes[3]["type"].string() == "n8n-nodes-base.code");
  CHECK(workflow["connections"].empty());
  CHECK(workflow["settings"]["saveDataSuccessExecution"].string() == "all");
  const std::string once = workflow.dump();
  transform_for_dev(workflow, options);
  CHECK(workflow.dump() == once);
}

TEST_CASE("what is switched off comes last, callers first") {
  PlanInput input;
  input.locals = {local(caller("Root", "r", "leaf", "Leaf").c_str()), local(kLeaf)};
  const char* const active = R"(,"active":true,"nodes":[],"connections":{},"settings":{}})";
  input.remotes = {tree((R"({"id":"1","name":"Leaf")" + std::string(active)).c_str()),
                   tree((R"({"id":"2","name":"Root")" + std::string(active)).c_str())};
  input.locals.push_back(local(R"({"name":"New","nodes":[],"connections":{},"settings":{}})"));
  const Plan plan = make_plan(input);
  REQUIRE(plan.steps.size() == 3);
  CHECK(plan.steps[0].name == "New");
  CHECK(plan.steps[1].name == "Root");
  CHECK(plan.steps[2].name == "Leaf");
}

TEST_CASE("a workflow gone from git that something still calls is not deleted") {
  PlanInput input;
  input.locals = {local(caller("Root", "r", "old", "Old").c_str())};
  input.remotes = {tree(R"({"id":"1","name":"Old","nodes":[],"connections":{},"settings":{}})")};
  input.gone = {"Old"};
  CHECK(make_plan(input).problems.empty());
  input.prune = true;
  REQUIRE(make_plan(input).problems.size() == 1);
  CHECK(make_plan(input).problems.front().message.text.find("'Root' still calls it") != std::string::npos);
  input.locals = {local(kLeaf)};
  CHECK(make_plan(input).problems.empty());
  input.remotes.push_back(tree(caller("Stranger", "9", "1", "Old").c_str()));
  CHECK(make_plan(input).problems.size() == 1);
}

TEST_CASE("what is gone from git is deleted only when it is known, and there once") {
  PlanInput input;
  input.locals = {local(kLeaf)};
  input.remotes = {tree(R"({"id":"1","name":"Old","nodes":[],"connections":{},"settings":{}})")};
  input.gone = {"Old"};
  input.prune = true;
  input.is_ours = [](const std::string&, const std::string&) { return false; };
  REQUIRE(make_plan(input).problems.size() == 1);
  CHECK(make_plan(input).problems.front().message.text.find("was edited on the server") != std::string::npos);
  input.overwrite = true;
  CHECK(make_plan(input).problems.empty());
  input.overwrite = false;
  input.prune = false;
  CHECK(make_plan(input).problems.empty());
  input.is_ours = [](const std::string&, const std::string&) { return true; };
  input.prune = true;
  CHECK(make_plan(input).problems.empty());
  input.remotes.push_back(tree(R"({"id":"2","name":"Old","nodes":[],"connections":{},"settings":{}})"));
  for (const bool prune : {true, false}) {
    input.prune = prune;
    REQUIRE(make_plan(input).problems.size() == 1);
    CHECK(make_plan(input).problems.front().message.text.find("2 workflows named 'Old' (ids 1, 2)") !=
          std::string::npos);
  }
}

TEST_CASE("tools and permitted callers are bound by name as well, in each form") {
  const auto tool = [](const std::string& parameters) {
    return R"({"name":"T","id":"1","type":"@n8n/n8n-nodes-langchain.toolWorkflow","typeVersion":2,"position":[0,0],)"
           R"("parameters":)" +
           parameters + "}";
  };
  const std::string text =
      R"({"id":"r","name":"Root","connections":{},"settings":{"callerPolicy":"workflowsFromAList","callerIds":)"
      R"("leaf, r","errorWorkflow":"leaf"},"nodes":[)" +
      tool(R"({"workflowId":"leaf"})") + "," +
      tool(R"({"source":"database","workflowId":{"__rl":true,"mode":"list","value":"zz","cachedResultName":"Leaf"}})") +
      "," + tool(R"({"source":"parameter","workflowJson":"{}"})") + "]}";
  PlanInput input;
  input.locals = {local(text.c_str()), local(kLeaf)};
  input.remotes = {tree(R"({"id":"L1","name":"Leaf","nodes":[],"connections":{},"settings":{}})"),
                   tree(R"({"id":"R1","name":"Root","nodes":[],"connections":{},"settings":{}})")};
  const Plan plan = make_plan(input);
  CHECK(plan.problems.empty());
  const auto root = std::find_if(plan.steps.begin(), plan.steps.end(), [](const Step& s) { return s.name == "Root"; });
  REQUIRE(root != plan.steps.end());
  const Tree body = bind(plan, *root);
  CHECK(body["nodes"].items()[0]["parameters"]["workflowId"].string() == "L1");
  CHECK(body["nodes"].items()[1]["parameters"]["workflowId"]["value"].string() == "L1");
  CHECK(body["settings"]["callerIds"].string() == "L1,R1");
  CHECK(body["settings"]["errorWorkflow"].string() == "L1");
  input.locals = {local(text::replace_all(text, "leaf, r", "leaf, nobody").c_str()), local(kLeaf)};
  REQUIRE(make_plan(input).problems.size() == 1);
  CHECK(make_plan(input).problems.front().message.text.find("settings.callerIds") != std::string::npos);
}

TEST_CASE("an active cycle is a problem where workflows are published") {
  PlanInput input;
  input.locals = {local(caller("A", "a", "b", "B").c_str()), local(caller("B", "b", "a", "A").c_str())};
  input.publishes = true;
  CHECK(make_plan(input).problems.empty());
  input.activate = {"A"};
  CHECK(make_plan(input).problems.size() == 1);
  input.publishes = false;
  CHECK(make_plan(input).problems.empty());
}
