#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/process.h"
#include "base/temp.h"

namespace kairon::test {

/// Sets an environment variable for a scope.
class Variable {
 public:
  Variable(std::string name, const std::string& value);
  ~Variable();
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  std::string name_;
  std::string before_;
  bool was_set_ = false;
};

/// A real repository in a temp folder, made by the real git, isolated from this user's settings.
/// While it lives it is the current folder and git's own variables are unset.
class Repository {
 public:
  /// `git init ARGUMENTS` in `<temp>/work`; with no_init only the folder is made.
  enum class Init { yes, no };
  explicit Repository(std::vector<std::string> arguments = {}, Init init = Init::yes);
  ~Repository();
  Repository(const Repository&) = delete;
  Repository& operator=(const Repository&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// The temp folder around the work tree, for more repositories.
  [[nodiscard]] const std::string& outside() const { return folder_.path(); }

  /// Runs git in `folder` ("" = the work tree) and gives its stdout without the final line end;
  /// throws Error with its stderr when it fails.
  std::string git(const std::vector<std::string>& arguments, const std::string& folder = {}) const;
  /// Runs git and gives its exit status.
  [[nodiscard]] int try_git(const std::vector<std::string>& arguments, const std::string& folder = {}) const;
  /// Writes a file below the work tree (or at an absolute path), making its folders.
  void write(const std::string& name, std::string_view content) const;
  [[nodiscard]] std::string read(const std::string& name) const;
  void remove(const std::string& name) const;
  /// Writes, adds and commits one file; returns the commit.
  std::string commit(const std::string& name, std::string_view content) const;
  /// Changes this process's current folder (relative to the work tree).
  void enter(const std::string& folder) const;

 private:
  [[nodiscard]] process::Outcome run(const std::vector<std::string>& arguments, const std::string& folder) const;
  [[nodiscard]] std::string absolute(const std::string& name) const;

  TempFolder folder_;
  std::string path_;
  std::string before_;
  std::vector<std::unique_ptr<Variable>> variables_;
};

}  // namespace kairon::test
