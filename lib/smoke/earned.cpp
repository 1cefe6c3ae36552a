#include "smoke/earned.h"

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "n8n/content.h"

namespace kairon::smoke {

namespace {

namespace fs = std::filesystem;
using n8n::Tree;

constexpr std::size_t kKeptRecords = 50;
constexpr std::size_t kLargestRecord = std::size_t{64} << 20U;

std::string coverage_folder(const std::string& common_dir) { return common_dir + "/kairon/coverage"; }

/// Names of the nodes that only serve an AI node.
std::set<std::string> serving_nodes(const Tree& workflow) {
  std::set<std::string> out;
  for (const auto& [source, by_type] : workflow["connections"].members())
    for (const auto& [type, outputs] : by_type.members())
      if (type != "main") out.insert(source);
  return out;
}

bool is_connected(const Tree& output) {
  return std::any_of(output.items().begin(), output.items().end(),
                     [](const Tree& edge) { return !edge["node"].string().empty(); });
}

Tree as_tree(const RanWorkflows& ran) {
  Tree out = Tree::object();
  for (const auto& [workflow, nodes] : ran) {
    Tree& shown = out.set(workflow, Tree::object());
    for (const auto& [node, outputs] : nodes) {
      Tree& list = shown.set(node, Tree::array());
      for (const std::size_t output : outputs) list.push(Tree::integer(static_cast<long long>(output)));
    }
  }
  return out;
}

RanWorkflows ran_from(const Tree& tree) {
  RanWorkflows out;
  for (const auto& [workflow, nodes] : tree.members())
    for (const auto& [node, outputs] : nodes.members()) {
      std::set<std::size_t>& numbers = out[workflow][node];
      for (const Tree& output : outputs.items())
        numbers.insert(static_cast<std::size_t>(std::max(0LL, output.integer_or(0))));
    }
  return out;
}

void remove_oldest(const std::string& folder) {
  std::vector<std::pair<fs::file_time_type, fs::path>> records;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed))
    if (entry.path().extension() == ".json") records.emplace_back(entry.last_write_time(failed), entry.path());
  std::sort(records.begin(), records.end());
  for (std::size_t i = 0; i + kKeptRecords < records.size(); ++i) fs::remove(records[i].second, failed);
}

}  // namespace

Share& Share::operator+=(const Share& other) {
  executed += other.executed;
  total += other.total;
  return *this;
}

void add_ran(RanWorkflows& to, const n8n::Execution& execution) {
  RanNodes& nodes = to[execution.workflow];
  for (const n8n::NodeRun& one : execution.ran) nodes[one.node].insert(one.outputs.begin(), one.outputs.end());
}

void add_ran(RanWorkflows& to, const RanWorkflows& from) {
  for (const auto& [workflow, nodes] : from)
    for (const auto& [node, outputs] : nodes) to[workflow][node].insert(outputs.begin(), outputs.end());
}

WorkflowShare share_of(const Tree& workflow, const RanNodes& ran) {
  WorkflowShare out;
  const std::set<std::string> serving = serving_nodes(workflow);
  for (const Tree& node : workflow["nodes"].items()) {
    const std::string& name = node["name"].string();
    if (node["disabled"].boolean_or(false) || n8n::is_type(node, "stickyNote") || serving.contains(name)) continue;
    const auto found = ran.find(name);
    ++out.nodes.total;
    if (found != ran.end()) ++out.nodes.executed;
    const Tree::Array& outputs = workflow["connections"][name]["main"].items();
    if (std::count_if(outputs.begin(), outputs.end(), is_connected) < 2) continue;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (!is_connected(outputs[i])) continue;
      ++out.branches.total;
      if (found != ran.end() && found->second.contains(i)) ++out.branches.executed;
    }
  }
  return out;
}

std::string coverage_key(const repository::DeployContent& content) {
  std::string all;
  for (const n8n::Local& local : content.workflows) all += local.path + " " + hash::sha256(local.tree.dump()) + "\n";
  for (const repository::ContentFile& file : content.smoke_files)
    all += file.path + " " + hash::sha256(file.text) + "\n";
  if (content.answers) all += content.answers->path + " " + hash::sha256(content.answers->text) + "\n";
  return hash::sha256(all);
}

std::optional<CoverageRecord> read_coverage(const std::string& common_dir, const std::string& key) {
  Result<std::string> text = file::read(format("{}/{}.json", coverage_folder(common_dir), key), kLargestRecord);
  if (!text.ok()) return std::nullopt;
  const Result<Tree> tree = Tree::parse(std::move(*text));
  if (!tree.ok() || (*tree)["version"].integer_or(0) != 1) return std::nullopt;
  CoverageRecord record;
  record.commit = (*tree)["commit"].string();
  record.environment = (*tree)["environment"].string();
  record.at = (*tree)["at"].string();
  for (const auto& [name, ran] : (*tree)["cases"].members()) record.cases[name] = ran_from(ran);
  return record;
}

void write_coverage(const std::string& common_dir, const std::string& key, const CoverageRecord& record) {
  Tree out = Tree::object();
  out.set("version", Tree::integer(1));
  out.set("commit", record.commit);
  out.set("environment", record.environment);
  out.set("at", record.at);
  Tree& cases = out.set("cases", Tree::object());
  for (const auto& [name, ran] : record.cases) cases.set(name, as_tree(ran));
  const std::string folder = coverage_folder(common_dir);
  std::error_code failed;
  fs::create_directories(folder, failed);
  const Result<void> written = file::write_atomic(format("{}/{}.json", folder, key), out.dump(), 0600);
  if (!written.ok()) throw environment_error("the coverage cannot be recorded: " + written.failure().text);
  remove_oldest(folder);
}

}  // namespace kairon::smoke
