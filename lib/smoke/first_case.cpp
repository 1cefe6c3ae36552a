#include "smoke/first_case.h"

#include <algorithm>
#include <memory>
#include <set>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "deploy/transform.h"
#include "js/scope.h"
#include "lint/check.h"
#include "n8n/tree.h"
#include "workflow/code.h"
#include "workflow/expression.h"

namespace kairon::smoke {

namespace {

using js::Field;
using js::Kind;
using n8n::Tree;

/// Where messages of a test enter a workflow.
struct Entry {
  std::string path;  ///< "" = [smoke] webhookPath
  std::string method = "POST";
  bool only_on_dev = false;  ///< a schedule, which has a webhook on dev alone
};

std::unique_ptr<workflow::Workflow> parse(const repository::Snapshot& tree, const repository::SnapshotFile& file) {
  auto parsed = json::Document::parse(tree.read(file));
  if (!parsed.document || !workflow::Workflow::looks_like_workflow(parsed.document->root())) return nullptr;
  return std::make_unique<workflow::Workflow>(std::move(parsed.document), file.path);
}

std::optional<Entry> webhook_entry(const workflow::Node& node) {
  if (node.disabled || !node.is_base("webhook")) return std::nullopt;
  Entry entry;
  const json::Value method = node.parameters["httpMethod"];
  entry.method = method.is_array() ? std::string(method.at(0).string()) : std::string(method.string());
  if (entry.method.empty()) entry.method = "GET";
  const std::string_view path = node.parameters["path"].string();
  // A path from the environment is what [smoke] webhookPath is for.
  if (!workflow::is_expression(path)) entry.path = path.empty() ? node.json["webhookId"].string() : path;
  return entry;
}

std::optional<Entry> entry_of(const workflow::Workflow& workflow) {
  for (const workflow::Node& node : workflow.nodes())
    if (auto entry = webhook_entry(node)) return entry;
  for (const workflow::Node& node : workflow.nodes()) {
    if (node.disabled || (!node.is_base("scheduleTrigger") && !node.is_base("cron"))) continue;
    return Entry{deploy::dev_path(workflow.name(), node.name), "POST", true};
  }
  return std::nullopt;
}

/// The names of a chain `a.b.c`, outermost last, and what it starts from: ["b", "c"] and `a`.
js::Node chain_of(const js::Node& access, std::vector<std::string>& names) {
  js::Node at = access;
  while (at.is(Kind::member_expression) || at.is(Kind::subscript_expression)) {
    const auto name = js::property_name(at);
    if (!name) return {};
    names.insert(names.begin(), *name);
    at = at.child(Field::object).unwrapped();
  }
  return at;
}

/// Fields below `body` that a workflow reads: `$json.body.author.login`, `const m = $json.body; m.content`.
class BodyReads {
 public:
  explicit BodyReads(const workflow::Code& code) {
    for (const workflow::CodePiece& piece : code.pieces()) {
      if (piece.script.error()) continue;
      for (std::uint32_t i = 0; i < piece.script.size(); ++i) look_at(piece, piece.script.node(i));
    }
  }
  [[nodiscard]] const std::set<std::vector<std::string>>& paths() const { return paths_; }

 private:
  /// What a name stands for, when that is the body: `const body = $json.body || {}`.
  static bool is_body(const workflow::CodePiece& piece, const js::Node& name) {
    js::Node value = piece.script.scope().value_of(name).unwrapped();
    if (value.is(Kind::binary_expression)) value = value.child(Field::left).unwrapped();
    return value.is(Kind::member_expression) && js::property_name(value) == "body";
  }

  void look_at(const workflow::CodePiece& piece, const js::Node& node) {
    if (!node.is(Kind::member_expression) && !node.is(Kind::subscript_expression)) return;
    std::vector<std::string> names;
    const js::Node root = chain_of(node, names);
    const auto body = std::find(names.begin(), names.end(), "body");
    if (body != names.end()) {
      names.erase(names.begin(), body + 1);
    } else if (!root.is(Kind::identifier) || !is_body(piece, root)) {
      return;
    }
    // `content.length`, `tags.map(...)`: what every value has is not a field of the message.
    static const std::set<std::string_view> kMethods = {"length",  "map",   "filter",   "trim",        "toLowerCase",
                                                        "forEach", "match", "includes", "toUpperCase", "split",
                                                        "replace", "slice", "toString", "startsWith",  "join"};
    const auto method =
        std::find_if(names.begin(), names.end(), [](const std::string& name) { return kMethods.contains(name); });
    names.erase(method, names.end());
    if (!names.empty()) paths_.insert(std::move(names));
  }

