// Rules over all workflows where a few files change: only those that the change concerns are looked at, and what is
// found is what all of them side by side give.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/temp.h"
#include "base/text.h"
#include "check/check.h"
#include "config/settings.h"
#include "lint/support.h"
#include "lint/support/calls.h"

using namespace kairon;
using lint_test::node;
using lint_test::wire;

namespace {

using Files = std::map<std::string, std::string>;

constexpr const char* kDeclared = ".env.example";
/// So that the rules of an upgrade speak, too.
constexpr lint::Upgrade kTarget{1, 2};

/// Numbers below a limit.
class Dice {
 public:
  explicit Dice(unsigned seed) : engine_(seed) {}
  int operator()(int limit) { return static_cast<int>(engine_() % static_cast<unsigned>(limit)); }
  bool one_in(int count) { return (*this)(count) == 0; }

 private:
  std::mt19937 engine_;
};

/// A workflow that has to do with others in many ways: few names, ids, paths and variables.
std::string workflow(Dice& dice) {
  std::vector<std::string> nodes;
  std::vector<std::string> names;
  const auto add = [&](const std::string& title, std::string_view type, const std::string& parameters,
                       std::string_view version) {
    names.push_back(title);
    nodes.push_back(node(title, type, parameters, version));
  };
  const char* inputs[] = {R"({"inputSource": "passthrough"})", R"({"workflowInputs": {"values": [{"name": "a"}]}})",
                          R"({"workflowInputs": {"values": [{"name": "a"}, {"name": "b"}]}})"};
  if (dice.one_in(3))
    add("Start", "manualTrigger", "{}", "1");
  else
    add("Start", "executeWorkflowTrigger", inputs[dice(3)], "1.1");
  if (dice.one_in(3)) add("Hook", "webhook", format(R"({{"path": "p{}", "httpMethod": "POST"}})", dice(4)), "2");
  if (dice.one_in(4)) add("Pause", "wait", R"({"amount": 2, "unit": "minutes"})", "1.1");
  for (int i = dice(3); i > 0; --i) {
    const std::string mapped = dice.one_in(2) ? R"(, "workflowInputs": {"value": {"a": "1"}})" : "";
    const std::string how = dice.one_in(4) ? format(R"("mode": "id", "value": "id{}")", dice(6))
                                           : format(R"("mode": "list", "value": "id{}", "cachedResultName": "{}{}")",
                                                    dice(6), dice.one_in(6) ? "Wrong" : "W", dice(8));
    add(format("Call {}", i), "executeWorkflow", format(R"({{"workflowId": {{"__rl": true, {}}}{}}})", how, mapped),
        "1.2");
  }
  const std::string value = dice.one_in(3)   ? format("={{{{ $env.V{} }}}}", dice(4))
                            : dice.one_in(2) ? format("={{{{ $json.f{} }}}}", dice(4))
                                             : std::string("x");
  add("Set", "set",
      format(R"({{"assignments": {{"assignments": [{{"name": "f{}", "value": "{}"}}]}}}})", dice(4), value), "3.4");
  std::string edges;
  for (std::size_t i = 0; i + 1 < names.size(); ++i) edges += (i == 0 ? "" : ",") + wire(names[i], names[i + 1]);
  std::string all;
  for (const std::string& one : nodes) all += (all.empty() ? "" : ",") + one;
  return format(R"({{{}"id": "id{}", "active": {}, "isArchived": {}, "nodes": [{}], "connections": {{{}}}}})",
                dice.one_in(15) ? "" : format(R"("name": "W{}", )", dice(8)), dice(6),
                dice.one_in(2) ? "true" : "false", dice.one_in(8) ? "true" : "false", all, edges);
}

std::string path_of(int number) { return format("n8n-workflows/W{}.json", number); }

Files random_state(Dice& dice) {
  Files files;
  for (int i = 0; i < 12; ++i)
    if (!dice.one_in(4)) files[path_of(i)] = workflow(dice);
  if (dice.one_in(2)) files[kDeclared] = "V0=x\n";
  return files;
}

Files changed_state(Files files, Dice& dice) {
  for (int i = 1 + dice(2); i > 0; --i) {
    const std::string path = path_of(dice(12));
    if (dice.one_in(4))
      files.erase(path);
    else
      files[path] = workflow(dice);
  }
  if (dice.one_in(8)) files[kDeclared] = "V1=x\n";
  return files;
}

repository::Snapshot snapshot_of(const Files& files) {
  repository::Snapshot snapshot;
  for (const auto& [path, content] : files) {
    auto& list = path == kDeclared ? snapshot.others : snapshot.workflows;
    list.push_back({path, "w" + hash::sha256(content)});
  }
  snapshot.read = [files](const repository::SnapshotFile& file) { return files.at(file.path); };
  return snapshot;
}

using Lines = std::vector<std::string>;

bool is_tree_rule(const std::string& id) {
  return std::ranges::any_of(lint::tree_rules(), [&](const lint::TreeRule* rule) { return rule->info.id == id; });
}

/// Findings of rules over all workflows, with their help.
Lines shown(std::vector<lint::Finding> findings) {
  std::erase_if(findings, [](const lint::Finding& finding) {
    return !is_tree_rule(finding.rule) && !text::contains(finding.message.remedy, "(from ");
  });
  Lines lines;
  for (const lint::Finding& finding : findings)
    lines.push_back(format("{}:{}:{}: {}[{}] {}: {} ({})", finding.path, finding.line, finding.column,
                           lint::severity_name(finding.severity), finding.rule, finding.node, finding.message.text,
                           finding.message.remedy));
  std::ranges::sort(lines);
  return lines;
}

lint::Tree tree_of(const Files& files, const std::set<std::string>& only) {
  lint::Tree tree;
  tree.target = kTarget;
  for (const auto& [path, content] : files) {
    if (path == kDeclared) {
      tree.declared_variables.emplace();
      for (const auto& [name, value] : config::parse_dotenv(content)) tree.declared_variables->push_back(name);
      continue;
    }
    tree.files.push_back({path, hash::sha256(content), lint::check_workflow(content, path).facts, only.contains(path)});
  }
  return tree;
}

/// What all files side by side give.
Lines expected(const Files& before, const Files& now, const std::set<std::string>& only) {
  const auto identity = [](const lint::Finding& f) { return std::tuple(f.rule, f.path, f.node, f.message.text); };
  const lint::Tree old_tree = tree_of(before, only);
  lint::Tree tree = tree_of(now, only);
  for (const lint::TreeFile& file : old_tree.files) {
    const auto has_name = [&](const lint::TreeFile& one) {
      return lint::is_live(one) && one.facts.name == file.facts.name;
    };
    if (lint::is_live(file) && !file.facts.name.empty() && std::ranges::none_of(tree.files, has_name))
      tree.removed.push_back({file.path, file.facts.name, file.facts.id});
  }
  std::set<std::tuple<std::string, std::string, std::string, std::string>> old;
  for (const lint::Finding& finding : lint::check_tree(old_tree)) old.insert(identity(finding));
  std::vector<lint::Finding> findings;
  for (lint::Finding& finding : lint::check_tree(tree)) {
    const bool reported = only.contains(finding.path);
    if (reported || !old.contains(identity(finding))) findings.push_back(std::move(finding));
  }
  lint::Ruleset(lint::RulesetName::kairon).apply(findings);
  return shown(std::move(findings));
}

/// What the check finds, with the cache in that file.
Lines found(const Files& before, const Files& now, const std::set<std::string>& only, const std::string& cache_file) {
  const repository::Snapshot base = snapshot_of(before);
  const repository::Snapshot state = snapshot_of(now);
  check::CheckRequest request;
  request.now = &state;
  request.base = &base;
  request.only = only;
  request.target = kTarget;
  check::VerdictCache cache(cache_file, "test");
  check::CheckResult result = check::run_check(request, lint::Ruleset(lint::RulesetName::kairon), cache);
  cache.save();
  return shown(std::move(result.findings));
}

std::set<std::string> difference(const Files& before, const Files& now) {
  std::set<std::string> paths;
  for (const Files* files : {&before, &now})
    for (const auto& [path, content] : *files) {
      const auto a = before.find(path);
      const auto b = now.find(path);
      if (a == before.end() || b == now.end() || a->second != b->second) paths.insert(path);
    }
  return paths;
}

/// Makes the facts of a state known, as the commits before did.
void remember(const Files& files, const std::string& cache_file) {
  static_cast<void>(found({}, files, difference({}, files), cache_file));
}

std::string shown(const Files& files) {
  std::string out;
  for (const auto& [path, content] : files) out += format("\n{}: {}", path, content);
  return out;
}

}  // namespace

