#include <algorithm>
#include <cstdio>

#include "base/text.h"
#include "deploy/drift.h"
#include "deploy/world.h"

using namespace kairon;
using namespace kairon::deploy;
using namespace kairon::n8n;

namespace {

Local read_file(const std::string& text) {
  Result<Local> local = read_local("w.json", text);
  REQUIRE(local.ok());
  return std::move(local).value();
}

std::string plain(const std::string& name, const std::string& more) {
  return R"({"id":")" + name + R"(","name":")" + name + R"(","connections":{},"nodes":[)" + trigger() + "]," + more +
         "}";
}

Plan plan_of(World& world, std::vector<Local> locals) {
  World::Run run(world, world.order(std::move(locals)));
  return run.deployment.plan();
}

std::size_t count_notes(const Plan& plan, const std::string& words) {
  return static_cast<std::size_t>(std::count_if(plan.notes.begin(), plan.notes.end(),
                                                [&](const std::string& note) { return text::contains(note, words); }));
}

std::string form_trigger(const std::string& path) {
  return R"({"name":"Ask","id":"1","type":"n8n-nodes-base.formTrigger","typeVersion":2.2,"position":[0,0],)"
         R"("parameters":{"options":{"path":")" +
         path + R"("}}})";
}

std::string mcp_trigger(const std::string& path) {
  return R"({"name":"Tools","id":"1","type":"@n8n/n8n-nodes-langchain.mcpTrigger","typeVersion":2,"position":[0,0],)"
         R"("parameters":{"path":")" +
         path + R"("}})";
}

std::string chat_trigger(const std::string& id) {
  return R"({"name":"Chat","id":"1","type":"@n8n/n8n-nodes-langchain.chatTrigger","typeVersion":1.1,"position":[0,0],)"
         R"("webhookId":")" +
         id + R"(","parameters":{"public":true}})";
}

Tree active(const Local& local, const std::string& name) {
  Tree tree = local.tree;
  tree.set("name", name);
  tree.set("active", Tree::boolean(true));
  return tree;
}

std::vector<std::string> tags_on(World& world, const std::string& name) { return tag_names(*world.server.find(name)); }

}  // namespace

TEST_CASE("tags reach the server, alone when nothing else differs, and a rollback takes them back") {
  for (const Dialect dialect : {Dialect::one, Dialect::two}) {
    World world(dialect);
    const auto billing = [](const std::string& tags) {
      return read_file(plain("Billing", R"("settings":{},"tags":)" + tags));
    };
    CHECK(world.deploy({billing(R"([{"name":"billing"},"monthly"])")}).outcome == Outcome::deployed);
    CHECK(tags_on(world, "Billing") == std::vector<std::string>{"billing", "monthly"});
    const DeployResult again = world.deploy({billing(R"([{"name":"monthly"},{"name":"billing"}])")});
    CHECK(again.outcome == Outcome::nothing_to_do);
    const DeployResult other = world.deploy({billing(R"([{"name":"weekly"}])")});
    CHECK(other.outcome == Outcome::deployed);
    CHECK(other.writes == 1);
    CHECK(tags_on(world, "Billing") == std::vector<std::string>{"weekly"});
    // A file without tags leaves those of the server alone.
    CHECK(world.deploy({billing("[]")}).outcome == Outcome::nothing_to_do);
    const std::string before = world.server.state();
    const Local broken =
        workflow("Zzz", true, R"({"name":"X","id":"x","type":"n8n-nodes-base.tooNew","parameters":{}},)" + hook("z"));
    const DeployResult failed = world.deploy({billing(R"(["yearly"])"), broken});
    CHECK(failed.outcome == Outcome::rolled_back);
    CHECK(world.server.state() == before);
  }
}

