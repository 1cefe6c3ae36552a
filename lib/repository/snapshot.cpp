#include "repository/snapshot.h"

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/text.h"
#include "config/keys.h"
#include "json/document.h"
#include "migration/layout.h"

namespace kairon::repository {

namespace {

void sort_unique(std::vector<SnapshotFile>& files) {
  const auto before = [](const SnapshotFile& a, const SnapshotFile& b) { return a.path < b.path; };
  const auto same = [](const SnapshotFile& a, const SnapshotFile& b) { return a.path == b.path; };
  std::sort(files.begin(), files.end(), before);
  files.erase(std::unique(files.begin(), files.end(), same), files.end());
}

std::string_view link_kind(const git::Entry& entry) {
  constexpr unsigned kTypeBits = 0170000;
  constexpr unsigned kSubmodule = 0160000;
  return (entry.mode & kTypeBits) == kSubmodule ? "submodule" : "symlink";
}

/// The folders above `path`, the nearest last: "a", "a/b" of "a/b/c".
std::vector<std::string> folders_above(const std::string& path) {
  std::vector<std::string> folders;
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
    folders.push_back(path.substr(0, slash));
  return folders;
}

/// Where nothing is listed below a watched folder, a folder above it may be a link. `list` lists paths of the state.
template <typename List>
void add_linked_folders(const std::vector<git::Entry>& entries, const config::Settings& settings, const List& list,
                        Snapshot& snapshot) {
  std::vector<std::string> above;
  for (const std::string& folder : places_of_links(settings)) {
    const auto is_below = [&](const git::Entry& entry) {
      return entry.path == folder || entry.path.starts_with(folder + "/");
    };
    if (std::any_of(entries.begin(), entries.end(), is_below)) continue;
    for (std::string& one : folders_above(folder)) above.push_back(std::move(one));
  }
  if (above.empty()) return;
  std::sort(above.begin(), above.end());
  above.erase(std::unique(above.begin(), above.end()), above.end());
  for (const git::Entry& entry : list(above))
    if (!entry.is_file() && std::find(above.begin(), above.end(), entry.path) != above.end())
      snapshot.links.push_back({entry.path, std::string(link_kind(entry))});
}

Snapshot from_entries(git::GitSource& source, const std::vector<git::Entry>& entries,
                      const config::Settings& settings) {
  Snapshot snapshot;
  const std::vector<const migration::Layout*> layouts = migration::layouts_of(settings);
  for (const git::Entry& entry : entries) {
    if (!entry.is_file()) {  // a link or a submodule has no content of its own here
      if (hides_watched(settings, entry.path)) snapshot.links.push_back({entry.path, std::string(link_kind(entry))});
      continue;
    }
    SnapshotFile file{entry.path, entry.oid};
    if (settings.is_workflow_path(entry.path)) {
      snapshot.workflows.push_back(std::move(file));
    } else if (settings.is_migration_path(entry.path)) {
      snapshot.migrations.push_back(std::move(file));
    } else if (entry.path.ends_with(".sql") && settings.is_below_migrations(entry.path)) {
      snapshot.archived_migrations.push_back(std::move(file));
    } else if (settings.is_schema_path(entry.path) || entry.path == kEnvironmentExample ||
               is_companion(layouts, entry.path)) {
      snapshot.others.push_back(std::move(file));
    }
  }
  sort_unique(snapshot.workflows);
  sort_unique(snapshot.migrations);
  snapshot.read = [&source](const SnapshotFile& file) {
    auto content = source.read_blob(file.identity, json::kMaxBytes + 1);
    if (content.ok()) return std::move(*content);
    throw environment_error(format("cannot read {} ({})", text::printable(file.path), content.failure().message),
                            content.failure().remedy.empty() ? "run: git fsck" : content.failure().remedy);
  };
  return snapshot;
}

std::optional<std::string> read_entry(git::GitSource& source, const std::vector<git::Entry>& entries,
                                      const std::string& path) {
  const auto hit =
      std::find_if(entries.begin(), entries.end(), [&](const git::Entry& entry) { return entry.path == path; });
  if (hit == entries.end() || !hit->is_file()) return std::nullopt;
  auto content = source.read_blob(hit->oid, json::kMaxBytes);
  if (!content.ok())
    throw environment_error(format("cannot read {} ({})", text::printable(path), content.failure().message),
                            content.failure().remedy.empty() ? "run: git fsck" : content.failure().remedy);
  return std::move(*content);
}

}  // namespace

const SnapshotFile* Snapshot::workflow(std::string_view name) const {
  const auto hit = std::find_if(workflows.begin(), workflows.end(), [&](const SnapshotFile& file) {
    return file.path == name || std::filesystem::path(file.path).stem() == name;
  });
  return hit == workflows.end() ? nullptr : &*hit;
}

Error unknown_workflow(const Snapshot& snapshot, std::string_view name) {
  std::vector<std::string> stems;
  for (const SnapshotFile& file : snapshot.workflows) stems.push_back(std::filesystem::path(file.path).stem());
  const std::vector<std::string_view> names(stems.begin(), stems.end());
  const std::string_view near = text::nearest(name, names);
  return usage_error(format("no workflow '{}' in this repository", text::printable(name)),
                     near.empty() ? std::string("give its file, or the file's name without .json")
                                  : format("did you mean {}?", text::printable(near)));
}

const SnapshotFile* Snapshot::other(std::string_view path) const {
  const auto hit =
      std::find_if(others.begin(), others.end(), [path](const SnapshotFile& file) { return file.path == path; });
  return hit == others.end() ? nullptr : &*hit;
}

bool hides_watched(const config::Settings& settings, const std::string& path) {
  if (settings.is_workflow_path(path) || settings.is_migration_path(path)) return true;
  if (settings.is_workflow_path(path + "/x.json") || settings.is_migration_path(path + "/x.sql")) return true;
  std::vector<std::string> watched = watched_folders(settings);
  for (std::string& path_of_settings : settings_files(settings)) watched.push_back(std::move(path_of_settings));
  return std::any_of(watched.begin(), watched.end(),
                     [&](const std::string& folder) { return folder == path || folder.starts_with(path + "/"); });
}

std::string fixed_folder(std::string_view glob) {
  const std::size_t special = glob.find_first_of("*?[");
  if (special == std::string_view::npos) return std::string(glob);
  const std::size_t slash = glob.rfind('/', special);
  return slash == std::string_view::npos ? std::string() : std::string(glob.substr(0, slash));
}

std::vector<std::string> watched_folders(const config::Settings& settings) {
  std::vector<std::string> folders;
  for (const std::string& glob : settings.workflow_globs()) {
    std::string folder = fixed_folder(glob);
    if (folder.empty()) return {};  // a glob that begins at the top: everything is looked at
    folders.push_back(std::move(folder));
  }
  for (std::string& place : settings.sql_places()) folders.push_back(std::move(place));
  folders.emplace_back(kEnvironmentExample);
  return folders;
}

std::vector<std::string> settings_files(const config::Settings& settings) {
  std::vector<std::string> files{std::string(kSettingsFile)};
  if (std::string baseline = settings.value(config::kBaseline); !baseline.empty()) files.push_back(std::move(baseline));
  return files;
}

std::vector<std::string> places_of_links(const config::Settings& settings) {
  std::vector<std::string> places = watched_folders(settings);
  if (places.empty()) return places;
  for (std::string& path : settings_files(settings)) places.push_back(std::move(path));
  return places;
}

Snapshot index_snapshot(git::GitSource& source, const config::Settings& settings) {
  const std::vector<git::Entry> entries = source.index_entries(places_of_links(settings));
  Snapshot snapshot = from_entries(source, entries, settings);
  add_linked_folders(
      entries, settings, [&](const auto& paths) { return source.index_entries(paths); }, snapshot);
  return snapshot;
}

Snapshot tree_snapshot(git::GitSource& source, const std::string& revision, const config::Settings& settings) {
  if (revision.empty()) return from_entries(source, {}, settings);
  const std::vector<git::Entry> entries = source.tree_entries(revision, places_of_links(settings));
  Snapshot snapshot = from_entries(source, entries, settings);
  add_linked_folders(
      entries, settings, [&](const auto& paths) { return source.tree_entries(revision, paths); }, snapshot);
  return snapshot;
}

void put_file(Snapshot& snapshot, const std::string& path, std::string content) {
  std::vector<SnapshotFile>& files = path.ends_with(".sql") ? snapshot.migrations : snapshot.workflows;
  std::erase_if(files, [&](const SnapshotFile& file) { return file.path == path; });
  files.push_back({path, "w" + hash::sha256(content)});
  sort_unique(files);
  snapshot.read = [path, content = std::move(content), read = std::move(snapshot.read)](const SnapshotFile& file) {
    return file.path == path ? content : read(file);
  };
}

std::optional<std::string> read_index_file(git::GitSource& source, const std::string& path) {
  const std::vector<std::string> folders{path};
  return read_entry(source, source.index_entries(folders), path);
}

std::optional<std::string> read_tree_file(git::GitSource& source, const std::string& revision,
                                          const std::string& path) {
  const std::vector<std::string> folders{path};
  return read_entry(source, source.tree_entries(revision, folders), path);
}

}  // namespace kairon::repository
