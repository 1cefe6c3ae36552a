#include "check/subject.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "check/check.h"
#include "config/keys.h"
#include "repository/published.h"

namespace kairon::check {

namespace {

ReadFile from_commit(git::GitSource& source, const git::Oid& commit) {
  return [&source, commit](const std::string& path) -> std::optional<std::string> {
    if (commit.empty()) return std::nullopt;
    return repository::read_tree_file(source, commit, path);
  };
}

/// Called where `error` was caught.
void leave_out(const Error& error, std::vector<std::string>& notes) {
  if (error.code() != ExitCode::environment) throw;
  notes.push_back(comparison_left_out(error));
}

/// The state that `load` returns, to compare with. One that cannot be read must not block the commit that repairs it.
template <typename Load>
std::optional<repository::Snapshot> comparable(std::vector<std::string>& notes, const Load& load) {
  try {
    repository::Snapshot snapshot = load();
    snapshot.read = [read = std::move(snapshot.read)](const repository::SnapshotFile& file) {
      try {
        return read(file);
      } catch (const Error& error) {
        if (error.code() != ExitCode::environment) throw;
        throw BaseUnreadable(error);
      }
    };
    return snapshot;
  } catch (const Error& error) {
    leave_out(error, notes);
    return std::nullopt;
  }
}

std::optional<repository::Snapshot> comparable(git::GitSource& source, const git::Oid& commit,
                                               const config::Settings& settings, std::vector<std::string>& notes) {
  return comparable(notes, [&] { return repository::tree_snapshot(source, commit, settings); });
}

/// What the change takes away from the gate, so that nobody has to find it in the diff.
void add_weakenings(Subject& subject, const ReadFile& before, const ReadFile& after) {
  try {
    for (std::string& line : weakenings(before, after)) subject.notes.push_back(std::move(line));
  } catch (const Error& error) {
    leave_out(error, subject.notes);
  }
}

void compare_with(Subject& subject, std::optional<repository::Snapshot> base) {
  subject.base = std::move(base);
  if (subject.base) subject.only = changed_paths(*subject.base, subject.now);
}

void only_changes_are_touched(Subject& subject) {
  if (!subject.only) {
    subject.untouched = [](const std::string&) { return false; };
    return;
  }
  subject.untouched = [changed = *subject.only](const std::string& path) { return !changed.contains(path); };
}

/// True when a change is at a path that is judged, or puts a link in the place of something that is.
bool is_gated(const git::Change& change, const config::Settings& settings) {
  if (!change.after.oid.empty() && !change.after.is_file() && repository::hides_watched(settings, change.path))
    return true;
  return settings.is_workflow_path(change.path) || settings.is_migration_path(change.path) ||
         settings.is_schema_path(change.path) || change.path == repository::kEnvironmentExample;
}

std::set<std::string> unmerged_paths(const std::vector<git::Change>& changes) {
  std::set<std::string> paths;
  for (const git::Change& change : changes)
    if (change.kind == git::ChangeKind::unmerged) paths.insert(change.path);
  return paths;
}

bool touches(const std::vector<git::Change>& changes, const std::string& path) {
  return std::any_of(changes.begin(), changes.end(), [&](const git::Change& change) { return change.path == path; });
}

}  // namespace

std::string comparison_left_out(const Error& error) {
  return format("not compared with the state before, which cannot be read: {}", error.message().text);
}

Subject staged(git::GitSource& source, const config::Settings& settings) {
  const std::string settings_file(repository::kSettingsFile);
  const std::string baseline = settings.value(config::kBaseline);
  const std::vector<git::Change> changes = source.staged_changes(repository::places_of_links(settings));

  Subject subject;
  subject.unmerged = unmerged_paths(changes);
  if (!subject.unmerged.empty()) {
    subject.only = subject.unmerged;
    return subject;
  }
  subject.read = [&source](const std::string& path) { return repository::read_index_file(source, path); };
  const bool settings_change = touches(changes, settings_file);
  if (settings_change || touches(changes, baseline)) {
    if (const auto head = source.resolve_commit("HEAD"))
      add_weakenings(subject, from_commit(source, *head), subject.read);
  }
  std::set<std::string> paths;
  for (const git::Change& change : changes)
    if (is_gated(change, settings)) paths.insert(change.path);
  subject.only = std::move(paths);
  only_changes_are_touched(subject);
  subject.empty = subject.only->empty() && !settings_change;
  if (subject.only->empty()) return subject;

  subject.now = repository::index_snapshot(source, settings);
  subject.base = comparable(subject.notes, [&] {
    return repository::snapshot_before(source, source.resolve_commit("HEAD").value_or(""), subject.now, changes,
                                       settings);
  });
  add_published(subject, source, settings, repository::published_commit(source, settings));
  return subject;
}

Subject range(git::GitSource& source, const config::Settings& settings, const git::Oid& from, const git::Oid& to) {
  Subject subject;
  subject.now = repository::tree_snapshot(source, to, settings);
  subject.read = from_commit(source, to);
  compare_with(subject, comparable(source, from, settings, subject.notes));
  subject.published = subject.base;
  only_changes_are_touched(subject);
  if (!from.empty()) add_weakenings(subject, from_commit(source, from), subject.read);
  add_history(subject, from, to);
  subject.leaves = true;
  return subject;
}

Subject pushed(git::GitSource& source, const config::Settings& settings, const git::Oid& base, const git::Oid& tip) {
  Subject subject;
  subject.now = repository::tree_snapshot(source, tip, settings);
  subject.read = from_commit(source, tip);
  subject.published = comparable(source, base, settings, subject.notes);
  subject.base = subject.published;  // callers of a removed workflow are reported, as at commit
  if (subject.published)
    subject.untouched = [changed = changed_paths(*subject.published, subject.now)](const std::string& path) {
      return !changed.contains(path);
    };
  else
    subject.untouched = [](const std::string&) { return false; };
  if (!base.empty()) add_weakenings(subject, from_commit(source, base), subject.read);
  subject.leaves = true;
  return subject;
}

void add_history(Subject& subject, const git::Oid& from, const git::Oid& to) {
  OutgoingRequest& outgoing = subject.outgoing.emplace();
  outgoing.tips = {to};
  if (!from.empty()) outgoing.known.commits = {from};
  add_judged(subject.now, outgoing.judged);
}

Subject leaving(OutgoingRequest request) {
  Subject subject;
  subject.outgoing = std::move(request);
  return subject;
}

void add_judged(const repository::Snapshot& now, std::unordered_set<std::string>& judged) {
  for (const auto* files : {&now.workflows, &now.migrations})
    for (const repository::SnapshotFile& file : *files) judged.insert(file.identity + file.path);
}

Subject arrived(git::GitSource& source, const config::Settings& settings, const git::Oid& before, const git::Oid& head,
                bool own) {
  Subject subject;
  subject.now = repository::tree_snapshot(source, head, settings);
  subject.read = from_commit(source, head);
  compare_with(subject, comparable(source, before, settings, subject.notes));
  if (own) only_changes_are_touched(subject);
  subject.empty = subject.only && subject.only->empty();
  return subject;
}

void add_published(Subject& subject, git::GitSource& source, const config::Settings& settings,
                   const git::Oid& published) {
  subject.published = comparable(subject.notes, [&] { return repository::sql_snapshot(source, published, settings); });
}

}  // namespace kairon::check