TEST_CASE("what the API does not take is named once, and not again when nothing changes") {
  for (const Dialect dialect : {Dialect::one, Dialect::two}) {
    World world(dialect);
    const std::vector<Local> locals = {
        read_file(
            plain("Billing", R"("description":"monthly run","settings":{"binaryMode":"separate","engineType":"v2"})")),
        read_file(plain("Pictures", R"("settings":{"binaryMode":"separate"},"description":"")"))};
    const Plan plan = plan_of(world, locals);
    CHECK(count_notes(plan, std::string(dialect == Dialect::one ? "description (Billing), " : "it: ") +
                                "settings.binaryMode (Billing, Pictures), settings.engineType (Billing)") == 1);
    CHECK(world.deploy(locals).outcome == Outcome::deployed);
    const Plan second = plan_of(world, locals);
    CHECK_FALSE(second.has_writes());
    CHECK(count_notes(second, "not deployed") == 0);
  }
}

TEST_CASE("2.x: node groups are deployed and taken back; a description goes along; archived twins are named") {
  World world(Dialect::two);
  const auto billing = [](const std::string& group) {
    return read_file(plain("Billing", R"("settings":{},"description":"monthly","nodeGroups":[{"id":"g","name":")" +
                                          group + R"(","nodeIds":["Start"]}])"));
  };
  Tree archived = workflow("Billing", false, trigger()).tree;
  archived.set("isArchived", Tree::boolean(true));
  const std::string twin = world.server.put(archived);
  CHECK(count_notes(plan_of(world, {billing("A")}),
                    "archived workflows of these names, which stay as they are: Billing (" + twin + ")") == 1);
  CHECK(world.deploy({billing("A")}).outcome == Outcome::deployed);
  const auto stored = [&] {
    World::Run run(world, world.order({}));
    for (Tree& one : run.api.workflows())
      if (!one["isArchived"].boolean_or(false)) return run.api.workflow(one["id"].string()).json;
    return Tree();
  };
  CHECK(stored()["nodeGroups"].items()[0]["name"].string() == "A");
  CHECK(stored()["description"].string() == "monthly");
  CHECK(world.deploy({billing("A")}).outcome == Outcome::nothing_to_do);
  const Local broken =
      workflow("Zzz", true, R"({"name":"X","id":"x","type":"n8n-nodes-base.tooNew","parameters":{}},)" + hook("z"));
  CHECK(world.deploy({billing("B"), broken}).outcome == Outcome::rolled_back);
  CHECK(stored()["nodeGroups"].items()[0]["name"].string() == "A");
  CHECK(world.deploy({billing("B")}).outcome == Outcome::deployed);
  CHECK(stored()["nodeGroups"].items()[0]["name"].string() == "B");
}

TEST_CASE("2.x: a description alone is deployed, costs no request when it is known, and a rollback takes it back") {
  World world(Dialect::two);
  const auto billing = [](const std::string& text) {
    return read_file(plain("Billing", R"("settings":{},"description":")" + text + "\""));
  };
  const auto described = [&] { return (*world.server.find("Billing"))["description"].string(); };
  CHECK(world.deploy({billing("monthly")}).outcome == Outcome::deployed);
  const std::size_t begun = world.server.requests();
  CHECK(world.deploy({billing("monthly")}).outcome == Outcome::nothing_to_do);
  CHECK(world.server.requests() - begun == 2);
  const DeployResult changed = world.deploy({billing("weekly")});
  CHECK(changed.outcome == Outcome::deployed);
  CHECK(changed.writes == 1);
  CHECK(described() == "weekly");
  const Local broken =
      workflow("Zzz", true, R"({"name":"X","id":"x","type":"n8n-nodes-base.tooNew","parameters":{}},)" + hook("z"));
  CHECK(world.deploy({billing("daily"), broken}).outcome == Outcome::rolled_back);
  CHECK(described() == "weekly");
  CHECK(world.deploy({billing("weekly")}).outcome == Outcome::nothing_to_do);
  CHECK(world.deploy({billing("daily")}).outcome == Outcome::deployed);
  CHECK(described() == "daily");
}

