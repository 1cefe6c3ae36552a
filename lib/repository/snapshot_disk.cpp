#include <algorithm>
#include <filesystem>
#include <memory>
#include <unordered_map>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/text.h"
#include "json/document.h"
#include "migration/layout.h"
#include "repository/snapshot.h"
#include "workflow/workflow.h"

namespace kairon::repository {

namespace {

namespace fs = std::filesystem;

/// Where the listed files are, by the names under which they are shown.
using Places = std::unordered_map<std::string, std::string>;

Error unreadable(const Failure& failure) {
  return environment_error(format("cannot read {}", text::printable(failure.text)), failure.remedy);
}

/// A file on disk by its content, which is not kept: most files of a large tree were judged before.
SnapshotFile load(const std::string& shown, const std::string& on_disk, Places& places) {
  std::error_code failed;
  const fs::file_status status = fs::status(on_disk, failed);
  if (!failed && !fs::is_regular_file(status)) throw unreadable({on_disk + ": not a regular file"});
  const Result<std::string> sum = hash::sha256_of_file(on_disk);
  if (!sum.ok()) throw unreadable(sum.failure());
  places[shown] = on_disk;
  return {shown, "w" + *sum};
}

/// What was listed is what is judged: a file that has changed meanwhile is an error.
std::string read_listed(const SnapshotFile& listed, const Places& places) {
  Result<std::string> content = file::read(places.at(listed.path), json::kMaxBytes + 1);
  if (!content.ok()) throw unreadable(content.failure());
  if ("w" + hash::sha256(*content) != listed.identity)
    throw environment_error(format("{} was changed while it was judged", text::printable(listed.path)), "run it again");
  return std::move(*content);
}

std::function<std::string(const SnapshotFile&)> reader(std::shared_ptr<const Places> places) {
  return [places = std::move(places)](const SnapshotFile& listed) { return read_listed(listed, *places); };
}

/// The first part of `folder` that is a link or another repository; no path when none is.
SnapshotFile linked_part(const fs::path& top, const fs::path& folder) {
  fs::path part;
  for (const fs::path& name : folder) {
    part /= name;
    std::error_code failed;
    if (fs::is_symlink(fs::symlink_status(top / part, failed))) return {part.generic_string(), "symlink"};
    if (fs::exists(top / part / ".git", failed)) return {part.generic_string(), "submodule"};
  }
  return {};
}

/// Regular files below `folder`, paths relative to `top`; links are not followed and go into `links` with
/// submodules.
std::vector<std::string> files_below(const fs::path& top, const fs::path& folder,
                                     std::vector<SnapshotFile>* links = nullptr) {
  std::vector<std::string> found;
  std::error_code failed;
  if (SnapshotFile link = linked_part(top, folder); links != nullptr && !link.path.empty()) {
    links->push_back(std::move(link));
    return found;
  }
  const fs::path start = top / folder;
  if (fs::is_regular_file(start, failed)) return {folder.generic_string()};
  if (!fs::is_directory(start, failed)) return found;
  const auto options = fs::directory_options::none;
  for (fs::recursive_directory_iterator it(start, options, failed), end; !failed && it != end; it.increment(failed)) {
    if (it->path().filename() == ".git" || it->path().filename() == "node_modules") {
      it.disable_recursion_pending();
      continue;
    }
    std::error_code ignored;
    const std::string shown = it->path().lexically_relative(top).generic_string();
    if (links != nullptr && it->is_symlink(ignored)) links->push_back({shown, "symlink"});
    if (links != nullptr && it->is_directory(ignored) && !it->is_symlink(ignored) &&
        fs::exists(it->path() / ".git", ignored)) {
      links->push_back({shown, "submodule"});
      it.disable_recursion_pending();
    }
    if (it->is_regular_file(ignored) && !it->is_symlink(ignored)) found.push_back(shown);
  }
  if (failed) throw environment_error(format("cannot list {}: {}", start.string(), failed.message()));
  std::sort(found.begin(), found.end());
  return found;
}

bool looks_like_workflow(const std::string& content) {
  const auto parsed = json::Document::parse(content);
  return parsed.document && workflow::Workflow::looks_like_workflow(parsed.document->root());
}

void add_named_file(const std::string& path, Snapshot& snapshot, Places& places) {
  if (path.ends_with(".sql")) {
    snapshot.migrations.push_back(load(path, path, places));
  } else if (path.ends_with(".json")) {
    // Named by hand, so it is judged as a workflow even when it is none: that is the finding.
    snapshot.workflows.push_back(load(path, path, places));
  } else {
    throw usage_error(format("{} is neither a workflow (.json) nor a migration (.sql)", text::printable(path)));
  }
}

void add_named_folder(const std::string& folder, Snapshot& snapshot, Places& places) {
  for (const std::string& name : files_below(folder, "")) {
    std::string shown = folder;
    while (shown.size() > 1 && shown.ends_with('/')) shown.pop_back();
    shown = shown == "." ? name : shown + "/" + name;
    if (name.ends_with(".sql")) snapshot.migrations.push_back(load(shown, folder + "/" + name, places));
    if (!name.ends_with(".json")) continue;
    SnapshotFile listed = load(shown, folder + "/" + name, places);
    if (looks_like_workflow(read_listed(listed, places))) snapshot.workflows.push_back(std::move(listed));
  }
}

}  // namespace

Snapshot work_tree_snapshot(const std::string& top, const config::Settings& settings) {
  Snapshot snapshot;
  auto places = std::make_shared<Places>();
  std::vector<std::string> folders = places_of_links(settings);
  if (folders.empty()) folders.emplace_back("");
  const std::vector<const migration::Layout*> layouts = migration::layouts_of(settings);
  for (const std::string& folder : folders) {
    for (const std::string& path : files_below(top, folder, &snapshot.links)) {
      if (places->contains(path)) continue;
      const bool workflow = settings.is_workflow_path(path);
      const bool migration = settings.is_migration_path(path);
      const bool archived = path.ends_with(".sql") && settings.is_below_migrations(path);
      const bool companion = settings.is_schema_path(path) || path == ".env.example" || is_companion(layouts, path);
      if (!workflow && !migration && !archived && !companion) continue;
      SnapshotFile listed = load(path, top + "/" + path, *places);
      if (archived && !migration) {
        snapshot.archived_migrations.push_back(std::move(listed));
        continue;
      }
      (workflow ? snapshot.workflows : migration ? snapshot.migrations : snapshot.others).push_back(std::move(listed));
    }
  }
  std::erase_if(snapshot.links, [&](const SnapshotFile& link) { return !hides_watched(settings, link.path); });
  snapshot.read = reader(std::move(places));
  return snapshot;
}

Snapshot path_snapshot(const std::vector<std::string>& paths) {
  Snapshot snapshot;
  auto places = std::make_shared<Places>();
  snapshot.complete = false;
  for (const std::string& path : paths) {
    std::error_code failed;
    if (fs::is_directory(path, failed)) {
      add_named_folder(path, snapshot, *places);
      snapshot.complete = true;
    } else if (fs::exists(path, failed)) {
      add_named_file(path, snapshot, *places);
    } else {
      throw usage_error(format("no such file or folder: {}", text::printable(path)));
    }
  }
  snapshot.read = reader(std::move(places));
  return snapshot;
}

}  // namespace kairon::repository
