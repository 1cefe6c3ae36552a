// The list of repositories that an installation serves, one folder a line.
#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "install/hooks.h"

namespace kairon::install {

namespace {

std::string list_file(const std::string& hooks_folder) {
  return (std::filesystem::path(hooks_folder).parent_path() / "repositories").string();
}

void write_list(const std::string& hooks_folder, const std::vector<std::string>& folders) {
  std::string content;
  for (const std::string& folder : folders) content += folder + "\n";
  // A prefix of root's cannot be written by a user; removing the suite then restores what it is told of.
  [[maybe_unused]] const Result<void> written = file::write_atomic(list_file(hooks_folder), content);
}

}  // namespace

std::vector<std::string> remembered_repositories(const std::string& hooks_folder) {
  std::vector<std::string> out;
  const Result<std::string> content = file::read(list_file(hooks_folder));
  if (!content.ok()) return out;
  for (const std::string_view line : text::lines(*content)) {
    if (!line.empty()) out.emplace_back(line);
  }
  return out;
}

void remember_repository(const std::string& hooks_folder, const std::string& folder) {
  if (text::contains(folder, "\n")) return;
  std::vector<std::string> folders = remembered_repositories(hooks_folder);
  if (std::find(folders.begin(), folders.end(), folder) != folders.end()) return;
  folders.push_back(folder);
  write_list(hooks_folder, folders);
}

void forget_repository(const std::string& hooks_folder, const std::string& folder) {
  std::vector<std::string> folders = remembered_repositories(hooks_folder);
  if (std::erase(folders, folder) > 0) write_list(hooks_folder, folders);
}

}  // namespace kairon::install
