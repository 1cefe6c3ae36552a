#include "repository/snapshot.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <unordered_set>

#include "base/error.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/text.h"
#include "config/keys.h"
#include "config/workflow_paths.h"
#include "json/document.h"
#include "migration/layout.h"

namespace kairon::repository {

namespace {

void sort_unique(std::vector<SnapshotFile>& files) {
  const auto before = [](const SnapshotFile& a, const SnapshotFile& b) { return a.path < b.path; };
  const auto same = [](const SnapshotFile& a, const SnapshotFile& b) { return a.path == b.path; };
  const auto not_before = [&before](const SnapshotFile& a, const SnapshotFile& b) { return !before(a, b); };
  // git lists files in this order: looking costs less than sorting.
  if (std::adjacent_find(files.begin(), files.end(), not_before) == files.end()) return;
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

/// True when the sorted files have `folder` itself or something below it.
template <typename File>
bool has_below(const std::vector<File>& files, const std::string& folder) {
  const std::string inside = folder + "/";
  const auto first_from = [&](const std::string& path) {
    return std::ranges::lower_bound(files, path, {}, &File::path);
  };
  const auto same = first_from(folder);
  const auto below = first_from(inside);
  return (same != files.end() && same->path == folder) || (below != files.end() && below->path.starts_with(inside));
}

/// Returns what is a link above a watched folder below which the state has nothing. `list` lists paths of the state.
template <typename HasBelow, typename List>
std::vector<SnapshotFile> linked_folders(const config::Settings& settings, const HasBelow& has, const List& list) {
  std::vector<SnapshotFile> links;
  std::vector<std::string> above;
  for (const std::string& folder : places_of_links(settings)) {
    if (has(folder)) continue;
    for (std::string& one : folders_above(folder)) above.push_back(std::move(one));
  }
  if (above.empty()) return links;
  std::sort(above.begin(), above.end());
  above.erase(std::unique(above.begin(), above.end()), above.end());
  for (const git::Entry& entry : list(above))
    if (!entry.is_file() && std::find(above.begin(), above.end(), entry.path) != above.end())
      links.push_back({entry.path, std::string(link_kind(entry))});
  return links;
}

std::function<std::string(const SnapshotFile&)> blob_reader(git::GitSource& source) {
  return [&source](const SnapshotFile& file) {
    auto content = source.read_blob(file.identity, json::kMaxBytes + 1);
    if (content.ok()) return std::move(*content);
    throw environment_error(format("cannot read {} ({})", text::printable(file.path), content.failure().text),
                            content.failure().remedy.empty() ? "run: git fsck" : content.failure().remedy);
  };
}

Snapshot from_entries(git::GitSource& source, std::vector<git::Entry> entries, const config::Settings& settings) {
  Snapshot snapshot;
  const std::vector<const migration::Layout*> layouts = migration::layouts_of(settings);
  const config::WorkflowPaths workflows(settings);
  for (git::Entry& entry : entries) {
    if (!entry.is_file()) {  // a link or a submodule has no content of its own here
      if (hides_watched(settings, entry.path)) snapshot.links.push_back({entry.path, std::string(link_kind(entry))});
      continue;
    }
    SnapshotFile file{std::move(entry.path), std::move(entry.oid)};
    if (workflows.contain(file.path)) {
      snapshot.workflows.push_back(std::move(file));
    } else if (settings.is_migration_path(file.path)) {
      snapshot.migrations.push_back(std::move(file));
    } else if (file.path.ends_with(".sql") && settings.is_below_migrations(file.path)) {
      snapshot.archived_migrations.push_back(std::move(file));
    } else if (settings.is_schema_path(file.path) || file.path == kEnvironmentExample ||
               is_companion(layouts, file.path)) {
      snapshot.others.push_back(std::move(file));
    }
  }
  sort_unique(snapshot.workflows);
  sort_unique(snapshot.migrations);
  snapshot.read = blob_reader(source);
  return snapshot;
}

/// Every list of a snapshot.
constexpr std::array kLists = {&Snapshot::workflows, &Snapshot::migrations, &Snapshot::archived_migrations,
                               &Snapshot::others, &Snapshot::links};

/// Always true when there are no places: then everything is looked at.
bool is_at_or_below(std::string_view path, const std::vector<std::string>& places) {
  return places.empty() || std::ranges::any_of(places, [path](const std::string& place) {
           return path.starts_with(place) && (path.size() == place.size() || path[place.size()] == '/');
         });
}

/// Lists a state through `list`, with what may be a link above its watched folders.
template <typename List>
Snapshot listed_snapshot(git::GitSource& source, const config::Settings& settings, const List& list) {
  std::vector<git::Entry> entries = list(places_of_links(settings));
  std::vector<SnapshotFile> links = linked_folders(
      settings, [&](const std::string& folder) { return has_below(entries, folder); }, list);
  Snapshot snapshot = from_entries(source, std::move(entries), settings);
  std::move(links.begin(), links.end(), std::back_inserter(snapshot.links));
  return snapshot;
}

std::optional<std::string> read_entry(git::GitSource& source, const std::vector<git::Entry>& entries,
                                      const std::string& path) {
  const auto hit =
      std::find_if(entries.begin(), entries.end(), [&](const git::Entry& entry) { return entry.path == path; });
  if (hit == entries.end() || !hit->is_file()) return std::nullopt;
  auto content = source.read_blob(hit->oid, json::kMaxBytes);
  if (!content.ok())
    throw environment_error(format("cannot read {} ({})", text::printable(path), content.failure().text),
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
  return listed_snapshot(source, settings, [&](const auto& paths) { return source.index_entries(paths); });
}

Snapshot tree_snapshot(git::GitSource& source, const std::string& revision, const config::Settings& settings) {
  if (revision.empty()) return from_entries(source, {}, settings);
  return listed_snapshot(source, settings, [&](const auto& paths) { return source.tree_entries(revision, paths); });
}

Snapshot sql_snapshot(git::GitSource& source, const std::string& revision, const config::Settings& settings) {
  const std::vector<std::string> places = settings.sql_places();
  if (revision.empty() || places.empty()) return from_entries(source, {}, settings);
  return from_entries(source, source.tree_entries(revision, places), settings);
}

Snapshot snapshot_before(git::GitSource& source, const std::string& revision, const Snapshot& now,
                         const std::vector<git::Change>& changes, const config::Settings& settings) {
  std::vector<git::Entry> former;
  std::unordered_set<std::string_view> changed;
  for (const git::Change& change : changes) {
    changed.insert(change.path);
    if (!change.before.oid.empty()) former.push_back(change.before);
  }
  Snapshot before = from_entries(source, std::move(former), settings);
  for (const auto files : kLists) {
    std::vector<SnapshotFile> all;
    all.reserve((now.*files).size() + (before.*files).size());
    for (const SnapshotFile& file : now.*files)
      if (!changed.contains(file.path)) all.push_back(file);
    const auto unchanged = static_cast<std::ptrdiff_t>(all.size());
    std::move((before.*files).begin(), (before.*files).end(), std::back_inserter(all));
    std::inplace_merge(all.begin(), all.begin() + unchanged, all.end(),
                       [](const SnapshotFile& a, const SnapshotFile& b) { return a.path < b.path; });
    before.*files = std::move(all);
  }
  // Links above the watched folders are in no list of changes.
  const std::vector<std::string> places = places_of_links(settings);
  std::erase_if(before.links, [&](const SnapshotFile& link) { return !is_at_or_below(link.path, places); });
  const auto has = [&](const std::string& folder) {
    return std::ranges::any_of(kLists, [&](const auto files) { return has_below(before.*files, folder); });
  };
  for (SnapshotFile& link : linked_folders(settings, has, [&](const auto& paths) {
         return revision.empty() ? std::vector<git::Entry>() : source.tree_entries(revision, paths);
       }))
    before.links.push_back(std::move(link));
  return before;
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
