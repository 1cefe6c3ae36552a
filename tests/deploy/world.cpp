#include "deploy/world.h"

namespace kairon::deploy {

namespace {

std::string node(const std::string& name, const std::string& type, const std::string& parameters,
                 const std::string& more = "") {
  return R"({"name":")" + name + R"(","id":")" + name + R"(","type":"n8n-nodes-base.)" + type +
         R"(","typeVersion":1,"position":[0,0],"parameters":)" + parameters + more + "}";
}

}  // namespace

std::string hook(const std::string& path) {
  return node("Hook", "webhook", R"({"httpMethod":"POST","path":")" + path + R"("})");
}
std::string code(const std::string& text) { return node("Code", "code", R"({"jsCode":")" + text + R"("})"); }
std::string trigger() { return node("Start", "executeWorkflowTrigger", "{}"); }
std::string call(const std::string& name) {
  return node("Call " + name, "executeWorkflow",
              R"({"workflowId":{"__rl":true,"mode":"list","value":"file-)" + name + R"(","cachedResultName":")" + name +
                  R"("}})");
}
std::string query() {
  return node("SQL", "postgres", R"({"query":"select 1"})",
              R"(,"credentials":{"postgres":{"id":"elsewhere","name":"Main DB"}})");
}

n8n::Local workflow(const std::string& name, bool active, const std::string& nodes, const std::string& settings) {
  const Result<n8n::Local> local =
      n8n::read_local(name + ".json", R"({"id":"file-)" + name + R"(","name":")" + name + R"(","active":)" +
                                          (active ? "true" : "false") + R"(,"connections":{},"settings":)" + settings +
                                          R"(,"nodes":[)" + nodes + "]}");
  REQUIRE(local.ok());
  return *local;
}

std::vector<n8n::Local> first_version(n8n::Dialect dialect) {
  const std::string errors = R"({"errorWorkflow":"file-Errors","executionOrder":"v1"})";
  std::vector<n8n::Local> all = {workflow("Errors", false, node("On", "errorTrigger", "{}")),
                                 workflow("Store", false, trigger() + "," + query()),
                                 workflow("Same", false, trigger() + "," + code("same")),
                                 workflow("Old", true, hook("old") + "," + code("old")),
                                 workflow("Uses", false, trigger() + "," + call("Same"), errors),
                                 workflow("One", true, hook("one") + "," + call("Store"), errors),
                                 workflow("Two", true, hook("two") + "," + call("Old"), errors)};
  if (dialect == n8n::Dialect::one) {
    all.push_back(workflow("Ping", false, trigger() + "," + call("Pong")));
    all.push_back(workflow("Pong", false, trigger() + "," + call("Ping")));
  }
  return all;
}

std::vector<n8n::Local> second_version(n8n::Dialect dialect) {
  const std::string errors = R"({"errorWorkflow":"file-Errors","executionOrder":"v1","executionTimeout":60})";
  std::vector<n8n::Local> all = {workflow("Errors", false, node("On", "errorTrigger", "{}")),
                                 workflow("Store", false, trigger() + "," + query() + "," + code("more")),
                                 workflow("Same", false, trigger() + "," + code("same")),
                                 workflow("Uses", false, trigger() + "," + call("Same"), errors),
                                 workflow("New", false, trigger() + "," + call("Store")),
                                 workflow("One", true, hook("two") + "," + call("New"), errors),
                                 workflow("Two", true, hook("one") + "," + code("22"), "{}"),
                                 workflow("Three", true, hook("three") + "," + call("Uses"))};
  if (dialect == n8n::Dialect::one) {
    all.push_back(workflow("Ping", false, trigger() + "," + call("Pong") + "," + code("p")));
    all.push_back(workflow("Pong", false, trigger() + "," + call("Ping")));
    all.push_back(workflow("Tick", false, trigger() + "," + call("Tock")));
    all.push_back(workflow("Tock", false, trigger() + "," + call("Tick")));
  }
  return all;
}

}  // namespace kairon::deploy
