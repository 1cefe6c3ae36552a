#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "repository/snapshot.h"
#include "smoke/first_case.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

ExitCode new_test(git::GitSource& source, const std::string& name) {
  const config::Settings settings = config::load(&source);
  const repository::Snapshot snapshot = repository::work_tree_snapshot(source.top(), settings);
  const repository::SnapshotFile* file = snapshot.workflow(name);
  if (file == nullptr) throw repository::unknown_workflow(snapshot, name);
  const std::string content = smoke::first_case(snapshot, *file, settings);
  const std::string glob = settings.smoke_globs().front();
  const std::string folder = source.top() + "/" + glob.substr(0, glob.rfind('/'));
  const std::string path = folder + "/" + std::filesystem::path(file->path).stem().string() + ".json";
  if (file::exists(path)) throw usage_error(format("{} exists already", path), "add a case to it");
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  const auto written = file::write_atomic(path, content);
  if (!written.ok()) throw environment_error(written.failure().text);
  terminal::print(Channel::out,
                  format("wrote {}: fill in what the message is expected to change, then: kairon smoke dev", path));
  return ExitCode::passed;
}

constexpr Subcommand kNewSubcommands[] = {
    {"test", "WORKFLOW", "Write a case with a message and what it is expected to change."},
};

ExitCode run_new(const Options& options) {
  const auto& words = options.positional();
  if (words.size() != 2 || words[0] != "test")
    throw usage_error("write: kairon new test WORKFLOW", "for a migration: kairon migrate new NAME");
  const auto source = git::open();
  if (!source || source->top().empty()) throw usage_error("this folder lies in no work tree");
  return new_test(*source, words[1]);
}

}  // namespace

extern const Command kCommandNew;
const Command kCommandNew{"new", "", "Write a first regression case for a workflow.", {}, run_new, kNewSubcommands};

}  // namespace kairon::commands
