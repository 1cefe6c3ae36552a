#include "n8n/record.h"

#include <algorithm>

namespace kairon::n8n {

namespace {

Tree list_of(const auto& strings) {
  Tree list = Tree::array();
  for (const std::string& one : strings) list.push(one);
  return list;
}

std::set<std::string> set_of(const Tree& list) {
  std::set<std::string> out;
  for (const Tree& one : list.items()) out.insert(one.string());
  return out;
}

// Only what read_local() and the plan look at: a file's pinData has no business in the journal.
Tree slim(const Tree& workflow) {
  Tree out = Tree::object();
  for (const char* key :
       {"id", "name", "active", "isArchived", "nodes", "connections", "settings", "staticData", "tags"})
    if (workflow.has(key)) out.set(key, workflow[key]);
  return out;
}

}  // namespace

std::string to_text(const Record& record) {
  Tree out = Tree::object();
  out.set("version", Tree::integer(1));
  out.set("environment", record.environment);
  out.set("url", record.url);
  out.set("commit", record.commit);
  out.set("by", record.by);
  out.set("begun", record.begun);
  out.set("note", record.note);
  Tree& left = out.set("left", Tree::object());
  for (const auto& [name, print] : record.left) left.set(name, print);
  out.set("prune", Tree::boolean(record.prune));
  out.set("created", list_of(record.created));
  out.set("knownIds", list_of(record.known_ids));
  out.set("only", list_of(record.only));
  out.set("gone", list_of(record.gone));
  out.set("activate", list_of(record.activate));
  Tree& snapshot = out.set("snapshot", Tree::array());
  for (const Tree& workflow : record.snapshot) snapshot.push(slim(workflow));
  Tree& locals = out.set("locals", Tree::array());
  for (const Local& local : record.locals) {
    Tree entry = Tree::object();
    entry.set("path", local.path);
    entry.set("workflow", slim(local.tree));
    locals.push(std::move(entry));
  }
  return out.dump();
}

Result<Record> read_record(std::string text) {
  Result<Tree> parsed = Tree::parse(std::move(text));
  if (!parsed.ok()) return parsed.failure();
  const Tree& tree = *parsed;
  if (tree["version"].integer_or(0) != 1) return Failure{"written by another version"};
  Record record;
  record.environment = tree["environment"].string();
  record.url = tree["url"].string();
  record.commit = tree["commit"].string();
  record.by = tree["by"].string();
  record.begun = tree["begun"].string();
  record.note = tree["note"].string();
  for (const auto& [name, print] : tree["left"].members()) record.left[name] = print.string();
  record.prune = tree["prune"].boolean_or(false);
  for (const Tree& name : tree["created"].items()) record.created.push_back(name.string());
  record.known_ids = set_of(tree["knownIds"]);
  record.only = set_of(tree["only"]);
  record.gone = set_of(tree["gone"]);
  record.activate = set_of(tree["activate"]);
  record.snapshot = tree["snapshot"].items();
  for (const Tree& entry : tree["locals"].items()) {
    Result<Local> local = read_local(entry["path"].string(), entry["workflow"].dump());
    if (!local.ok()) return local.failure();
    record.locals.push_back(std::move(local).value());
  }
  return record;
}

void add_plan(Record& record, const Plan& plan, const std::vector<Tree>& remotes) {
  if (record.known_ids.empty())
    for (const Tree& remote : remotes) record.known_ids.insert(remote["id"].string());
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
                                   [&step](const Tree& old) { return old["id"].string() == step.id; });
    if (!known && !is_new) record.snapshot.push_back(step.before);
  }
}

State read_state(std::string text) {
  State state;
  const Result<Tree> parsed = Tree::parse(std::move(text));
  if (parsed.ok())
    for (const auto& [name, value] : (*parsed)["workflows"].members()) state[name] = value.string();
  return state;
}

std::string to_text(const State& state) {
  Tree out = Tree::object();
  Tree& workflows = out.set("workflows", Tree::object());
  for (const auto& [name, value] : state) workflows.set(name, value);
  return out.dump(json::Writer::Style::pretty);
}

}  // namespace kairon::n8n
