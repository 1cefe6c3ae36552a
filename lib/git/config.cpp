#include <algorithm>
#include <array>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/temp.h"
#include "base/text.h"
#include "git/handles.h"
#include "git/libgit2_source.h"
#include "git/process_source.h"
#include "git/source.h"

namespace kairon::git {

namespace {

/// Put between "[" and "include" while libgit2 parses, since it would follow the directive.
constexpr std::string_view kInert = "kairon-inert-";

/// The strength of each place that git reads settings from, weakest first.
enum Level { kSystem = 1, kXdg, kGlobal, kLocal, kWorktree };

std::string made_inert(std::string_view content) {
  std::string out;
  const std::string lowered = text::lower(content);
  std::size_t from = 0;
  for (std::size_t at = 0; (at = lowered.find("[include", at)) != std::string::npos; ++at) {
    out.append(content.substr(from, at + 1 - from));
    out.append(kInert);
    from = at + 1;
  }
  return out.append(content.substr(from));
}

std::string restored(std::string_view s) { return text::replace_all(s, "[" + std::string(kInert) + "", "["); }

/// "section.sub.section.key" at its first and last dot.
ConfigEntry split_name(std::string_view name) {
  ConfigEntry entry;
  const std::size_t first = name.find('.');
  const std::size_t last = name.rfind('.');
  entry.section = text::lower(name.substr(0, first));
  if (first == std::string_view::npos) return entry;
  if (last > first) entry.subsection = name.substr(first + 1, last - first - 1);
  entry.key = text::lower(name.substr(last + 1));
  return entry;
}

/// git-config(1): a name without "=" is short for true.
std::string value_of(const char* value) { return value != nullptr ? value : "true"; }

Result<std::vector<ConfigEntry>> entries_of(git_config* config) {
  ConfigIterator iterator;
  if (into(iterator, git_config_iterator_new, static_cast<const git_config*>(config)) != 0) {
    return Failure{library_error()};
  }
  std::vector<ConfigEntry> entries;
  git_config_entry* raw = nullptr;
  int code = 0;
  while ((code = git_config_next(&raw, iterator.get())) == 0) {
    ConfigEntry entry = split_name(raw->name);
    entry.value = value_of(raw->value);
    entry.level = static_cast<int>(raw->level);
    entries.push_back(std::move(entry));
  }
  if (code != GIT_ITEROVER) return Failure{library_error()};
  return entries;
}

bool is_kairon(const ConfigEntry& entry) { return entry.section.starts_with("kairon"); }

bool is_about_hooks(const ConfigEntry& entry) {
  return (entry.section == "hook" && entry.key == "command") || (entry.section == "core" && entry.key == "hookspath");
}

bool is_push_url(const ConfigEntry& entry) {
  return (entry.section == "remote" && entry.key == "pushurl") ||
         (entry.section == "url" && entry.key == "pushinsteadof");
}

using Wanted = bool (*)(const ConfigEntry& entry);

struct File {
  Level level;
  std::string path;
};

std::vector<File> user_files() {
  std::vector<File> files;
  const std::string home = environment::get("HOME").value_or("");
  const std::string xdg = environment::get("XDG_CONFIG_HOME").value_or("");
  if (!environment::flag("GIT_CONFIG_NOSYSTEM")) {
    files.push_back({kSystem, environment::get("GIT_CONFIG_SYSTEM").value_or("/etc/gitconfig")});
  }
  if (const auto global = environment::get("GIT_CONFIG_GLOBAL")) {
    files.push_back({kGlobal, *global});
    return files;
  }
  if (!xdg.empty()) files.push_back({kXdg, xdg + "/git/config"});
  if (xdg.empty() && !home.empty()) files.push_back({kXdg, home + "/.config/git/config"});
  if (!home.empty()) files.push_back({kGlobal, home + "/.gitconfig"});
  return files;
}

bool has_worktree_config(git_repository* repository) {
  Config config;
  int on = 0;
  return into(config, git_repository_config, repository) == 0 &&
         git_config_get_bool(&on, config.get(), "extensions.worktreeconfig") == 0 && on != 0;
}

/// Returns libgit2's name of a level; its levels are in the same order.
git_config_level_t library_level(Level level) {
  constexpr std::array kLevels = {GIT_CONFIG_LEVEL_SYSTEM, GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
                                  GIT_CONFIG_LEVEL_LOCAL, GIT_CONFIG_LEVEL_APP};
  return kLevels[static_cast<std::size_t>(level) - 1];
}

Error unreadable(const std::string& why) {
  return environment_error("cannot read the git configuration: " + why, "git config --list shows the same error");
}

/// One file at a time: so each entry's origin is known.
std::vector<ConfigEntry> read_files(const std::vector<File>& files, git_repository* repository, Wanted wanted) {
  std::vector<ConfigEntry> all;
  for (const File& file : files) {
    Config config;
    if (!file::exists(file.path) || into(config, git_config_new) != 0) continue;
    if (git_config_add_file_ondisk(config.get(), file.path.c_str(), library_level(file.level), repository, 0) != 0) {
      throw unreadable(library_error());
    }
    Result<std::vector<ConfigEntry>> entries = entries_of(config.get());
    if (!entries.ok()) throw unreadable(entries.failure().text);
    for (ConfigEntry& entry : *entries) {
      if (!wanted(entry)) continue;
      entry.level = file.level;
      entry.origin = file.path;
      all.push_back(std::move(entry));
    }
  }
  return all;
}

Level level_of_scope(std::string_view scope) {
  if (scope == "system") return kSystem;
  if (scope == "global") return kGlobal;
  return scope == "worktree" ? kWorktree : kLocal;
}

/// "scope\0origin\0name\nvalue\0" again and again; a name without "=" lacks the "\n".
std::vector<ConfigEntry> parse_listing(std::string_view listing, Wanted wanted) {
  std::vector<ConfigEntry> entries;
  const std::vector<std::string_view> fields = text::split(listing, '\0');
  for (std::size_t i = 0; i + 2 < fields.size(); i += 3) {
    if (fields[i] == "command") continue;
    const std::size_t end = fields[i + 2].find('\n');
    ConfigEntry entry = split_name(fields[i + 2].substr(0, end));
    entry.value = end == std::string_view::npos ? "true" : fields[i + 2].substr(end + 1);
    entry.level = level_of_scope(fields[i]);
    const std::string_view origin = fields[i + 1];
    entry.origin = origin.starts_with("file:") ? origin.substr(5) : origin;
    entries.push_back(std::move(entry));
  }
  std::erase_if(entries, [&](const ConfigEntry& entry) { return !wanted(entry); });
  return entries;
}

/// Entries of the user's own files; `pattern` says for git which these are, `wanted` for libgit2.
std::vector<ConfigEntry> user_config(const GitSource* source, const std::string& pattern, Wanted wanted) {
  if (const auto* process = dynamic_cast<const ProcessSource*>(source))
    return parse_listing(process->raw_config(pattern), wanted);
  start_library();
  const auto* library = dynamic_cast<const Libgit2Source*>(source);
  git_repository* repository = library != nullptr ? library->repository() : nullptr;
  std::vector<File> files = user_files();
  if (source != nullptr) files.push_back({kLocal, source->common_dir() + "/config"});
  if (repository != nullptr && has_worktree_config(repository))
    files.push_back({kWorktree, source->git_dir() + "/config.worktree"});
  return read_files(files, repository, wanted);
}

}  // namespace

Result<std::vector<ConfigEntry>> parse_config(std::string_view content, const std::string& name) {
  if (content.find('\0') != std::string_view::npos) return Failure{name + ": contains a NUL byte"};
  start_library();
  const TempFolder folder("config");
  const std::string path = folder.path() + "/config";
  const Result<void> written = file::write_atomic(path, made_inert(content), 0600);
  if (!written.ok()) throw environment_error(written.failure().text, "set TMPDIR to a writable folder with room");
  Config config;
  if (into(config, git_config_open_ondisk, path.c_str()) != 0) {
    return Failure{text::replace_all(library_error(), path, name)};
  }
  Result<std::vector<ConfigEntry>> entries = entries_of(config.get());
  if (!entries.ok()) return Failure{text::replace_all(entries.failure().text, path, name)};
  for (ConfigEntry& entry : *entries) {
    if (entry.key.empty()) return Failure{format("{}: '{}' comes before any [section]", name, entry.section)};
    if (entry.section.starts_with(kInert)) entry.section.erase(0, kInert.size());
    entry.subsection = restored(entry.subsection);
    entry.value = restored(entry.value);
    entry.level = 0;
    entry.origin = name;
  }
  return entries;
}

std::vector<ConfigEntry> kairon_config(const GitSource* source) { return user_config(source, "^kairon", is_kairon); }

std::vector<ConfigEntry> hook_config(const GitSource& source) {
  return user_config(&source, "^(hook\\..*\\.command|core\\.hookspath)$", is_about_hooks);
}

std::vector<ConfigEntry> push_url_config(const GitSource& source) {
  return user_config(&source, "^(remote\\..*\\.pushurl|url\\..*\\.pushinsteadof)$", is_push_url);
}

}  // namespace kairon::git
