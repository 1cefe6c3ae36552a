#include "smoke/case_files.h"

#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "json/document.h"

namespace kairon::smoke {

std::string case_folder(const std::string& top, const config::Settings& settings) {
  const std::string glob = settings.smoke_globs().front();
  const std::size_t slash = glob.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : glob.substr(0, slash);
  std::filesystem::path part = top;
  for (const std::filesystem::path& name : std::filesystem::path(folder)) {
    std::error_code failed;
    part /= name;
    if (name == ".." || std::filesystem::is_symlink(std::filesystem::symlink_status(part, failed)))
      throw usage_error(format("{} leads out of the repository", text::printable(folder)),
                        "set [smoke] path in .kairon to a folder of this repository");
  }
  return folder.empty() ? top : top + "/" + folder;
}

void append_cases(const std::string& path, std::vector<n8n::Tree> cases) {
  n8n::Tree all = n8n::Tree::array();
  if (file::exists(path)) {
    Result<std::string> text = file::read(path, json::kMaxBytes);
    if (!text.ok()) throw environment_error(text.failure().text);
    Result<n8n::Tree> before = n8n::Tree::parse(std::move(*text));
    if (!before.ok() || !before->is_array())
      throw usage_error(format("{} is not an array of cases", path), "kairon smoke says what is wrong with it");
    all = std::move(*before);
  }
  std::set<std::string> names;
  for (const n8n::Tree& one : all.items()) names.insert(one["test_name"].string());
  for (n8n::Tree& one : cases) {
    const std::string name = one["test_name"].string();
    std::string free = name;
    for (int number = 2; !names.insert(free).second; ++number) free = format("{} ({})", name, number);
    one.set("test_name", free);
    all.push(std::move(one));
  }
  std::error_code failed;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), failed);
  const Result<void> written = file::write_atomic(path, all.dump(json::Writer::Style::pretty) + "\n");
  if (!written.ok()) throw environment_error(written.failure().text);
}

}  // namespace kairon::smoke
