#include "install/survey.h"

#include <algorithm>
#include <map>

#include "base/file.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "install/git_config.h"
#include "json/document.h"

namespace kairon::install {

namespace {

constexpr std::size_t kManyFolders = 8;

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool below_tests(const std::string& path) { return ("/" + path).find("/tests/") != std::string::npos; }

std::vector<std::string> listed_files(const std::string& top) {
  const std::string list = ask_git(top, {"ls-files", "-z", "--cached", "--others", "--exclude-standard"}).value_or("");
  std::vector<std::string> out;
  for (const std::string_view path : text::split(list, '\0')) {
    if (!path.empty()) out.emplace_back(path);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool is_workflow(const std::string& content) {
  if (!text::contains(content, "\"nodes\"") || !text::contains(content, "\"connections\"")) return false;
  const json::Document::Parsed parsed = json::Document::parse(content);
  if (!parsed.document) return false;
  const json::Value root = parsed.document->root();
  return root["nodes"].is_array() && root["connections"].is_object();
}

void look_at_workflows(const std::string& top, const std::vector<std::string>& files, Survey& found) {
  std::vector<std::string> all_json;
  std::vector<std::string> workflows;
  for (const std::string& path : files) {
    signals::check();
    if (!path.ends_with(".json") || below_tests(path)) continue;
    all_json.push_back(path);
    const Result<std::string> content = file::read(top + "/" + path, json::kMaxBytes);
    if (!content.ok() || !is_workflow(*content)) continue;
    workflows.push_back(path);
    if (text::contains(*content, "json.ctx") || text::contains(*content, "ctx:")) ++found.with_ctx;
  }
  found.workflows = workflows.size();
  found.workflow_globs = globs_for(workflows, all_json);
}

void look_at_sql(const std::vector<std::string>& files, Survey& found) {
  std::map<std::string, std::size_t> numbered;
  for (const std::string& path : files) {
    if (!path.ends_with(".sql")) continue;
    const std::string_view name = name_of(path);
    if (name == "schema.sql" && (found.schema.empty() || path.size() < found.schema.size())) found.schema = path;
    const bool counts = name.front() >= '0' && name.front() <= '9' && !text::contains(name, "rollback") &&
                        !name.ends_with(".down.sql") && !folder_of(path).empty();
    if (counts) ++numbered[folder_of(path)];
  }
  for (const auto& [folder, count] : numbered) {
    if (count > found.migration_count) {
      found.migrations = folder;
      found.migration_count = count;
    }
  }
}

void look_at_images(const std::string& top, const std::vector<std::string>& files, Survey& found) {
  for (const std::string& path : files) {
    const std::string_view name = name_of(path);
    const bool counts = (text::contains(name, "compose") || name.starts_with("Dockerfile")) && !below_tests(path);
    if (!counts) continue;
    const Result<std::string> content = file::read(top + "/" + path, std::size_t{1} << 20U);
    if (!content.ok()) continue;
    if (const auto version = image_version(*content, "n8nio/n8n")) found.n8n_version = *version;
    for (const std::string_view image : {"postgres", "pgvector/pgvector", "timescale/timescaledb"}) {
      const auto version = image_version(*content, image);
      if (version) found.postgres_version = version->substr(0, version->find('.'));
    }
  }
}

std::string default_branch(const std::string& top) {
  constexpr std::string_view kRemote = "refs/remotes/origin/";
  const auto remote = ask_git(top, {"symbolic-ref", "-q", "refs/remotes/origin/HEAD"});
  if (remote && remote->starts_with(kRemote)) return remote->substr(kRemote.size());
  if (ask_git(top, {"rev-parse", "-q", "--verify", "refs/heads/main"})) return "main";
  return ask_git(top, {"symbolic-ref", "-q", "--short", "HEAD"}).value_or("");
}

/// A value as git-config(1) wants it written.
std::string in_quotes(const std::string& value) {
  if (value.find_first_of("\"\\;# \t") == std::string::npos) return value;
  return "\"" + text::replace_all(text::replace_all(value, "\\", "\\\\"), "\"", "\\\"") + "\"";
}

}  // namespace

std::vector<std::string> globs_for(const std::vector<std::string>& workflows,
                                   const std::vector<std::string>& all_json) {
  std::map<std::string, std::vector<std::string>> by_folder;
  for (const std::string& path : workflows) by_folder[folder_of(path)].push_back(path);
  const auto count_json = [&](const std::string& pattern) {
    return static_cast<std::size_t>(std::count_if(
        all_json.begin(), all_json.end(), [&](const std::string& path) { return text::glob_match(pattern, path); }));
  };
  if (by_folder.size() > kManyFolders) {
    const std::string& first = workflows.front();
    const std::string pattern = first.substr(0, first.find('/')) + "/**/*.json";
    if (count_json(pattern) == workflows.size()) return {pattern};
  }
  std::vector<std::string> out;
  for (const auto& [folder, members] : by_folder) {
    const std::string pattern = folder.empty() ? "*.json" : folder + "/*.json";
    if (count_json(pattern) == members.size()) {
      out.push_back(pattern);
    } else {
      out.insert(out.end(), members.begin(), members.end());
    }
  }
  return out;
}

std::optional<std::string> image_version(std::string_view text, std::string_view image) {
  for (const std::string_view line : text::lines(text)) {
    const std::string mark = std::string(image) + ":";
    const std::size_t at = line.find(mark);
    if (at == std::string_view::npos) continue;
    const bool whole = at == 0 || text::contains(" /\"'=", line.substr(at - 1, 1));
    std::string_view tag = line.substr(at + mark.size());
    if (tag.starts_with("pg")) tag.remove_prefix(2);
    const std::size_t end = tag.find_first_not_of("0123456789.");
    tag = tag.substr(0, end);
    if (whole && !tag.empty() && tag.front() != '.') return std::string(tag);
  }
  return std::nullopt;
}

Survey survey(const std::string& top) {
  const std::vector<std::string> files = listed_files(top);
  Survey found;
  look_at_workflows(top, files, found);
  look_at_sql(files, found);
  look_at_images(top, files, found);
  found.branch = default_branch(top);
  return found;
}

std::string settings_text(const Survey& found) {
  std::string out =
      "# Kairon Gate's settings for this repository, in git-config syntax. `kairon doctor` shows what is in\n"
      "# force. Addresses, keys and whatever is executed do not belong here: git config, environment or .env.\n"
      "[kairon]\n";
  const auto add = [&out](std::string_view key, const std::string& value, std::string_view fallback,
                          std::string_view why) {
    if (!value.empty() && value != fallback) out += format("\t{} = {}  ; {}\n", key, in_quotes(value), why);
  };
  const bool usual = found.workflow_globs == std::vector<std::string>{"n8n-workflows/*.json"};
  for (const std::string& glob : found.workflow_globs) {
    if (!usual) add("workflows", glob, "", "found here");
  }
  add("migrations", found.migrations, "db/migrations", "the folder with the most numbered .sql files");
  add("schema", found.schema, "db/schema.sql", "base for the trial when there is no backup");
  if (found.workflows > 0 && found.with_ctx == 0) add("ruleset", "n8n", "kairon", "no workflow here passes ctx along");
  add("n8nVersion", found.n8n_version, "", "from a compose file");
  add("postgresVersion", found.postgres_version, "", "from a compose file");
  add("deployBranch", found.branch, "main", "the default branch");
  return out;
}

}  // namespace kairon::install
