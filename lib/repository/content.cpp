#include "repository/content.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "repository/snapshot.h"

namespace kairon::repository {

namespace {

constexpr std::size_t kMaxFile = std::size_t{32} << 20U;

std::string literal_folder(const std::string& glob) {
  const std::size_t wild = glob.find_first_of("*?[");
  const std::size_t slash = glob.rfind('/', wild);
  return slash == std::string::npos ? "" : glob.substr(0, slash);
}

bool matches_any(const std::vector<std::string>& globs, std::string_view path) {
  return std::any_of(globs.begin(), globs.end(),
                     [path](const std::string& glob) { return text::glob_match(glob, path); });
}

// The folders that can hold something of interest.
std::set<std::string> folders_of(const config::Settings& settings) {
  std::set<std::string> folders;
  for (const std::string& glob : settings.workflow_globs()) folders.insert(literal_folder(glob));
  for (const std::string& glob : settings.smoke_globs()) folders.insert(literal_folder(glob));
  return folders;
}

using Files = std::map<std::string, std::function<Result<std::string>()>>;

Files files_of_commit(git::GitSource& source, const config::Settings& settings, const std::string& commit) {
  const std::set<std::string> folders = folders_of(settings);
  std::vector<std::string> wanted(folders.begin(), folders.end());
  if (folders.contains("")) wanted.clear();
  Files files;
  for (const git::Entry& entry : source.tree_entries(commit, wanted))
    if (entry.is_file()) files[entry.path] = [&source, oid = entry.oid] { return source.read_blob(oid, kMaxFile); };
  return files;
}

/// True when `folder` leads out of the repository, by a link or by its name.
bool leads_out(const std::filesystem::path& top, const std::filesystem::path& folder) {
  std::filesystem::path part = top;
  return std::any_of(folder.begin(), folder.end(), [&part](const std::filesystem::path& name) {
    std::error_code failed;
    part /= name;
    return name == ".." || std::filesystem::is_symlink(std::filesystem::symlink_status(part, failed));
  });
}

Files files_of_work_tree(const std::string& top, const config::Settings& settings) {
  Files files;
  for (const std::string& folder : folders_of(settings)) {
    std::error_code error;
    if (leads_out(top, folder)) continue;
    std::filesystem::recursive_directory_iterator it(top + "/" + folder, error);
    for (; !error && it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
      const std::string path = it->path().string();
      if (it->path().filename() == ".git") it.disable_recursion_pending();
      if (it->is_regular_file(error) && !it->is_symlink(error))
        files[path.substr(top.size() + 1)] = [path] { return file::read(path, kMaxFile); };
    }
  }
  std::map<std::string, std::function<Result<std::string>()>> plain;
  for (auto& [path, reader] : files) plain[path.starts_with('/') ? path.substr(1) : path] = std::move(reader);
  return plain;
}

// Work tree content that equals HEAD's is HEAD's.
bool same_as_head(git::GitSource& source, const config::Settings& settings, const Files& files,
                  const std::string& head) {
  const Files committed = files_of_commit(source, settings, head);
  const auto relevant = [&](const std::string& path) {
    return settings.is_workflow_path(path) || matches_any(settings.smoke_globs(), path);
  };
  for (const Files* side : {&files, &committed})
    for (const auto& [path, reader] : *side) {
      if (!relevant(path)) continue;
      const auto a = files.find(path);
      const auto b = committed.find(path);
      if (a == files.end() || b == committed.end()) return false;
      if (side == &committed) continue;
      const Result<std::string> here = a->second();
      const Result<std::string> there = b->second();
      if (!here.ok() || !there.ok() || *here != *there) return false;
    }
  return true;
}

}  // namespace

ChosenState chosen_state(const Options& options, git::GitSource& source) {
  const auto wanted = options.value("--commit");
  if (!wanted) return {"", config::load(&source)};
  const auto commit = source.resolve_commit(*wanted);
  if (!commit) throw usage_error(format("no commit {}", text::printable(*wanted)), "git log shows which there are");
  return {*commit, config::load(&source, read_tree_file(source, *commit, ".kairon").value_or(""))};
}

DeployContent read_content(git::GitSource& source, const config::Settings& settings, const std::string& commit,
                           NoWorkflows empty) {
  DeployContent content;
  content.commit = commit;
  const Files files =
      commit.empty() ? files_of_work_tree(source.top(), settings) : files_of_commit(source, settings, commit);
  if (commit.empty())
    if (const auto head = source.resolve_commit("HEAD"); head && same_as_head(source, settings, files, *head))
      content.commit = *head;
  std::string problems;
  for (const auto& [path, reader] : files) {
    const bool is_workflow = settings.is_workflow_path(path);
    const bool is_smoke = !is_workflow && matches_any(settings.smoke_globs(), path);
    const bool is_answers = path.ends_with("/tests/mocks.json");
    if (!is_workflow && !is_smoke && !is_answers) continue;
    Result<std::string> text = reader();
    if (!text.ok()) throw environment_error(path + ": " + text.failure().text);
    if (is_smoke) content.smoke_files.push_back({path, *text});
    if (is_answers) content.answers = ContentFile{path, *text};
    if (!is_workflow) continue;
    Result<n8n::Local> local = n8n::read_local(path, std::move(text).value());
    if (local.ok()) {
      if (!local->tree["isArchived"].boolean_or(false)) content.workflows.push_back(std::move(local).value());
    } else {
      problems += "\n  " + local.failure().text;
    }
  }
  if (!problems.empty()) throw usage_error("not all workflow files can be deployed:" + problems, "kairon check");
  if (content.workflows.empty() && empty == NoWorkflows::refused)
    throw usage_error(format("no workflow file matches {}", text::join(settings.workflow_globs(), ", ")),
                      "set [kairon] workflows in .kairon");
  return content;
}

}  // namespace kairon::repository
