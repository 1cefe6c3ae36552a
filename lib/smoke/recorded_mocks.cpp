#include "smoke/recorded_mocks.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/format.h"
#include "base/text.h"
#include "deploy/mocks.h"

namespace kairon::smoke {

using n8n::Tree;

const n8n::Local* local_of(const RecordingScene& scene, const std::string& workflow) {
  for (const n8n::Local& local : scene.workflows)
    if (local.name == workflow) return &local;
  return nullptr;
}

const Tree& node_in(const Tree& workflow, const std::string& name) {
  static const Tree kNone;
  for (const Tree& node : workflow["nodes"].items())
    if (node["name"].string() == name) return node;
  return kNone;
}

bool serves_an_ai_node(const Tree& workflow, const std::string& node) {
  for (const auto& [type, outputs] : workflow["connections"][node].members())
    if (type != "main") return true;
  return false;
}

namespace {

constexpr std::size_t kLargestAnswer = std::size_t{1} << 20U;

/// The texts of a value that say what it is about: no times, no long numbers, which differ the next time.
void telling_texts(const Tree& value, std::set<std::string>& out) {
  constexpr std::size_t kShortest = 3;
  constexpr std::size_t kLongest = 200;
  for (const Tree& one : value.items()) telling_texts(one, out);
  for (const auto& [key, one] : value.members()) telling_texts(one, out);
  const std::string& text = value.string();
  if (text.size() < kShortest || text.size() > kLongest) return;
  const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits < 6) out.insert(text);
}

/// One node's answers in one execution.
struct Answers {
  Tree entries = Tree::array();
  std::set<std::string> texts;  ///< of its inputs
  std::string input;            ///< their JSON
};

class MockRecorder {
 public:
  MockRecorder(const StoredTree& tree, const RecordingScene& scene, std::vector<std::string>& notes)
      : tree_(tree), scene_(scene), notes_(notes) {}

  Tree mocks_of_all();

 private:
  bool is_replaced(const StoredExecution& one, const std::string& name) const;
  Answers answers_of(const StoredExecution& one, const std::string& key, const std::string& node);
  Tree entry_of(const Tree& run, const std::string& key);
  // What goes to the error output has the node's input in it, which n8n adds again. Paths of the server are nobody's.
  static Tree answered_json(const Tree& json, bool other_output);
  void note_once(std::string note);
  /// Answers of several executions of one workflow: where they differ, a text of the input tells them apart.
  Tree merged(const std::vector<Answers>& all, const std::string& key);
  static std::string telling_apart(const Answers& one, const std::vector<Answers>& all);
  const StoredTree& tree_;
  const RecordingScene& scene_;
  std::vector<std::string>& notes_;
};

bool MockRecorder::is_replaced(const StoredExecution& one, const std::string& name) const {
  const n8n::Local* local = local_of(scene_, one.seen.workflow);
  const Tree& workflow = local == nullptr ? one.raw["workflowData"] : local->tree;
  const Tree& node = node_in(workflow, name);
  if (node.is_null() || deploy::treatment_of(node) != deploy::Treatment::mock) return false;
  if (n8n::is_type(node, "httpRequest") && scene_.allowed_hosts.contains(deploy::literal_host(node))) return false;
  return !serves_an_ai_node(workflow, name);
}

Tree MockRecorder::mocks_of_all() {
  std::map<std::string, std::vector<Answers>> found;
  std::vector<std::string> order;
  for (const StoredExecution& one : tree_.members)
    for (const n8n::NodeRun& node : one.seen.ran) {
      if (!is_replaced(one, node.node)) continue;
      const std::string key = one.seen.workflow + "/" + node.node;
      if (!found.contains(key)) order.push_back(key);
      found[key].push_back(answers_of(one, key, node.node));
    }
  Tree out = Tree::object();
  for (const std::string& key : order) {
    Tree entries = merged(found[key], key);
    if (!entries.empty()) out.set(key, std::move(entries));
  }
  return out;
}

Answers MockRecorder::answers_of(const StoredExecution& one, const std::string& key, const std::string& node) {
  Answers out;
  const Tree& run_data = one.raw["data"]["resultData"]["runData"];
  for (const Tree& run : run_data[node].items()) {
    Tree entry = entry_of(run, key);
    const bool routes = entry["outputs"].items().size() > 1;
    if (routes && node_in(one.raw["workflowData"], node)["onError"].string() != "continueErrorOutput")
      note_once(format("{} has several outputs; its mock has one", text::printable(key)));
    if (entry.dump().size() > kLargestAnswer) {
      notes_.push_back(format("an answer of {} is larger than 1 MB and not recorded", text::printable(key)));
      return {};
    }
    out.entries.push(std::move(entry));
    for (const Tree& source : run["source"].items()) {
      const Tree& from = run_data[source["previousNode"].string()];
      const auto at = static_cast<std::size_t>(source["previousNodeRun"].integer_or(0));
      if (at >= from.items().size()) continue;
      const Tree::Array& outputs = from.items()[at]["data"]["main"].items();
      const auto output = static_cast<std::size_t>(source["previousNodeOutput"].integer_or(0));
      if (output >= outputs.size()) continue;
      telling_texts(outputs[output], out.texts);
      out.input += outputs[output].dump();
    }
  }
  return out;
}

Tree MockRecorder::entry_of(const Tree& run, const std::string& key) {
  Tree entry = Tree::object();
  const Tree::Array& outputs = run["data"]["main"].items();
  if (run["error"].is_object() && outputs.empty()) {
    const std::string& message = run["error"]["message"].string();
    entry.set("error", message.empty() ? std::string("failed") : message);
    return entry;
  }
  Tree lists = Tree::array();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    Tree list = Tree::array();
    for (const Tree& item : outputs[i].items()) {
      if (item.has("binary")) note_once(format("binary data of {} is not recorded", text::printable(key)));
      list.push(answered_json(item["json"], i > 0));
    }
    lists.push(std::move(list));
  }
  while (lists.items().size() > 1 && lists.items().back().items().empty()) lists.items().pop_back();
  if (lists.items().size() > 1) {
    entry.set("outputs", std::move(lists));
  } else {
    entry.set("items", lists.items().empty() ? Tree::array() : lists.items().front());
  }
  return entry;
}

