#include "repository/snapshot.h"

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "json/document.h"

namespace kairon::repository {

namespace {

constexpr std::string_view kEnvironmentExample = ".env.example";

void sort_unique(std::vector<SnapshotFile>& files) {
  const auto before = [](const SnapshotFile& a, const SnapshotFile& b) { return a.path < b.path; };
  const auto same = [](const SnapshotFile& a, const SnapshotFile& b) { return a.path == b.path; };
  std::sort(files.begin(), files.end(), before);
  files.erase(std::unique(files.begin(), files.end(), same), files.end());
}

Snapshot from_entries(git::GitSource& source, const std::vector<git::Entry>& entries,
                      const config::Settings& settings) {
  Snapshot snapshot;
  const std::string schema = settings.schema_file();
  for (const git::Entry& entry : entries) {
    if (!entry.is_file()) continue;  // a link or a submodule has no content of its own here
    SnapshotFile file{entry.path, entry.oid};
    if (settings.is_workflow_path(entry.path)) {
      snapshot.workflows.push_back(std::move(file));
    } else if (settings.is_migration_path(entry.path)) {
      snapshot.migrations.push_back(std::move(file));
    } else if (entry.path.ends_with(".sql") && entry.path.starts_with(settings.migrations_folder() + "/")) {
      snapshot.archived_migrations.push_back(std::move(file));
    } else if (entry.path == schema || entry.path == kEnvironmentExample) {
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
  folders.push_back(settings.migrations_folder());
  folders.push_back(settings.schema_file());
  folders.emplace_back(kEnvironmentExample);
  return folders;
}

Snapshot index_snapshot(git::GitSource& source, const config::Settings& settings) {
  return from_entries(source, source.index_entries(watched_folders(settings)), settings);
}

Snapshot tree_snapshot(git::GitSource& source, const std::string& revision, const config::Settings& settings) {
  if (revision.empty()) return from_entries(source, {}, settings);
  return from_entries(source, source.tree_entries(revision, watched_folders(settings)), settings);
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