  std::set<std::vector<std::string>> paths_;
};

Tree value_for(const std::string& name) {
  const std::string lower = text::lower(name);
  if (lower == "message_id") return Tree("{{run}}");
  if (lower.ends_with("_id") || lower == "id") return Tree("1");
  if (lower == "event_type") return Tree("message");
  if (lower == "content" || lower == "text" || lower == "message" || lower == "body") return Tree("hello");
  if (lower.starts_with("is_") || lower.starts_with("has_")) return Tree::boolean(false);
  if (lower.ends_with("_at") || lower == "timestamp" || lower == "date") return Tree("2025-01-01T12:00:00Z");
  if (lower.ends_with("s") && lower != "status") return Tree::array();
  return Tree("test");
}

Tree message_for(const workflow::Workflow& workflow) {
  const workflow::Code code(workflow);
  Tree message = Tree::object();
  const BodyReads reads(code);
  for (const std::vector<std::string>& path : reads.paths()) {
    Tree* at = &message;
    for (std::size_t i = 0; i < path.size(); ++i) {
      Tree* known = at->find(path[i]);
      const bool leaf = i + 1 == path.size();
      if (known == nullptr || (!leaf && !known->is_object()))
        known = &at->set(path[i], leaf ? value_for(path[i]) : Tree::object());
      at = known;
    }
  }
  if (!message.has("message_id")) message.set("message_id", Tree("{{run}}"));
  return message;
}

/// The workflow that a message has to enter so that `file` runs: itself, or the nearest caller with an
/// entry of its own.
std::unique_ptr<workflow::Workflow> entered_for(const repository::Snapshot& tree,
                                                const repository::SnapshotFile& file) {
  std::set<std::string> seen;
  std::vector<const repository::SnapshotFile*> open{&file};
  for (std::size_t next = 0; next < open.size(); ++next) {
    auto workflow = parse(tree, *open[next]);
    if (!workflow) continue;
    if (entry_of(*workflow)) return workflow;
    const std::string name(workflow->name());
    for (const repository::SnapshotFile& caller : tree.workflows) {
      const workflow::Facts facts = lint::read_facts(tree.read(caller), caller.path);
      const bool calls = std::any_of(facts.calls.begin(), facts.calls.end(),
                                     [&](const workflow::CallFact& call) { return call.name == name; });
      if (calls && seen.insert(caller.path).second) open.push_back(&caller);
    }
  }
  return nullptr;
}

}  // namespace

std::string first_case(const repository::Snapshot& tree, const repository::SnapshotFile& file,
                       const config::Settings& settings) {
  const auto wanted = parse(tree, file);
  if (!wanted)
    throw usage_error(format("{} is not a workflow", text::printable(file.path)), "kairon check says what is wrong");
  const auto entered = entered_for(tree, file);
  if (!entered)
    throw usage_error(
        format("no message gets to '{}': neither it nor a workflow that calls it has a webhook or schedule",
               text::printable(wanted->name())),
        "give it a trigger, or test it by hand");
  const Entry entry = entry_of(*entered).value_or(Entry{});
  Tree test = Tree::object();
  test.set("test_name", Tree(format("{}: first case", wanted->name())));
  if (!entry.path.empty()) test.set("webhook_path", Tree(entry.path));
  if (entry.method != "POST") test.set("webhook_method", Tree(entry.method));
  test.set("webhook_data", message_for(*entered));
  if (settings.kairon_ruleset() && !entry.only_on_dev) {
    Tree& rows = test.set("expected_db_changes", Tree::object());
    rows.set("events_created", Tree::integer(1));
  }
  Tree& expect = test.set("expect", Tree::object());
  expect.set("executions", Tree("success"));
  expect.set("workflow", Tree(wanted->name()));
  if (entry.only_on_dev) test.set("environments", Tree::array()).push(Tree("dev"));
  Tree cases = Tree::array();
  cases.push(std::move(test));
  return cases.dump(json::Writer::Style::pretty) + "\n";
}

}  // namespace kairon::smoke
