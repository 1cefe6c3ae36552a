#include "support/repository.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace kairon::test {

Variable::Variable(std::string name, const std::string& value) : name_(std::move(name)) {
  const auto before = environment::get(name_);
  was_set_ = before.has_value();
  before_ = before.value_or("");
  ::setenv(name_.c_str(), value.c_str(), 1);
}

Variable::~Variable() {
  if (was_set_) ::setenv(name_.c_str(), before_.c_str(), 1);
  if (!was_set_) ::unsetenv(name_.c_str());
}

Repository::Repository(std::vector<std::string> arguments, Init init)
    : folder_("test"), path_(folder_.path() + "/work"), before_(std::filesystem::current_path().string()) {
  for (const std::string& entry : environment::all()) {
    if (entry.starts_with("GIT_")) ::unsetenv(entry.substr(0, entry.find('=')).c_str());
  }
  const auto set = [this](const char* name, const std::string& value) {
    variables_.push_back(std::make_unique<Variable>(name, value));
  };
  set("HOME", folder_.path());
  set("XDG_CONFIG_HOME", folder_.path() + "/xdg");
  set("GIT_CONFIG_NOSYSTEM", "1");
  set("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z");
  set("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z");
  write(folder_.path() + "/.gitconfig",
        "[user]\nname = Test\nemail = test@example.org\n[init]\ndefaultBranch = main\n"
        "[protocol \"file\"]\nallow = always\n[commit]\ngpgsign = false\n[core]\nhooksPath = /dev/null\n");
  std::filesystem::create_directory(path_);
  std::filesystem::current_path(path_);
  if (init == Init::no) return;
  arguments.insert(arguments.begin(), {"init", "--quiet"});
  git(arguments);
}

Repository::~Repository() {
  std::error_code ignored;
  std::filesystem::current_path(before_, ignored);
}

process::Outcome Repository::run(const std::vector<std::string>& arguments, const std::string& folder) const {
  std::vector<std::string> argv = {"git"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  auto outcome =
      process::run({.argv = argv, .folder = folder.empty() ? path_ : folder, .environment = environment::all()});
  if (!outcome.ok()) throw environment_error(outcome.failure().text);
  return *outcome;
}

std::string Repository::git(const std::vector<std::string>& arguments, const std::string& folder) const {
  const process::Outcome outcome = run(arguments, folder);
  if (!outcome.ok()) throw environment_error("git " + text::join(arguments, " ") + ": " + outcome.errors);
  return outcome.output.ends_with('\n') ? outcome.output.substr(0, outcome.output.size() - 1) : outcome.output;
}

int Repository::try_git(const std::vector<std::string>& arguments, const std::string& folder) const {
  return run(arguments, folder).status;
}

std::string Repository::absolute(const std::string& name) const {
  return name.starts_with('/') ? name : path_ + "/" + name;
}

void Repository::write(const std::string& name, std::string_view content) const {
  const std::filesystem::path path = absolute(name);
  std::filesystem::create_directories(path.parent_path());
  const Result<void> written = file::write_atomic(path.string(), content);
  if (!written.ok()) throw environment_error(written.failure().text);
}

std::string Repository::read(const std::string& name) const {
  Result<std::string> content = file::read(absolute(name));
  if (!content.ok()) throw environment_error(content.failure().text);
  return *content;
}

void Repository::remove(const std::string& name) const { std::filesystem::remove_all(absolute(name)); }

std::string Repository::commit(const std::string& name, std::string_view content) const {
  write(name, content);
  git({"add", "--", name});
  git({"commit", "--quiet", "-m", "change " + name});
  return git({"rev-parse", "HEAD"});
}

void Repository::enter(const std::string& folder) const { std::filesystem::current_path(absolute(folder)); }

}  // namespace kairon::test
