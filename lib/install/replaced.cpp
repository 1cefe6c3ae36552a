#include "install/replaced.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "install/ci_jobs.h"
#include "install/managed_hooks.h"
#include "install/yaml_lines.h"

namespace kairon::install {

namespace {

namespace fs = std::filesystem;

std::string relative_to(const std::string& top, const std::string& path) {
  const fs::path relative = fs::path(path).lexically_normal().lexically_relative(top);
  return relative.empty() || relative.native().starts_with("..") ? path : relative.string();
}

void write(const std::string& path, const std::string& content) {
  const auto written = file::write_atomic(path, content);
  if (!written.ok()) throw environment_error(written.failure().text, "make the file writable");
}

/// The script that a hook runs: husky's hooks folder `.husky/_` only calls those of `.husky`.
std::string script_of(const std::string& folder, const std::string& name) {
  const std::string called = folder.ends_with("/.husky/_") ? folder.substr(0, folder.size() - 1) + name : std::string();
  return !called.empty() && file::exists(called) ? called : folder + "/" + name;
}

}  // namespace

std::vector<Replaced> replaced_hooks(const WorkTree& tree, const Watched& watched) {
  std::vector<Replaced> out;
  const std::string folder = folder_to_chain(tree);
  for (const std::string& name : hooks_in(folder)) {
    const std::string path = script_of(folder, name);
    std::string reason = reason_of(script_text(path), watched, Evidence::checks_or_deploys);
    if (!reason.empty()) out.push_back({relative_to(tree.folder, path), name, 1, std::move(reason), {}});
  }
  return out;
}

void retire_hooks(const WorkTree& tree, const std::vector<Replaced>& hooks) {
  std::vector<std::string> names = retired_hooks(tree);
  for (const Replaced& hook : hooks)
    if (std::find(names.begin(), names.end(), hook.name) == names.end()) names.push_back(hook.name);
  const GitConfig config(tree.folder, ConfigScope::local);
  if (!names.empty()) config.set(kRetiredKey, text::join(names, " "));
}

std::vector<std::string> retired_hooks(const WorkTree& tree) {
  std::vector<std::string> names;
  const std::string value = ask_git(tree.folder, {"config", "--get", kRetiredKey}).value_or("");
  for (const std::string_view name : text::split(value, ' '))
    if (!name.empty()) names.emplace_back(name);
  return names;
}

std::vector<Replaced> replaced_jobs(const Watched& watched) {
  std::vector<Replaced> out;
  for (DeployingJob& job : deploying_jobs(existing_ci(watched.top), watched))
    out.push_back({job.path, job.name, job.line, std::move(job.reason), std::move(job.off)});
  return out;
}

void retire_jobs(const std::string& top, const std::vector<Replaced>& jobs) {
  for (const CiFile& file : existing_ci(top)) {
    std::map<std::string, std::string> off;
    for (const Replaced& job : jobs)
      if (job.path == file.path) off[job.name] = job.off;
    if (!off.empty()) write(top + "/" + file.path, without_jobs(file.form, file.content, off));
  }
}

std::vector<Replaced> replaced_commands(const Watched& watched) {
  std::vector<Replaced> out;
  for (const ManagerFile& file : manager_files(watched.top)) {
    if (!file.readable) {
      std::string reason = reason_of(file.content, watched, Evidence::checks_or_deploys);
      if (!reason.empty()) out.push_back({file.path, "its hooks", 1, std::move(reason), {}});
      continue;
    }
    const Lines lines = text::split(file.content, '\n');
    for (const ManagedCommand& command : commands_of(file.form, file.content)) {
      const std::string text = text_of(lines, command.begin, command.end);
      if (has_retired(text)) continue;
      std::string reason = reason_of_command(command.runs, text, watched);
      if (reason.empty() && !command.script.empty())
        reason = reason_of_command(script_text(format("{}/{}", watched.top, command.script)), text, watched);
      if (!reason.empty())
        out.push_back({file.path, command.name, command.begin + 1, std::move(reason),
                       command.switchable ? std::string(off_line(file.form)) : std::string()});
    }
  }
  return out;
}

void retire_commands(const std::string& top, const std::vector<Replaced>& commands) {
  for (const ManagerFile& file : manager_files(top)) {
    std::vector<std::size_t> begins;
    for (const Replaced& command : commands)
      if (command.path == file.path && !command.off.empty()) begins.push_back(command.line - 1);
    if (!begins.empty()) write(top + "/" + file.path, without_commands(file, begins));
  }
}

std::vector<std::string> restore_files(const std::string& top) {
  std::vector<std::pair<std::string, std::string>> files;
  for (CiFile& file : existing_ci(top)) files.emplace_back(std::move(file.path), std::move(file.content));
  for (ManagerFile& file : manager_files(top)) files.emplace_back(std::move(file.path), std::move(file.content));
  std::vector<std::string> changed;
  for (const auto& [path, content] : files) {
    if (!has_retired(content)) continue;
    write(top + "/" + path, with_retired(content));
    changed.push_back(path);
  }
  return changed;
}

}  // namespace kairon::install
