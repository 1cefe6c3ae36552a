#include "git/paths.h"

#include <filesystem>

#include "base/environment.h"
#include "base/file.h"
#include "base/text.h"

namespace kairon::git {

namespace {

bool is_ceiling(const std::string& folder) {
  for (const std::string_view ceiling : text::split(environment::get("GIT_CEILING_DIRECTORIES").value_or(""), ':')) {
    if (!ceiling.empty() && real_path(std::string(ceiling)) == folder) return true;
  }
  return false;
}

bool looks_like_git_dir(const std::string& folder) {
  return file::exists(folder + "/objects") && file::exists(folder + "/refs") && file::exists(folder + "/config");
}

}  // namespace

std::vector<std::string> clean_folders(std::span<const std::string> folders) {
  std::vector<std::string> out;
  for (std::string folder : folders) {
    while (folder.ends_with('/')) folder.pop_back();
    if (folder.empty() || folder == ".") return {};
    out.push_back(std::move(folder));
  }
  return out;
}

bool is_below(std::string_view path, std::span<const std::string> folders) {
  for (const std::string& folder : folders) {
    if (path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/')) return true;
  }
  return folders.empty();
}

std::string real_path(const std::string& path) {
  std::error_code failed;
  std::string real = std::filesystem::weakly_canonical(path, failed).string();
  if (failed) real = path;
  while (real.size() > 1 && real.ends_with('/')) real.pop_back();
  return real;
}

bool has_repository_traces(const std::string& start) {
  if (environment::get("GIT_DIR")) return true;
  std::error_code failed;
  const std::filesystem::path here =
      start.empty() ? std::filesystem::current_path(failed) : std::filesystem::path(start);
  if (failed) return true;
  std::filesystem::path folder = real_path(here.string());
  for (bool first = true;; first = false) {
    if (!first && is_ceiling(folder.string())) return false;
    if (file::exists((folder / ".git").string()) || looks_like_git_dir(folder.string())) return true;
    if (folder == folder.parent_path()) return false;
    folder = folder.parent_path();
  }
}

}  // namespace kairon::git
