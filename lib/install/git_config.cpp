#include "install/git_config.h"

#include <filesystem>

#include "base/error.h"
#include "base/format.h"
#include "base/process.h"
#include "base/text.h"

namespace kairon::install {

namespace {

/// git config: "no such section or key" for --get, and 5 for --unset-all (git-config(1), exit codes).
constexpr int kNoSuchKey = 1;
constexpr int kNothingToUnset = 5;

process::Outcome run_git(const std::string& folder, std::vector<std::string> words) {
  std::vector<std::string> argv = {"git"};
  if (!folder.empty()) argv.insert(argv.end(), {"-C", folder});
  argv.insert(argv.end(), words.begin(), words.end());
  Result<process::Outcome> outcome = process::run({.argv = std::move(argv)});
  if (!outcome.ok()) throw environment_error(outcome.failure().text, "install git");
  return std::move(*outcome);
}

std::string remedy(std::string_view said) {
  if (text::contains(said, "dubious ownership"))
    return "git config --global --add safe.directory FOLDER, when you trust that repository";
  if (text::contains(said, "bad config")) return "correct that file; git itself refuses to work with it";
  if (text::contains(said, "must be run in a work tree"))
    return "run it in the work tree; a bare repository is gated by kairon hooks install --server";
  return "run it in the work tree of a git repository (git init makes one)";
}

[[noreturn]] void refuse(const std::string& folder, const process::Outcome& outcome) {
  std::string said(text::trim(outcome.errors));
  if (said.starts_with("fatal: ")) said.erase(0, 7);
  const std::string where = folder.empty() || folder == "." ? std::string("this folder") : folder;
  throw environment_error(format("git cannot be asked in {}: {}", where, text::lines(said).front()), remedy(said));
}

}  // namespace

std::optional<std::string> ask_git(const std::string& folder, std::vector<std::string> words) {
  process::Outcome outcome = run_git(folder, std::move(words));
  if (outcome.status == kNoSuchKey) return std::nullopt;
  if (!outcome.ok()) refuse(folder, outcome);
  if (outcome.output.ends_with('\n')) outcome.output.pop_back();
  return std::move(outcome.output);
}

std::string_view scope_name(ConfigScope scope) {
  switch (scope) {
    case ConfigScope::local:
      return "local";
    case ConfigScope::worktree:
      return "worktree";
    case ConfigScope::global:
      return "global";
  }
  return "";
}

std::vector<std::string> GitConfig::words(std::vector<std::string> rest) const {
  std::vector<std::string> out = {"config", format("--{}", scope_name(scope_))};
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

std::optional<std::string> GitConfig::get(const std::string& key) const {
  return ask_git(folder_, words({"--get", key}));
}

void GitConfig::set(const std::string& key, const std::string& value) const {
  const process::Outcome outcome = run_git(folder_, words({"--replace-all", key, value}));
  if (!outcome.ok()) refuse(folder_, outcome);
}

void GitConfig::unset(const std::string& key) const {
  const process::Outcome outcome = run_git(folder_, words({"--unset-all", key}));
  if (!outcome.ok() && outcome.status != kNothingToUnset) refuse(folder_, outcome);
}

std::optional<EffectiveValue> effective_config(const std::string& folder, const std::string& key) {
  const std::optional<std::string> line = ask_git(folder, {"config", "--show-scope", "--get", key});
  if (!line) return std::nullopt;
  const std::size_t tab = line->find('\t');
  return EffectiveValue{line->substr(tab + 1), line->substr(0, tab)};
}

}  // namespace kairon::install
