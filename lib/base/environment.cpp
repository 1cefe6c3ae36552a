#include "base/environment.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "base/text.h"

namespace kairon::environment {

namespace {

/// Prefixes and names that git sets for its hooks (git-rev-parse(1) --local-env-vars, and
/// GIT_PREFIX, GIT_QUARANTINE_PATH, GIT_EDITOR of githooks(5)).
constexpr std::array kGitNames = {std::string_view("GIT_ALTERNATE_OBJECT_DIRECTORIES"),
                                  std::string_view("GIT_CONFIG"),
                                  std::string_view("GIT_CONFIG_PARAMETERS"),
                                  std::string_view("GIT_CONFIG_COUNT"),
                                  std::string_view("GIT_OBJECT_DIRECTORY"),
                                  std::string_view("GIT_DIR"),
                                  std::string_view("GIT_WORK_TREE"),
                                  std::string_view("GIT_IMPLICIT_WORK_TREE"),
                                  std::string_view("GIT_GRAFT_FILE"),
                                  std::string_view("GIT_INDEX_FILE"),
                                  std::string_view("GIT_NO_REPLACE_OBJECTS"),
                                  std::string_view("GIT_REPLACE_REF_BASE"),
                                  std::string_view("GIT_PREFIX"),
                                  std::string_view("GIT_SHALLOW_FILE"),
                                  std::string_view("GIT_COMMON_DIR"),
                                  std::string_view("GIT_INTERNAL_SUPER_PREFIX"),
                                  std::string_view("GIT_QUARANTINE_PATH"),
                                  std::string_view("GIT_EDITOR"),
                                  std::string_view("GIT_REFLOG_ACTION"),
                                  std::string_view("GIT_EXEC_PATH")};

bool is_git_variable(std::string_view entry) {
  const std::string_view name = entry.substr(0, entry.find('='));
  for (const std::string_view git : kGitNames) {
    if (name == git) return true;
  }
  return name.starts_with("GIT_CONFIG_KEY_") || name.starts_with("GIT_CONFIG_VALUE_");
}

bool is_executable_file(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::optional<std::string> get(std::string_view name) {
  const char* value =
      std::getenv(std::string(name).c_str());  // NOLINT(concurrency-mt-unsafe): nobody calls setenv after start
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

bool flag(std::string_view name) {
  const std::optional<std::string> value = get(name);
  return value && !value->empty() && *value != "0";
}

std::vector<std::string> all() {
  std::vector<std::string> entries;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) entries.emplace_back(*entry);
  return entries;
}

std::vector<std::string> without_git() {
  std::vector<std::string> entries = all();
  std::erase_if(entries, [](const std::string& entry) { return is_git_variable(entry); });
  return entries;
}

namespace {

constexpr std::array<std::string_view, 14> kToolVariables = {
    "PATH=", "HOME=",      "USER=", "LOGNAME=", "TMPDIR=", "TZ=", "LANG=", "LANGUAGE=", "LC_", "LD_LIBRARY_PATH=",
    "XDG_",  "GNUPGHOME=", "GPG_",  "TERM="};
// In small letters, because https_proxy and HTTPS_PROXY are both in use.
constexpr std::array<std::string_view, 9> kNpmVariables = {
    "http_proxy=", "https_proxy=",   "all_proxy=",           "no_proxy=",    "npm_config_",
    "npm_token=",  "ssl_cert_file=", "node_extra_ca_certs=", "ssl_cert_dir="};

template <typename Begins>
bool begins_with_one(const Begins& begins, std::string_view entry) {
  return std::any_of(begins.begin(), begins.end(),
                     [entry](std::string_view begin) { return entry.starts_with(begin); });
}

}  // namespace

std::vector<std::string> for_tools() {
  std::vector<std::string> entries = all();
  std::erase_if(entries, [](const std::string& entry) { return !begins_with_one(kToolVariables, entry); });
  return entries;
}

std::vector<std::string> for_npm() {
  std::vector<std::string> entries = all();
  std::erase_if(entries, [](const std::string& entry) {
    return !begins_with_one(kToolVariables, entry) && !begins_with_one(kNpmVariables, text::lower(entry));
  });
  return entries;
}

std::string cache_folder() {
  std::string root;
  if (const auto xdg = get("XDG_CACHE_HOME"); xdg && !xdg->empty() && xdg->front() == '/') {
    root = *xdg;
  } else if (const auto home = get("HOME"); home && !home->empty()) {
    root = *home + "/.cache";
  } else {
    throw environment_error("no cache folder: neither HOME nor XDG_CACHE_HOME is set", "set HOME");
  }
  const std::string folder = root + "/kairon";
  std::error_code failed;
  std::filesystem::create_directories(root, failed);
  if (::mkdir(folder.c_str(), 0700) != 0 && !std::filesystem::is_directory(folder, failed)) {
    throw environment_error("cannot create the cache folder " + folder, "make it writable or set XDG_CACHE_HOME");
  }
  return folder;
}

std::string temp_root() {
  const auto folder = get("TMPDIR");
  return folder && !folder->empty() ? *folder : "/tmp";
}

std::optional<std::string> find_program(std::string_view name) {
  if (text::contains(name, "/")) {
    return is_executable_file(std::string(name)) ? std::optional(std::string(name)) : std::nullopt;
  }
  const std::string path = get("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  for (const std::string_view folder : text::split(path, ':')) {
    std::string candidate = (folder.empty() ? std::string(".") : std::string(folder)) + "/" + std::string(name);
    if (is_executable_file(candidate)) return candidate;
  }
  return std::nullopt;
}

std::string executable_folder() {
  std::error_code failed;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? std::string(".") : self.parent_path().string();
}

Hidden::Hidden(std::string name) : name_(std::move(name)), value_(get(name_)) {
  if (value_) ::unsetenv(name_.c_str());  // NOLINT(concurrency-mt-unsafe): the contract excludes threads
}

Hidden::~Hidden() {
  if (value_) ::setenv(name_.c_str(), value_->c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace kairon::environment
