#include "deploy/record.h"

#include <algorithm>
#include <ctime>

namespace kairon::deploy {

namespace {

// Of canonical(): one more whenever it gives another text for the same workflow.
constexpr long long kForm = 3;

n8n::Tree list_of(const auto& strings) {
  n8n::Tree list = n8n::Tree::array();
  for (const std::string& one : strings) list.push(one);
  return list;
}

std::set<std::string> set_of(const n8n::Tree& list) {
  std::set<std::string> out;
  for (const n8n::Tree& one : list.items()) out.insert(one.string());
  return out;
}

n8n::Tree prints_of(const State& state) {
  n8n::Tree out = n8n::Tree::object();
  for (const auto& [name, left] : state) out.set(name, left.print);
  return out;
}

// Apart from the fingerprints, which older versions of the suite read.
n8n::Tree besides_of(const State& state) {
  n8n::Tree out = n8n::Tree::object();
  for (const auto& [name, left] : state) {
    n8n::Tree one = n8n::Tree::object();
    if (left.active) one.set("active", n8n::Tree::boolean(*left.active));
    if (left.tags) one.set("tags", list_of(*left.tags));
    if (!left.description.empty()) one.set("description", left.description);
    if (left.groups) one.set("nodeGroups", *left.groups);
    if (!one.empty()) out.set(name, std::move(one));
  }
  return out;
}

State state_of(const n8n::Tree& prints, const n8n::Tree& besides) {
  State state;
  for (const auto& [name, print] : prints.members()) {
    Left left{print.string()};
    const n8n::Tree& one = besides[name];
    if (one["active"].is_boolean()) left.active = one["active"].boolean_or(false);
    if (one["tags"].is_array()) left.tags = n8n::tag_names(one);
    left.description = one["description"].string();
    if (one["nodeGroups"].is_array()) left.groups = one["nodeGroups"];
    state[name] = std::move(left);
  }
  return state;
}

// Only what read_local() and the plan look at: a file's pinData has no business in the journal.
n8n::Tree slim(const n8n::Tree& workflow) {
  n8n::Tree out = n8n::Tree::object();
  for (const char* key :
       {"id", "name", "active", "isArchived", "nodes", "connections", "settings", "staticData", "tags", "updatedAt"})
    if (workflow.has(key)) out.set(key, workflow[key]);
  return out;
}

// A resumed deployment sends what the first one would have sent.
n8n::Tree wanted(const n8n::Tree& workflow) {
  n8n::Tree out = slim(workflow);
  for (const char* key : {"description", "nodeGroups"})
    if (workflow.has(key)) out.set(key, workflow[key]);
  return out;
}

// What 2.x ran, so that a rollback can publish it again.
n8n::Tree with_versions(const n8n::Tree& workflow) {
  n8n::Tree out = slim(workflow);
  for (const char* key : {"versionId", "activeVersionId", "nodeGroups", "description"})
    if (workflow.has(key)) out.set(key, workflow[key]);
  if (!n8n::has_unpublished_draft(workflow)) return out;
  n8n::Tree& live = out.set("activeVersion", n8n::Tree::object());
  for (const char* key : {"nodes", "connections"}) live.set(key, workflow["activeVersion"][key]);
  return out;
}

}  // namespace

std::string to_text(const Record& record) {
  n8n::Tree out = n8n::Tree::object();
  out.set("version", n8n::Tree::integer(1));
  out.set("environment", record.environment);
  out.set("url", record.url);
  out.set("commit", record.commit);
  out.set("by", record.by);
  out.set("begun", record.begun);
  out.set("note", record.note);
  out.set("left", prints_of(record.left));
  out.set("leftBesides", besides_of(record.left));
  out.set("prune", n8n::Tree::boolean(record.prune));
  out.set("created", list_of(record.created));
  out.set("knownIds", list_of(record.known_ids));
  out.set("only", list_of(record.only));
  out.set("gone", list_of(record.gone));
  out.set("activate", list_of(record.activate));
  n8n::Tree& snapshot = out.set("snapshot", n8n::Tree::array());
  for (const n8n::Tree& workflow : record.snapshot) snapshot.push(with_versions(workflow));
  n8n::Tree& unanswered = out.set("unanswered", n8n::Tree::array());
  for (const n8n::Unanswered& write : record.unanswered) unanswered.push(n8n::to_tree(write));
  n8n::Tree& locals = out.set("locals", n8n::Tree::array());
  for (const n8n::Local& local : record.locals) {
    n8n::Tree entry = n8n::Tree::object();
    entry.set("path", local.path);
    entry.set("workflow", wanted(local.tree));
    locals.push(std::move(entry));
  }
  return out.dump();
}

Result<Record> read_record(std::string text) {
  Result<n8n::Tree> parsed = n8n::Tree::parse(std::move(text));
  if (!parsed.ok()) return parsed.failure();
  const n8n::Tree& tree = *parsed;
  if (tree["version"].integer_or(0) != 1) return Failure{"written by another version"};
  Record record;
  record.environment = tree["environment"].string();
  record.url = tree["url"].string();
  record.commit = tree["commit"].string();
  record.by = tree["by"].string();
  record.begun = tree["begun"].string();
  record.note = tree["note"].string();
  record.left = state_of(tree["left"], tree["leftBesides"]);
  record.prune = tree["prune"].boolean_or(false);
  for (const n8n::Tree& name : tree["created"].items()) record.created.push_back(name.string());
  record.known_ids = set_of(tree["knownIds"]);
  record.only = set_of(tree["only"]);
  record.gone = set_of(tree["gone"]);
  record.activate = set_of(tree["activate"]);
  record.snapshot = tree["snapshot"].items();
  for (const n8n::Tree& write : tree["unanswered"].items()) record.unanswered.push_back(n8n::unanswered_from(write));
  for (const n8n::Tree& entry : tree["locals"].items()) {
    Result<n8n::Local> local = n8n::read_local(entry["path"].string(), entry["workflow"].dump());
    if (!local.ok()) return local.failure();
    record.locals.push_back(std::move(local).value());
  }
  return record;
}

std::vector<n8n::Unanswered> still_possible(const Record& record) {
  constexpr std::time_t kLongestDelay = 600;
  std::vector<n8n::Unanswered> writes = record.unanswered;
  const std::time_t now = std::time(nullptr);
  std::erase_if(writes, [now](const n8n::Unanswered& write) { return now - write.sent > kLongestDelay; });
  return writes;
}

void add_plan(Record& record, const Plan& plan, const std::vector<n8n::Tree>& remotes) {
  if (record.known_ids.empty())
    for (const n8n::Tree& remote : remotes) record.known_ids.insert(remote["id"].string());
  for (const Step& step : plan.steps) {
    if (step.action == Action::keep) continue;
    if (step.action == Action::create) {
      if (std::find(record.created.begin(), record.created.end(), step.name) == record.created.end())
        record.created.push_back(step.name);
      continue;
    }
    // A workflow that an interrupted run created is undone by deleting it, not by a snapshot.
    const bool is_new = !record.known_ids.contains(step.id);
    const bool known = std::any_of(record.snapshot.begin(), record.snapshot.end(),
                                   [&step](const n8n::Tree& old) { return old["id"].string() == step.id; });
    if (!known && !is_new) record.snapshot.push_back(step.before);
  }
}

std::optional<State> comparable_state(std::string text) {
  const Result<n8n::Tree> parsed = n8n::Tree::parse(text);
  if (!parsed.ok() || (*parsed)["form"].integer_or(1) != kForm) return std::nullopt;
  return read_state(std::move(text));
}

State read_state(std::string text) {
  const Result<n8n::Tree> parsed = n8n::Tree::parse(std::move(text));
  return parsed.ok() ? state_of((*parsed)["workflows"], (*parsed)["besides"]) : State();
}

std::string to_text(const State& state) {
  n8n::Tree out = n8n::Tree::object();
  out.set("form", n8n::Tree::integer(kForm));
  out.set("workflows", prints_of(state));
  out.set("besides", besides_of(state));
  return out.dump(json::Writer::Style::pretty);
}

}  // namespace kairon::deploy
