#include "install/diff_driver.h"

#include <algorithm>
#include <filesystem>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "install/git_config.h"
#include "install/sites.h"

namespace kairon::install {

namespace {

constexpr std::string_view kBegin = "# kairon: workflow files, written by `kairon hooks install --diff`";
constexpr std::string_view kEnd = "# kairon: end";
constexpr const char* kCommand = "diff.kairon.command";
constexpr const char* kTextconv = "diff.kairon.textconv";
constexpr const char* kFunctionName = "diff.kairon.xfuncname";

/// git hands the driver's command to a shell.
std::string shell_word(const std::string& path) { return "'" + text::replace_all(path, "'", "'\\''") + "'"; }

/// A pattern as gitattributes(5) has it: from the repository's top, in quotes where blanks would end it.
std::string attribute_line(const std::string& pattern) {
  std::string quoted = "/" + text::replace_all(text::replace_all(pattern, "\\", "\\\\"), "\"", "\\\"");
  if (quoted.find_first_of(" \t\"\\") != std::string::npos) quoted = "\"" + quoted + "\"";
  return format("{} diff=kairon\n", quoted);
}

/// The lines of others, in their order.
std::string without_ours(std::string_view content) {
  std::string out;
  bool ours = false;
  for (const std::string_view line : text::lines(content)) {
    if (line == kBegin) ours = true;
    if (!ours) out += std::string(line) + "\n";
    if (line == kEnd) ours = false;
  }
  return out;
}

std::string attributes_path(const WorkTree& tree) { return tree.common_dir + "/info/attributes"; }

std::string read_attributes(const std::string& path) {
  if (!file::exists(path)) return {};
  auto content = file::read(path);
  if (!content.ok()) throw environment_error(content.failure());
  return std::move(*content);
}

void write_attributes(const std::string& path, const std::string& content) {
  std::error_code failed;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failed);
  const auto written = file::write_atomic(path, content);
  if (!written.ok()) throw environment_error(written.failure());
}

/// The program of a command that shell_word() begins.
std::string program_of(const std::string& command) {
  const std::size_t end = command.rfind("' diff --driver");
  if (!command.starts_with('\'') || end == std::string::npos || end == 0) return {};
  return text::replace_all(command.substr(1, end - 1), "'\\''", "'");
}

WorkTree first_tree(const std::string& folder) {
  const std::vector<WorkTree> trees = work_trees(folder);
  if (trees.empty()) throw usage_error(format("no repository in {}", text::printable(folder)));
  return trees.front();
}

}  // namespace

HookChange install_diff_driver(const std::string& folder, const std::string& kairon,
                               const std::vector<std::string>& patterns) {
  const WorkTree tree = first_tree(folder);
  const GitConfig config(tree.folder, ConfigScope::local);
  config.set(kCommand, shell_word(kairon) + " diff --driver");
  config.set(kTextconv, shell_word(kairon) + " diff --textconv");
  config.set(kFunctionName, "^node .*$");
  std::string content = without_ours(read_attributes(attributes_path(tree)));
  content += std::string(kBegin) + "\n";
  for (const std::string& pattern : patterns)
    if (pattern.find('\n') == std::string::npos) content += attribute_line(pattern);
  write_attributes(attributes_path(tree), content + std::string(kEnd) + "\n");
  return {tree.folder, format("git diff compares {} node by node", text::join(patterns, ", "))};
}

HookChange uninstall_diff_driver(const std::string& folder) {
  const WorkTree tree = first_tree(folder);
  const std::string path = attributes_path(tree);
  const std::string before = read_attributes(path);
  const std::string after = without_ours(before);
  const GitConfig config(tree.folder, ConfigScope::local);
  const bool had = config.get(kCommand).has_value() || before != after;
  for (const char* key : {kCommand, kTextconv, kFunctionName}) config.unset(key);
  if (before != after) {
    if (after.empty()) std::filesystem::remove(path);
    if (!after.empty()) write_attributes(path, after);
  }
  return {tree.folder, had ? "git diff compares workflow files as text again" : ""};
}

report::Diagnosis diagnose_diff_driver(const std::string& folder) {
  constexpr const char* kTopic = "git diff";
  constexpr const char* kRemedy = "kairon hooks install --diff";
  const WorkTree tree = first_tree(folder);
  const std::string attributes = read_attributes(attributes_path(tree));
  const bool named = without_ours(attributes) != attributes;
  const std::optional<std::string> command = GitConfig(tree.folder, ConfigScope::local).get(kCommand);
  if (!named && !command)
    return {report::Health::ok, kTopic, {format("workflow files are compared as text; `{}` changes that", kRemedy)}};
  if (!named || !command)
    return {report::Health::warn,
            kTopic,
            {named ? format("workflow files are compared as text: {} is not set", kCommand)
                   : "workflow files are compared as text: info/attributes names no workflow file",
             kRemedy}};
  const std::string program = program_of(*command);
  if (!program.empty() && !environment::find_program(program))
    return {report::Health::fail,
            kTopic,
            {format("the driver's program {} is gone: git diff of a workflow fails", program), kRemedy}};
  return {report::Health::ok, kTopic, {"workflow files are compared node by node"}};
}

}  // namespace kairon::install
