#include "install/replaced.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::install {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxScript = std::size_t{256} << 10U;
constexpr std::array<std::string_view, 4> kDeploys = {"/api/v1/workflows", "import:workflow", "update:workflow",
                                                      "/rest/workflows"};
constexpr std::array<std::string_view, 3> kOurs = {"kairon check", "kairon hooks", "libexec/kairon"};

template <typename Words>
bool names_any(std::string_view text, const Words& words) {
  return std::any_of(words.begin(), words.end(), [&](const auto& word) { return text::contains(text, word); });
}

/// Text of a script, "" for what cannot be read or is a program.
std::string script(const std::string& path) {
  const Result<std::string> content = file::read(path, kMaxScript);
  return content.ok() && content->find('\0') == std::string::npos ? *content : std::string();
}

/// Files of the repository that a script names: "$ROOT/scripts/deploy.sh", "./deploy.sh".
std::vector<std::string> called_scripts(const std::string& top, std::string_view text) {
  std::vector<std::string> paths;
  std::string word;
  const auto take = [&] {
    std::error_code failed;
    std::string path = std::exchange(word, {});
    if (path.starts_with('$')) path = path.substr(std::min(path.find('/'), path.size() - 1) + 1);
    while (path.starts_with("./")) path.erase(0, 2);
    // What is left of "$(git rev-parse --show-toplevel)/scripts/deploy.sh".
    while (path.starts_with("/")) path.erase(0, 1);
    const bool inside = !path.empty() && !text::contains("/" + path + "/", "/../");
    if (inside && fs::is_regular_file(top + "/" + path, failed)) paths.push_back(path);
  };
  constexpr std::string_view kEnds = " \t\n\"'`;|&(){}<>=";
  for (const char c : text) kEnds.find(c) == std::string_view::npos ? word.push_back(c) : take();
  take();
  return paths;
}

std::string without_comments(std::string_view text) {
  std::string out;
  for (const std::string_view line : text::lines(text))
    if (!text::trim(line).starts_with('#')) out.append(line).append("\n");
  return out;
}

/// True when a text names a path in `folder`: "n8n-workflows/", not ".github/workflows/".
bool names_folder(std::string_view text, std::string_view folder) {
  constexpr std::string_view kPathCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  for (std::size_t at = text.find(folder); at != std::string_view::npos; at = text.find(folder, at + 1)) {
    const std::string_view before = text.substr(0, at);
    const bool inside = before.empty() || kPathCharacters.find(before.back()) == std::string_view::npos;
    // "$ROOT/n8n-workflows/" and "./n8n-workflows/" are it, "other/n8n-workflows/" is not.
    const std::string_view word = before.substr(before.find_last_of(" \t\n\"'=(") + 1);
    const bool at_top = word.empty() || word.starts_with('$') || word == "./" || word.ends_with(")/") || word == "^";
    if (inside && at_top && text.substr(at + folder.size()).starts_with('/')) return true;
  }
  return false;
}

/// How far a script has to go to count: a hook is replaced by the gate when it checks the same files, a CI job only
/// when it deploys them.
enum class Evidence { checks_or_deploys, deploys };

/// Why a script does the gate's work, "" when it does not.
std::string reason_of(const std::string& text, const Watched& watched, Evidence wanted) {
  const std::string code = without_comments(text);
  if (names_any(code, kOurs)) return {};
  const auto folder = std::find_if(watched.folders.begin(), watched.folders.end(),
                                   [&](const std::string& name) { return names_folder(code, name); });
  const std::string what = folder == watched.folders.end() ? "workflows" : *folder;
  if (names_any(code, kDeploys)) return format("deploys {}", what);
  for (const std::string& path : called_scripts(watched.top, code))
    if (names_any(without_comments(script(watched.top + "/" + path)), kDeploys))
      return format("deploys {} ({})", what, path);
  const bool checks = wanted == Evidence::checks_or_deploys && folder != watched.folders.end();
  return checks ? format("works on {}", what) : std::string();
}

std::string relative_to(const std::string& top, const std::string& path) {
  const fs::path relative = fs::path(path).lexically_normal().lexically_relative(top);
  return relative.empty() || relative.native().starts_with("..") ? path : relative.string();
}

}  // namespace

