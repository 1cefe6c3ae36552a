#include "install/evidence.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <set>
#include <utility>

#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "json/document.h"
#include "repository/snapshot.h"

namespace kairon::install {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxScript = std::size_t{256} << 10U;
constexpr int kDeepestCall = 4;
constexpr std::array<std::string_view, 2> kImports = {"import:workflow", "update:workflow"};
constexpr std::array<std::string_view, 2> kApis = {"/api/v1/workflows", "/rest/workflows"};
// A job that saves the workflows of a server asks the same API, and goes on.
constexpr std::array<std::string_view, 9> kWrites = {"PUT",     "POST",     "PATCH",  ".put(", ".post(",
                                                     ".patch(", "--upload", "--data", " -d "};
constexpr std::array<std::string_view, 3> kOurs = {"kairon check", "kairon hooks", "libexec/kairon"};

template <typename Words>
bool names_any(std::string_view text, const Words& words) {
  return std::any_of(words.begin(), words.end(), [&](const auto& word) { return text::contains(text, word); });
}

bool writes_workflows(std::string_view code) {
  return names_any(code, kImports) || (names_any(code, kApis) && names_any(code, kWrites));
}

/// Something that a script calls, and its text.
struct Called {
  std::string shown;  ///< "scripts/deploy.sh", "package.json: deploy"
  std::string text;
};

std::vector<std::string> words_of(std::string_view text) {
  constexpr std::string_view kEnds = " \t\n\"'`;|&(){}<>=[],";
  std::vector<std::string> words(1);
  for (const char c : text) {
    if (kEnds.find(c) == std::string_view::npos) {
      words.back().push_back(c);
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  return words;
}

/// A file of the repository that a word names: "$ROOT/scripts/deploy.sh", "./deploy.sh", or a local action's folder.
std::string named_file(const std::string& top, std::string path) {
  if (path.starts_with('$')) path = path.substr(std::min(path.find('/'), path.size() - 1) + 1);
  while (path.starts_with("./")) path.erase(0, 2);
  // What is left of "$(git rev-parse --show-toplevel)/scripts/deploy.sh".
  while (path.starts_with("/")) path.erase(0, 1);
  if (path.empty() || text::contains("/" + path + "/", "/../")) return {};
  for (const std::string_view end : {"", "/action.yml", "/action.yaml"}) {
    std::error_code failed;
    if (fs::is_regular_file(format("{}/{}{}", top, path, end), failed)) return format("{}{}", path, end);
  }
  return {};
}

/// What a call of a file can run: not the package.json or the README that a job names for another purpose, and not a
/// hook manager's file, whose commands are looked at one by one.
std::string called_text(const std::string& top, const std::string& path) {
  if (path == ".pre-commit-config.yaml" || path.ends_with("lefthook.yml") || path.ends_with("lefthook.yaml")) return {};
  constexpr std::array<std::string_view, 10> kScripts = {".sh",  ".bash", ".py", ".js",  ".mjs",
                                                         ".cjs", ".ts",   ".rb", ".yml", ".yaml"};
  std::string text = script_text(top + "/" + path);
  const bool runs = text.starts_with("#!") || std::any_of(kScripts.begin(), kScripts.end(),
                                                          [&](std::string_view end) { return path.ends_with(end); });
  return runs ? text : std::string();
}

std::string npm_script(const std::string& top, const std::string& name) {
  const auto parsed = json::Document::parse(script_text(top + "/package.json"));
  return parsed.document ? std::string(parsed.document->root()["scripts"][name].string()) : std::string();
}

std::string make_target(const std::string& top, const std::string& name) {
  const std::string makefile = script_text(top + "/Makefile");
  std::string out;
  bool inside = false;
  for (const std::string_view line : text::lines(makefile)) {
    if (!line.empty() && line.front() != '\t' && line.front() != '#') inside = line.starts_with(name + ":");
    if (inside) out.append(line).append("\n");
  }
  return out;
}

std::vector<Called> called_by(const std::string& top, std::string_view code) {
  constexpr std::array<std::string_view, 4> kRunners = {"npm", "yarn", "pnpm", "bun"};
  std::vector<Called> out;
  const std::vector<std::string> words = words_of(code);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (std::string path = named_file(top, words[i]); !path.empty()) {
      std::string text = called_text(top, path);
      out.push_back({std::move(path), std::move(text)});
    }
    std::size_t next = i + 1;
    if (std::find(kRunners.begin(), kRunners.end(), words[i]) != kRunners.end()) {
      if (next < words.size() && words[next] == "run") ++next;
      if (next < words.size()) out.push_back({"package.json: " + words[next], npm_script(top, words[next])});
    } else if (words[i] == "make" && next < words.size()) {
      out.push_back({"Makefile: " + words[next], make_target(top, words[next])});
    }
  }
  return out;
}

std::string without_comments(std::string_view text) {
  std::string out;
  for (const std::string_view line : text::lines(text))
    if (!text::trim(line).starts_with('#')) out.append(line).append("\n");
  return out;
}

/// What a script calls that writes workflows, by its name; "" when nothing does.
std::string deploying_call(const std::string& top, std::string_view code, std::set<std::string>& seen, int depth) {
  if (depth == kDeepestCall) return {};
  for (const Called& called : called_by(top, code)) {
    if (!seen.insert(called.shown).second || called.text.empty()) continue;
    const std::string inner = without_comments(called.text);
    if (names_any(inner, kOurs)) continue;
    if (writes_workflows(inner) || !deploying_call(top, inner, seen, depth + 1).empty()) return called.shown;
  }
  return {};
}

/// Returns true when a text names a path in `folder`: "n8n-workflows/", not ".github/workflows/".
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

/// The watched folder that a text names, "" when it names none of them.
std::string named_folder(std::string_view text, const Watched& watched) {
  const auto folder = std::find_if(watched.folders.begin(), watched.folders.end(),
                                   [&](const std::string& name) { return names_folder(text, name); });
  return folder == watched.folders.end() ? std::string() : *folder;
}

}  // namespace

Watched watched_by(const std::string& top, const config::Settings& settings) {
  Watched watched{top, {}};
  const auto add = [&](const std::string& folder) {
    const bool known = std::find(watched.folders.begin(), watched.folders.end(), folder) != watched.folders.end();
    if (!folder.empty() && !known && file::exists(format("{}/{}", top, folder))) watched.folders.push_back(folder);
  };
  for (const std::string& glob : settings.workflow_globs()) add(repository::fixed_folder(glob));
  for (const std::string& folder : settings.migration_folders()) add(folder);
  return watched;
}

std::string script_text(const std::string& path) {
  const Result<std::string> content = file::read(path, kMaxScript);
  return content.ok() && content->find('\0') == std::string::npos ? *content : std::string();
}

std::string reason_of(std::string_view text, const Watched& watched, Evidence wanted) {
  const std::string code = without_comments(text);
  if (names_any(code, kOurs)) return {};
  const std::string folder = named_folder(code, watched);
  const std::string what = folder.empty() ? "workflows" : folder;
  if (writes_workflows(code)) return format("deploys {}", what);
  std::set<std::string> seen;
  const std::string call = deploying_call(watched.top, code, seen, 0);
  if (!call.empty()) return format("deploys {} ({})", what, call);
  const bool checks = wanted == Evidence::checks_or_deploys && !folder.empty();
  return checks ? format("works on {}", what) : std::string();
}

std::string reason_of_command(std::string_view command, std::string_view filter, const Watched& watched) {
  std::string reason = reason_of(command, watched, Evidence::checks_or_deploys);
  if (!reason.empty() || names_any(command, kOurs)) return reason;
  for (const Called& called : called_by(watched.top, command)) {
    const std::string inner = without_comments(called.text);
    if (inner.empty() || names_any(inner, kOurs)) continue;
    std::string folder = named_folder(inner, watched);
    if (folder.empty()) folder = named_folder(filter, watched);
    if (!folder.empty()) return format("works on {} ({})", folder, called.shown);
  }
  return {};
}

}  // namespace kairon::install