TEST_CASE("a change among workflows of every kind finds what all of them side by side give") {
  const TempFolder folder("test");
  std::set<std::string> rules;
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    Dice dice(seed);
    const Files before = random_state(dice);
    const Files now = changed_state(before, dice);
    const std::set<std::string> only = difference(before, now);
    const std::string cache = folder.path() + "/verdicts";
    std::filesystem::remove(cache);
    remember(before, cache);
    const Lines wanted = expected(before, now, only);
    CAPTURE(seed);
    CAPTURE(shown(before));
    CAPTURE(shown(now));
    CHECK(found(before, now, only, cache) == wanted);
    for (const std::string& line : wanted)
      rules.insert(line.substr(line.find('[') + 1, line.find(']') - line.find('[') - 1));
  }
  // The states are worth something only when every rule has something to say about them.
  for (const lint::TreeRule* rule : lint::tree_rules()) {
    CAPTURE(rule->info.id);
    CHECK(rules.contains(std::string(rule->info.id)));
  }
  CHECK(rules.contains("flow/missing-field"));
}

namespace {

/// A change that says something at the changed file and, through its callers, at one that did not change.
struct Change {
  Files before;
  Files now;
  std::set<std::string> only;
  Lines wanted;

  Change() {
    for (unsigned seed = 1;
         wanted.size() < 2 ||
         std::ranges::all_of(wanted,
                             [this](const std::string& line) { return only.contains(line.substr(0, line.find(':'))); });
         ++seed) {
      Dice dice(seed);
      before = random_state(dice);
      now = changed_state(before, dice);
      only = difference(before, now);
      wanted = expected(before, now, only);
    }
  }
};

}  // namespace