TEST_CASE("drift sees all that a deployment writes: description, tags, node groups, switched on or off") {
  for (const Dialect dialect : {Dialect::one, Dialect::two}) {
    CAPTURE(dialect == Dialect::two);
    World world(dialect);
    const std::vector<Local> locals = {
        read_file(plain("Billing", R"("settings":{},"description":"monthly","tags":["billing"],)"
                                   R"("nodeGroups":[{"id":"g","name":"A","nodeIds":["Start"]}])")),
        read_file(plain("Bare", R"("settings":{})")), workflow("Entry", true, hook("entry"))};
    REQUIRE(world.deploy(locals).outcome == Outcome::deployed);
    // changes WORKFLOW: what a look finds, and how many requests it costs
    std::size_t requests = 0;
    const auto changes = [&](const std::string& name) {
      World::Run run(world, world.order(locals));
      const std::size_t begun = world.server.requests();
      (void)run.deployment.check_references();
      const Drift drift = run.deployment.check_drift("");
      requests = world.server.requests() - begun;
      std::string found;
      for (const Edit& edit : drift.edited) found += edit.workflow == name ? text::join(edit.changes, "; ") : "else";
      return found;
    };
    (void)changes("");
    CHECK(changes("") == "");
    CHECK(requests == 2);
    // edit WORKFLOW KEY VALUE: as the editor does it, and back
    const auto edited = [&](const std::string& name, const char* key, Tree value) {
      const Tree before = *world.server.find(name);
      world.server.find(name)->set(key, std::move(value));
      world.server.find(name)->set("updatedAt", "2026-01-31T12:00:00.000Z");
      std::string found = changes(name);
      *world.server.find(name) = before;
      CHECK(changes("") == "");
      return found;
    };
    const bool has_drafts = dialect == Dialect::two;
    CHECK(edited("Billing", "description", "yearly") == (has_drafts ? "description" : ""));
    CHECK(edited("Billing", "description", Tree()) == (has_drafts ? "description" : ""));
    CHECK(edited("Billing", "nodeGroups", Tree::array()) == (has_drafts ? "node groups" : ""));
    CHECK(edited("Billing", "tags", Tree::array()) == "tags");
    CHECK(edited("Bare", "description", "by hand") == "");
    CHECK(edited("Bare", "tags", (*world.server.find("Billing"))["tags"]) == "");
    CHECK(edited("Entry", "active", Tree::boolean(false)) == "deactivated");
    // What is only saved again is no edit; it costs a request once where a description was deployed.
    world.server.find("Billing")->set("updatedAt", "2026-01-31T12:00:00.000Z");
    CHECK(changes("") == "");
    CHECK(changes("") == "");
    CHECK(requests == 2);
    // The next deployment sees the edit as well.
    world.server.find("Billing")->set("description", "yearly");
    world.server.find("Billing")->set("updatedAt", "2026-01-31T13:00:00.000Z");
    CHECK(world.deploy(locals).outcome == (has_drafts ? Outcome::deployed : Outcome::nothing_to_do));
    if (has_drafts) CHECK((*world.server.find("Billing"))["description"].string() == "monthly");
    // What 0.1.0 noted has fingerprints alone.
    State bare = read_state(world.journal.state());
    for (auto& [name, left] : bare) left = Left{left.print};
    world.journal.set_state(to_text(bare));
    CHECK(edited("Billing", "description", "yearly") == "");
    CHECK(edited("Billing", "tags", Tree::array()) == "");
    CHECK(edited("Entry", "active", Tree::boolean(false)) == "");
  }
}

TEST_CASE("a workflow that is gone from git is switched off, which is no drift") {
  World world(Dialect::one);
  REQUIRE(world.deploy({workflow("A", false, trigger()), workflow("Entry", true, hook("entry"))}).outcome ==
          Outcome::deployed);
  REQUIRE(world.deploy({workflow("A", false, trigger())}).outcome == Outcome::deployed);
  World::Run run(world, world.order({}));
  (void)run.deployment.check_references();
  CHECK_FALSE(run.deployment.check_drift("").any());
}