Tree MockRecorder::answered_json(const Tree& json, bool other_output) {
  Tree out = json.is_object() ? json : Tree::object();
  if (other_output && out.has("error")) {
    Tree alone = Tree::object();
    alone.set("error", out["error"]);
    out = std::move(alone);
  }
  if (Tree* error = out.find("error"); error != nullptr && error->is_object()) error->erase("stack");
  return out;
}

void MockRecorder::note_once(std::string note) {
  if (std::find(notes_.begin(), notes_.end(), note) == notes_.end()) notes_.push_back(std::move(note));
}

Tree MockRecorder::merged(const std::vector<Answers>& all, const std::string& key) {
  const bool same =
      std::all_of(all.begin(), all.end(), [&all](const Answers& one) { return one.entries == all.front().entries; });
  if (same) return all.front().entries;
  Tree out = Tree::array();
  for (const Answers& one : all) {
    const std::string when = telling_apart(one, all);
    if (when.empty()) note_once(format("{} answered differently to inputs that look alike", text::printable(key)));
    for (Tree entry : one.entries.items()) {
      if (!when.empty()) entry.set("when", when);
      out.push(std::move(entry));
    }
  }
  return out;
}

std::string MockRecorder::telling_apart(const Answers& one, const std::vector<Answers>& all) {
  std::string best;
  for (const std::string& text : one.texts) {
    const std::string quoted = Tree(text).dump();
    const std::string bare = quoted.substr(1, quoted.size() - 2);
    const bool elsewhere = std::any_of(all.begin(), all.end(), [&](const Answers& other) {
      return &other != &one && !(other.entries == one.entries) && text::contains(other.input, bare);
    });
    if (!elsewhere && text.size() > best.size()) best = text;
  }
  return best;
}

}  // namespace

Tree recorded_mocks(const StoredTree& tree, const RecordingScene& scene, std::vector<std::string>& notes) {
  return MockRecorder(tree, scene, notes).mocks_of_all();
}

}  // namespace kairon::smoke
