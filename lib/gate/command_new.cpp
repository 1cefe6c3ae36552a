#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "gate/command.h"
#include "gate/snapshot.h"
#include "json/document.h"
#include "workflow/workflow.h"

namespace kairon::gate {

namespace {

using terminal::Channel;

/// The first regression case of a workflow: its webhook's path, a message with an id of its own, and
/// what it is expected to change, to be filled in.
std::string first_case(const workflow::Workflow& workflow) {
  json::Writer out(json::Writer::Style::pretty);
  out.begin_array().begin_object();
  out.key("test_name").string(format("{}: first case", workflow.name()));
  for (const workflow::Node& node : workflow.nodes()) {
    if (node.is_base("webhook") && !node.parameters["path"].string().empty()) {
      out.key("webhook_path").string(node.parameters["path"].string());
      break;
    }
  }
  out.key("webhook_data").begin_object().key("event_type").string("message").key("content").string("hello");
  out.key("message_id").string("test-{{run}}-1").key("guild_id").string("1").key("channel_id").string("1");
  out.key("author").begin_object().key("login").string("tester").end_object().end_object();
  out.key("expected_db_changes").begin_object().key("events_created").integer(1).key("traces_created").integer(0);
  out.key("projections_created").integer(0).end_object();
  out.key("expect")
      .begin_object()
      .key("executions")
      .string("success")
      .key("workflow")
      .string(workflow.name())
      .end_object();
  return out.end_object().end_array().take() + "\n";
}

const SnapshotFile* find_workflow(const Snapshot& snapshot, std::string_view name) {
  for (const SnapshotFile& file : snapshot.workflows) {
    const std::string stem = std::filesystem::path(file.path).stem().string();
    if (file.path == name || stem == name) return &file;
  }
  return nullptr;
}

ExitCode new_test(git::GitSource& source, const std::string& name) {
  const config::Settings settings = config::load(&source);
  const Snapshot snapshot = work_tree_snapshot(source.top(), settings);
  const SnapshotFile* file = find_workflow(snapshot, name);
  if (file == nullptr) throw usage_error(format("no workflow '{}' in this repository", text::printable(name)));
  auto parsed = json::Document::parse(snapshot.read(*file));
  if (!parsed.document) throw usage_error(format("{} is no JSON", file->path), "kairon check tells where");
  const workflow::Workflow workflow(std::move(parsed.document), file->path);
  const std::string glob = settings.smoke_globs().front();
  const std::string folder = source.top() + "/" + glob.substr(0, glob.rfind('/'));
  const std::string path = folder + "/" + std::string(workflow.stem()) + ".json";
  if (file::exists(path)) throw usage_error(format("{} exists already", path), "add a case to it");
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  const auto written = file::write_atomic(path, first_case(workflow));
  if (!written.ok()) throw environment_error(written.failure().message);
  terminal::print(Channel::out, format("wrote {}: fill in what the message is expected to change", path));
  return ExitCode::passed;
}

ExitCode run(const Options& options) {
  const auto& words = options.positional();
  if (words.size() != 2 || words[0] != "test")
    throw usage_error("write: kairon new test WORKFLOW", "for a migration: kairon migrate new NAME");
  const auto source = git::open();
  if (!source || source->top().empty()) throw usage_error("this folder lies in no work tree");
  return new_test(*source, words[1]);
}

}  // namespace

extern const Command kCommandNew;
const Command kCommandNew{"new", "test WORKFLOW", "a first regression case for a workflow", {}, run};

}  // namespace kairon::gate