TEST_CASE("a 2.x without drafts takes no description, so one that changes there is no drift") {
  World world(Dialect::two);
  world.server.forget_drafts();
  const std::vector<Local> locals = {read_file(plain("Billing", R"("settings":{},"description":"monthly")"))};
  REQUIRE(world.deploy(locals).outcome == Outcome::deployed);
  world.server.find("Billing")->set("description", "by hand");
  World::Run run(world, world.order(locals));
  (void)run.deployment.check_references();
  CHECK_FALSE(run.deployment.check_drift("").any());
}

TEST_CASE("1.x: what is inactive is read back too, before anything is activated") {
  World world(Dialect::one);
  Local store = workflow("Store", false, trigger() + "," + query());
  store.tree = *Tree::parse(text::replace_all(store.tree.dump(), "Main DB", "Nobody's DB"));
  bool activated = false;
  world.server.watch([&](const http::Request& one) { activated = activated || one.url.ends_with("/activate"); });
  const DeployResult result = world.deploy({store, workflow("Entry", true, hook("entry") + "," + call("Store"))});
  CHECK(result.outcome == Outcome::rolled_back);
  CHECK(text::contains(result.failure.text, "'Store': node 'SQL' uses the postgres credential"));
  CHECK_FALSE(activated);
}

TEST_CASE("two workflows of one name in different projects are told as that") {
  World world(Dialect::two);
  for (const char* project : {"p1", "p2"}) {
    Tree one = workflow("A", false, trigger()).tree;
    const Result<Tree> shared =
        Tree::parse(std::string(R"([{"role":"workflow:owner","projectId":")") + project + R"("}])");
    REQUIRE(shared.ok());
    one.set("shared", *shared);
    world.server.put(one);
  }
  const Plan plan = plan_of(world, {workflow("A", false, trigger())});
  REQUIRE(plan.problems.size() == 1);
  CHECK(text::contains(plan.problems.front().message.text, "2 workflows named 'A' in 2 projects"));
}

TEST_CASE("a form, chat or MCP path that is taken stops the plan") {
  for (const std::string& node : {form_trigger("sign-up"), mcp_trigger("tools"), chat_trigger("c-1")}) {
    CAPTURE(node);
    World world(Dialect::one);
    const Local local = workflow("Signup", true, node);
    world.server.put(active(local, "Somebody's"));
    const Plan plan = plan_of(world, {local});
    REQUIRE(plan.problems.size() == 1);
    CHECK(text::contains(plan.problems.front().message.text, "is taken by the server's workflow 'Somebody's'"));
  }
  World world(Dialect::one);
  const Local local = workflow("Signup", true, form_trigger("sign-up"));
  Local twin = workflow("Twin", true, form_trigger("sign-up"));
  const Plan plan = plan_of(world, {local, twin});
  REQUIRE(plan.problems.size() == 1);
  CHECK(plan.problems.front().message.text == "'Twin' and 'Signup' both want the form path sign-up");
}

TEST_CASE("a webhook without webhookId gets the one that kairon fix would write") {
  World world(Dialect::one);
  CHECK(world.deploy({workflow("Orders", true, hook("orders"))}).outcome == Outcome::deployed);
  const std::string id = (*world.server.find("Orders"))["nodes"].items()[0]["webhookId"].string();
  CHECK(id.size() == 36);
  CHECK(world.deploy({workflow("Orders", true, hook("orders"))}).outcome == Outcome::nothing_to_do);
}

TEST_CASE("a credential that is missing is one problem with its nodes counted") {
  World world(Dialect::two);
  const std::string missing = text::replace_all(query(), "Main DB", "Nobody's");
  const Plan plan = plan_of(world, {workflow("A", false, trigger() + "," + missing), workflow("B", false, missing),
                                    workflow("C", false, missing)});
  REQUIRE(plan.problems.size() == 1);
  CHECK(text::contains(plan.problems.front().message.text, "which the server does not have (3 nodes in 3 workflows)"));
}

TEST_CASE("what was edited or deleted on the server since the deployment is found, and nothing else") {
  for (const Dialect dialect : {Dialect::one, Dialect::two}) {
    World world(dialect);
    REQUIRE(world.deploy(first_version(dialect)).outcome == Outcome::deployed);
    World::Run run(world, world.order(first_version(dialect)));
    const auto drift = [&] {
      (void)run.deployment.check_references();
      return run.deployment.check_drift("");
    };
    CHECK_FALSE(drift().any());
    CHECK(drift().same == first_version(dialect).size());
    const Tree before = *world.server.find("Store");
    world.server.find("Store")->set("nodes", Tree::array());
    world.server.find("Store")->set("updatedAt", "2026-01-31T12:00:00.000Z");
    world.server.put(active(workflow("Stranger", false, trigger()), "Stranger"));
    world.server.erase("Uses");
    REQUIRE(drift().edited.size() == 1);
    CHECK(shown(drift().edited.front()) == "Store (at 2026-01-31T12:00:00.000Z)");
    CHECK(drift().absent == std::vector<std::string>{"Uses"});
    *world.server.find("Store") = before;
    CHECK(drift().edited.empty());
  }
}

TEST_CASE("fingerprints of another canonical form are not compared; a colleague's deployment is no edit") {
  CHECK_FALSE(comparable_state(R"({"workflows":{"A":"1"}})"));
  const State whole{{"A", {"1", true, std::vector<std::string>{"a"}, "2", Tree::array()}}, {"B", {"3"}}};
  CHECK(comparable_state(to_text(whole)) == whole);
  World world(Dialect::one);
  REQUIRE(world.deploy({workflow("A", false, trigger())}).outcome == Outcome::deployed);
  const State theirs = read_state(world.journal.state());
  DriftQuestion question;
  question.here = Deployed{{{"A", {"an older version"}}}, "", ""};
  question.last = Deployed{theirs, "c0ffee", "kim@desk"};
  World::Run run(world, world.order({}));
  const Drift drift = find_drift(run.api.workflows(), question);
  CHECK_FALSE(drift.any());
  CHECK(drift.by_others == std::vector<std::string>{"A"});
}

// 22 workflows as the audited system has them: 18 that are called, 3 webhooks, an error workflow. Locked by a tag,
// which an environment with a database does without: 2 requests fewer when something is written, and 2 that release the
// lock.
TEST_CASE("the number of requests for 22 workflows does not grow") {
  for (const Dialect dialect : {Dialect::one, Dialect::two}) {
    const auto set = [](const std::string& version) {
      const std::string errors = R"({"errorWorkflow":"file-Errors","executionOrder":"v1"})";
      std::vector<Local> all = {
          workflow("Errors", false, R"({"name":"On","id":"1","type":"n8n-nodes-base.errorTrigger","parameters":{}})")};
      for (int i = 0; i < 18; ++i)
        all.push_back(
            workflow("Sub " + std::to_string(i), false, trigger() + "," + code(i == 7 ? version : "same"), errors));
      for (int i = 0; i < 3; ++i)
        all.push_back(workflow("Hook " + std::to_string(i), true,
                               hook("h" + std::to_string(i)) + "," + call("Sub " + std::to_string(i)), errors));
      return all;
    };
    World world(dialect);
    const auto requests = [&](const std::string& version) {
      const std::size_t begun = world.server.requests();
      const DeployResult result = world.deploy(set(version));
      CHECK(result.plan.problems.empty());
      return world.server.requests() - begun;
    };
    CAPTURE(dialect == Dialect::two);
    const std::size_t first = requests("1");
    const std::size_t nothing = requests("1");
    const std::size_t one = requests("2");
    std::printf("requests for 22 workflows on %s: first deployment %zu, nothing changed %zu, one changed %zu\n",
                dialect == Dialect::two ? "2.x" : "1.x", first, nothing, one);
    CHECK(nothing == 2);
    CHECK(one == 8);
    CHECK(first == (dialect == Dialect::two ? 41 : 42));
  }
}