TEST_CASE("a facts table that is damaged anywhere gives the same findings") {
  const TempFolder folder("test");
  const std::string cache = folder.path() + "/verdicts";
  const Change change;
  remember(change.before, cache);
  const std::string whole = file::read(cache).value();
  REQUIRE(found(change.before, change.now, change.only, cache) == change.wanted);
  for (std::size_t at = 0; at < whole.size(); at += 3) {
    CAPTURE(at);
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
    REQUIRE(file::write_atomic(cache, damaged, 0600, file::Durability::cached).ok());
    CHECK(found(change.before, change.now, change.only, cache) == change.wanted);
  }
  for (std::size_t size = 0; size < whole.size(); size += 7) {
    CAPTURE(size);
    REQUIRE(file::write_atomic(cache, whole.substr(0, size), 0600, file::Durability::cached).ok());
    CHECK(found(change.before, change.now, change.only, cache) == change.wanted);
    CHECK(found(change.before, change.now, change.only, cache) == change.wanted);
  }
}

TEST_CASE("a facts table of another build, or one that cannot be written, gives the same findings") {
  const TempFolder folder("test");
  const std::string cache = folder.path() + "/verdicts";
  const Change change;
  SUBCASE("none") {}
  SUBCASE("another build") {
    remember(change.before, cache);
    std::string other = file::read(cache).value();
    other[std::string("kairon verdicts 2 ").size()] ^= 1;
    REQUIRE(file::write_atomic(cache, other).ok());
  }
  SUBCASE("another folder's") {
    Dice dice(99);
    remember(random_state(dice), cache);
  }
  SUBCASE("a folder in its place") { std::filesystem::create_directories(cache + "/folder"); }
  SUBCASE("no room") {
    CHECK(found(change.before, change.now, change.only, "/dev/full") == change.wanted);
    CHECK(std::filesystem::is_character_file("/dev/full"));
    CHECK(found(change.before, change.now, change.only, "/proc/no/such/place") == change.wanted);
  }
  SUBCASE("read-only") {
    remember(change.before, cache);
    std::filesystem::permissions(cache, std::filesystem::perms::owner_read);
    std::filesystem::permissions(folder.path(),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  }
  CHECK(found(change.before, change.now, change.only, cache) == change.wanted);
  CHECK(found(change.before, change.now, change.only, cache) == change.wanted);
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}

TEST_CASE("unchanged files are not read where their facts are known, callers of a changed result aside") {
  const TempFolder folder("test");
  const std::string cache = folder.path() + "/verdicts";
  const Change change;
  remember(change.before, cache);
  const repository::Snapshot base = snapshot_of(change.before);
  repository::Snapshot state = snapshot_of(change.now);
  std::set<std::string> read;
  state.read = [&](const repository::SnapshotFile& file) {
    read.insert(file.path);
    return change.now.at(file.path);
  };
  check::CheckRequest request;
  request.now = &state;
  request.base = &base;
  request.only = change.only;
  request.target = kTarget;
  check::VerdictCache verdicts(cache, "test");
  static_cast<void>(check::run_check(request, lint::Ruleset(lint::RulesetName::kairon), verdicts));
  read.erase(kDeclared);
  for (const std::string& path : read) {
    CAPTURE(path);
    CHECK((change.only.contains(path) || text::contains(change.now.at(path), "cachedResultName")));
  }
}

TEST_CASE("an archived workflow that stays is not called deleted") {
  const TempFolder folder("test");
  const std::string trigger = node("Start", "executeWorkflowTrigger", R"({"inputSource": "passthrough"})", "1.1");
  const std::string call =
      node("Call", "executeWorkflow",
           R"({"workflowId": {"__rl": true, "mode": "list", "value": "1", "cachedResultName": "Old"}})", "1.2");
  const auto named = [](const char* name, const char* archived, const std::string& nodes, const std::string& edges) {
    return format(R"({{"name": "{}", "isArchived": {}, "nodes": [{}], "connections": {{{}}}}})", name, archived, nodes,
                  edges);
  };
  const std::string start = node("Start", "manualTrigger");
  Files before{{path_of(1), named("Old", "true", trigger, "")},
               {path_of(2), named("Caller", "false", start + "," + call, wire("Start", "Call"))},
               {path_of(3), named("Other", "false", start, "")}};
  Files now = before;
  now[path_of(3)] = named("Other", "false", start + "," + node("Then", "noOp"), wire("Start", "Then"));
  CHECK(found(before, now, {path_of(3)}, folder.path() + "/verdicts") == Lines());
  // Archived in this commit, it is missing to its callers.
  before[path_of(1)] = named("Old", "false", trigger, "");
  now = before;
  now[path_of(1)] = named("Old", "true", trigger, "");
  const Lines lines = found(before, now, {path_of(1)}, folder.path() + "/verdicts");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].starts_with(path_of(2)));
  CHECK(text::contains(lines[0], "call/deleted"));
}
