#include <algorithm>
#include <array>
#include <filesystem>

#include "base/arguments.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "config/layers.h"
#include "repository/content.h"
#include "repository/snapshot.h"
#include "smoke/case_files.h"
#include "smoke/first_case.h"
#include "smoke/from_file.h"
#include "smoke/record.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

/// The file of the workflow that is called so.
const repository::SnapshotFile* file_named(const repository::Snapshot& snapshot, const std::string& name) {
  const repository::SnapshotFile* found = nullptr;
  for (const repository::SnapshotFile& file : snapshot.workflows) {
    const Result<n8n::Local> local = n8n::read_local(file.path, snapshot.read(file));
    if (!local.ok() || local->name != name) continue;
    if (found != nullptr)
      throw usage_error(format("{} and {} are both called '{}'", text::printable(found->path),
                               text::printable(file.path), text::printable(name)),
                        "name the file");
    found = &file;
  }
  return found;
}

ExitCode new_test(git::GitSource& source, const std::string& name) {
  const config::Settings settings = config::load(&source);
  const repository::Snapshot snapshot = repository::work_tree_snapshot(source.top(), settings);
  const repository::SnapshotFile* file = snapshot.workflow(name);
  if (file == nullptr) file = file_named(snapshot, name);
  if (file == nullptr) throw repository::unknown_workflow(snapshot, name);
  const std::string content = smoke::first_case(snapshot, *file, settings);
  const std::string folder = smoke::case_folder(source.top(), settings);
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

/// The name of the workflow that a word means: its name, or its file with or without folder and ending.
std::string name_meant(const std::vector<n8n::Local>& workflows, const std::string& word) {
  for (const n8n::Local& local : workflows)
    if (local.name == word) return word;
  for (const n8n::Local& local : workflows) {
    const std::filesystem::path path(local.path);
    if (local.path == word || path.filename() == word || path.stem() == word) return local.name;
  }
  throw usage_error(format("no workflow '{}'", text::printable(word)), "kairon check lists what is wrong");
}

ExitCode tests_from_file(git::GitSource& source, const std::string& word, const std::string& file) {
  constexpr std::size_t kLargest = std::size_t{32} << 20U;
  const Result<std::string> text = file::read(file, kLargest);
  if (!text.ok()) throw usage_error(format("--from: {}", text.failure().text));
  const config::Settings settings = config::load(&source);
  const repository::DeployContent content = repository::read_content(source, settings, "");
  const std::string workflow = word.empty() ? word : name_meant(content.workflows, word);
  const std::string stem = std::filesystem::path(file).stem().string();
  smoke::FileCases made = smoke::cases_from_file(*text, {stem, workflow, content.workflows});
  for (const std::string& note : made.notes) terminal::print(Channel::err, "note: left out: " + note);
  const std::size_t count = made.cases.size();
  const std::string path = format("{}/from_{}.json", smoke::case_folder(source.top(), settings), stem);
  if (file::exists(path)) throw usage_error(format("{} exists already", path), "remove it, or rename the source");
  smoke::append_cases(path, std::move(made.cases));
  terminal::print(Channel::out, format("wrote {} to {}; next: kairon smoke local, or kairon smoke dev",
                                       text::counted(count, "case"), path));
  return ExitCode::passed;
}

constexpr std::array kNewOptions = {
    OptionSpec{"--from-execution", "ID", "a case of this execution, as n8n stored it", "test"},
    OptionSpec{"--env", "NAME", "the environment that has the execution (default: dev)", "test"},
    OptionSpec{"--from", "FILE", "cases of the payloads in a JSON file, or of the curl commands in a script", "test"},
    OptionSpec{"--redact", "", "replace texts of the message and its answers by others of the same shape", "test"},
};

constexpr Subcommand kNewSubcommands[] = {
    {"test", "[WORKFLOW]", "Write a case with a message and what it is expected to change."},
};

long long execution_id(const std::string& word) {
  const auto id = config::parse_integer(word);
  if (!id || *id <= 0)
    throw usage_error(format("--from-execution {}: not the number of an execution", text::printable(word)),
                      "n8n shows it under Executions, and in the address");
  return *id;
}

ExitCode run_new(const Options& options) {
  const auto& words = options.positional();
  const auto execution = options.value("--from-execution");
  const auto from = options.value("--from");
  if (execution && from) throw usage_error("--from-execution cannot be used with --from");
  const bool named = words.size() == 2 || (words.size() == 1 && (execution || from));
  if (!named || words[0] != "test")
    throw usage_error("write: kairon new test WORKFLOW", "for a migration: kairon migrate new NAME");
  const auto source = git::open();
  if (!source || source->top().empty()) throw usage_error("this folder lies in no work tree");
  const std::string workflow = words.size() == 2 ? words[1] : "";
  if (!execution) {
    for (const char* option : {"--env", "--redact"})
      if (options.has(option)) throw usage_error(format("{} needs --from-execution ID", option));
    return from ? tests_from_file(*source, workflow, *from) : new_test(*source, workflow);
  }
  smoke::RecordRequest request;
  request.environment = environment_name(options.value("--env").value_or("dev"));
  request.execution = execution_id(*execution);
  request.workflow = workflow;
  if (options.has("--redact")) request.texts = smoke::Texts::redact;
  return smoke::record(*source, config::load(source.get()), request);
}

}  // namespace

extern const Command kCommandNew;
const Command kCommandNew{"new", "", "Write regression cases for a workflow.", kNewOptions, run_new, kNewSubcommands};

}  // namespace kairon::commands