std::vector<Replaced> replaced_hooks(const WorkTree& tree, const Watched& watched) {
  std::vector<Replaced> out;
  const std::string folder = folder_to_chain(tree);
  for (const std::string& name : hooks_in(folder)) {
    const std::string path = folder + "/" + name;
    std::string reason = reason_of(script(path), watched, Evidence::checks_or_deploys);
    if (!reason.empty()) out.push_back({relative_to(tree.folder, path), name, 1, std::move(reason)});
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

// --- Jobs of GitHub workflows ------------------------------------------------------------------------

namespace {

constexpr std::string_view kFolder = ".github/workflows";
constexpr std::string_view kMark = "# retired by Kairon Gate, `kairon hooks uninstall` brings it back";

std::size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

bool is_content(std::string_view line) {
  const std::string_view trimmed = text::trim(line);
  return !trimmed.empty() && !trimmed.starts_with('#');
}

struct CiJob {
  std::string name;
  std::size_t begin = 0;  ///< index of its first line, `name:`
  std::size_t end = 0;    ///< behind its last one
};

/// The jobs of a workflow in YAML's block style, by their indentation.
std::vector<CiJob> jobs_of(const std::vector<std::string_view>& lines) {
  std::vector<CiJob> jobs;
  bool inside = false;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!is_content(lines[i])) continue;
    const std::size_t indent = indent_of(lines[i]);
    if (indent == 0) inside = text::trim(lines[i]) == "jobs:";
    if (!inside || indent == 0) continue;
    if (depth == 0) depth = indent;
    const std::string_view key = text::trim(lines[i]);
    if (indent == depth && key.ends_with(':')) jobs.push_back({std::string(key.substr(0, key.size() - 1)), i, i + 1});
    if (!jobs.empty()) jobs.back().end = i + 1;
  }
  return jobs;
}

std::string text_of(const std::vector<std::string_view>& lines, const CiJob& job) {
  std::string out;
  for (std::size_t i = job.begin; i < job.end; ++i) out.append(lines[i]).append("\n");
  return out;
}

std::vector<std::string> workflow_files(const std::string& top) {
  std::vector<std::string> paths;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(format("{}/{}", top, kFolder), failed)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".yml") || name.ends_with(".yaml")) paths.push_back(format("{}/{}", kFolder, name));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

void write(const std::string& path, const std::string& content) {
  const auto written = file::write_atomic(path, content);
  if (!written.ok()) throw environment_error(written.failure().message, "make the file writable");
}

}  // namespace

std::vector<Replaced> replaced_jobs(const Watched& watched) {
  std::vector<Replaced> out;
  for (const std::string& path : workflow_files(watched.top)) {
    const std::string content = script(watched.top + "/" + path);
    const std::vector<std::string_view> lines = text::lines(content);
    for (const CiJob& job : jobs_of(lines)) {
      const std::string body = text_of(lines, job);
      if (text::contains(body, kMark)) continue;
      std::string reason = reason_of(body, watched, Evidence::deploys);
      if (!reason.empty()) out.push_back({path, job.name, job.begin + 1, std::move(reason)});
    }
  }
  return out;
}

std::string without_jobs(const std::string& workflow, const std::vector<std::string>& jobs) {
  const std::vector<std::string_view> lines = text::lines(workflow);
  std::map<std::size_t, std::string> instead;
  for (const CiJob& job : jobs_of(lines)) {
    if (std::find(jobs.begin(), jobs.end(), job.name) == jobs.end() || job.end <= job.begin + 1) continue;
    std::size_t first = job.begin + 1;
    while (!is_content(lines[first])) ++first;
    const std::size_t indent = indent_of(lines[first]);
    const std::string off = format("{}if: false {}", std::string(indent, ' '), kMark);
    std::size_t condition = first;
    while (condition < job.end &&
           !(indent_of(lines[condition]) == indent && text::trim(lines[condition]).starts_with("if:")))
      ++condition;
    if (condition < job.end) {
      instead[condition] = format("{}: {}", off, text::trim(lines[condition]));
    } else {
      instead[job.begin] = format("{}\n{}", lines[job.begin], off);
    }
  }
  std::string out;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto hit = instead.find(i);
    out.append(hit == instead.end() ? std::string(lines[i]) : hit->second).append("\n");
  }
  return out;
}

std::string with_jobs(const std::string& workflow) {
  std::string out;
  for (const std::string_view line : text::lines(workflow)) {
    const std::size_t mark = line.find(kMark);
    if (mark == std::string_view::npos) {
      out.append(line).append("\n");
      continue;
    }
    const std::string_view kept = line.substr(mark + kMark.size());
    if (kept.starts_with(": ")) out.append(indent_of(line), ' ').append(kept.substr(2)).append("\n");
  }
  return out;
}

void retire_jobs(const std::string& top, const std::vector<Replaced>& jobs) {
  std::map<std::string, std::vector<std::string>> by_file;
  for (const Replaced& job : jobs) by_file[job.path].push_back(job.name);
  for (const auto& [path, names] : by_file) write(top + "/" + path, without_jobs(script(top + "/" + path), names));
}

std::vector<std::string> restore_jobs(const std::string& top) {
  std::vector<std::string> changed;
  for (const std::string& path : workflow_files(top)) {
    const std::string content = script(top + "/" + path);
    if (!text::contains(content, kMark)) continue;
    write(top + "/" + path, with_jobs(content));
    changed.push_back(path);
  }
  return changed;
}

}  // namespace kairon::install
