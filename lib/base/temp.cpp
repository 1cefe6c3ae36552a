#include "base/temp.h"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"

namespace kairon {

TempFolder::TempFolder(std::string_view purpose, const std::string& parent) {
  const std::string root = parent.empty() ? environment::temp_root() : parent;
  path_ = root + "/kairon-" + std::string(purpose) + "-" + std::to_string(::getpid()) + "-XXXXXX";
  if (::mkdtemp(path_.data()) == nullptr) {
    throw environment_error("cannot create a folder in " + root + ": " + file::last_error(),
                            "set TMPDIR to a writable folder with room");
  }
}

TempFolder::TempFolder(TempFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }

TempFolder::~TempFolder() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

int owner_of_temp_folder(std::string_view name, std::string_view purpose) {
  const std::string prefix = "kairon-" + std::string(purpose) + "-";
  if (!name.starts_with(prefix)) return 0;
  name.remove_prefix(prefix.size());
  int pid = 0;
  const auto [end, failed] = std::from_chars(name.data(), name.data() + name.size(), pid);
  const bool complete = failed == std::errc() && end != name.data() + name.size() && *end == '-';
  return complete ? pid : 0;
}

}  // namespace kairon
