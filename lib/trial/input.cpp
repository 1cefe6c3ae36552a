#include "trial/input.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <set>

#include "backup/ready_dump.h"
#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/text.h"
#include "migration/set.h"
#include "trial/chosen_files.h"

namespace kairon::trial {

namespace {

namespace fs = std::filesystem;

/// Commits looked back for the last change of the schema file; beyond, it is taken as complete.
constexpr int kMaxHistory = 10000;
constexpr std::size_t kMaxFile = std::size_t{64} << 20U;

std::string blob(git::GitSource& source, const git::Oid& oid, const std::string& path) {
  Result<std::string> content = source.read_blob(oid, kMaxFile);
  if (!content.ok()) throw environment_error(format("cannot read {}: {}", path, content.failure().text));
  return std::move(*content);
}

/// What kairon backup keeps is judged by its manifest, not by its first bytes; what begins with a dot
/// is not finished.
bool is_ours(const std::string& name) {
  return name.starts_with('.') || name.starts_with("kairon-restore-") || backup::parse_stamp(name).has_value();
}

/// The newest file of pg_dump's custom format ("PGDMP") that is not ours.
std::string newest_in(const std::string& folder) {
  std::string newest;
  fs::file_time_type when{};
  std::error_code failed;
  for (auto at = fs::recursive_directory_iterator(folder, failed); at != fs::recursive_directory_iterator();
       at.increment(failed)) {
    const fs::directory_entry& entry = *at;
    if (is_ours(entry.path().filename().string())) {
      if (entry.is_directory(failed)) at.disable_recursion_pending();
      continue;
    }
    if (!entry.is_regular_file(failed) || (!newest.empty() && entry.last_write_time(failed) <= when)) continue;
    const file::Descriptor fd(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC));
    char magic[5] = {};
    if (!fd || ::read(fd.get(), magic, sizeof magic) != 5 || std::string_view(magic, 5) != "PGDMP") continue;
    newest = entry.path().string();
    when = entry.last_write_time(failed);
  }
  return newest;
}

/// Object id of a commit's schema file, "" without one.
git::Oid schema_of(git::GitSource& source, const config::Settings& settings, const git::Oid& commit) {
  const std::vector<std::string> where = {settings.schema_file()};
  if (where.front().empty()) return {};
  for (const git::Entry& entry : source.tree_entries(commit, where)) {
    if (entry.path == where.front() && entry.is_file()) return entry.oid;
  }
  return {};
}

struct Reach {
  git::Oid oldest;
  git::Oid before;  ///< its first parent; "" = it has none
};

/// From `commit` back over first parents, as far as they are alike.
template <typename Alike>
Reach walk_back(git::GitSource& source, const git::Oid& commit, const Alike& alike) {
  Reach reach{commit, {}};
  for (int i = 0; i < kMaxHistory; ++i) {
    const std::vector<git::Oid> parents = source.parents(reach.oldest);
    reach.before = parents.empty() ? git::Oid() : parents.front();
    if (reach.before.empty() || !alike(reach.before)) break;
    reach.oldest = reach.before;
  }
  return reach;
}

TrialOptions outside_repository(const TrialRequest& request) {
  if (request.files.empty()) throw usage_error("no migration to try", "name the files, or run it inside a repository");
  TrialOptions options;
  const fs::path first = fs::absolute(request.files.front());
  std::error_code failed;
  const std::string folder = (fs::is_directory(first, failed) ? first : first.parent_path()).string();
  options.fresh = named_files("", folder, request.files);
  stand_on_earlier(options, migrate::read_folder("", folder));
  return options;
}

std::vector<migrate::Source> read_tip(git::GitSource& source, const config::Settings& settings,
                                      const TrialRequest& request) {
  return request.tip.empty() ? migrate::read_folder(source.top(), settings)
                             : read_commit(source, request.tip, settings);
}

/// What does not come from the repository.
void configure(TrialOptions& options, const config::Settings& settings) {
  options.base.missing = missing_extensions(settings);
  options.base.fence = fence_mode(settings);
  options.major = settings.postgres_major();
}

/// Schema and migrations of a commit; "" = nothing.
Base base_at(git::GitSource& source, const config::Settings& settings, const std::string& revision) {
  Base base;
  base.layout = &migration::layout_of(settings);
  if (const std::string host = settings.value(config::kHost); host != "none") base.host = host;
  base.missing = missing_extensions(settings);
  base.fence = fence_mode(settings);
  if (revision.empty()) return base;
  base.chain = read_commit(source, revision, settings);
  if (const git::Oid schema = schema_of(source, settings, revision); !schema.empty()) {
    base.schema_path = settings.schema_file();
    base.schema = blob(source, schema, settings.schema_file());
  }
  base.since_schema = since_schema(source, revision, settings, base.chain);
  return base;
}

bool has_file(git::GitSource& source, const git::Oid& commit, const std::string& path) {
  const std::vector<std::string> where = {path};
  const auto entries = source.tree_entries(commit, where);
  return std::any_of(entries.begin(), entries.end(), [&path](const git::Entry& entry) { return entry.path == path; });
}

bool same_content(const std::shared_ptr<const migration::File>& a, const std::shared_ptr<const migration::File>& b) {
  return a && b ? a->text() == b->text() : !a && !b;
}

/// What stood when `one`, which `revision` has, came: the commit before it, and what came with it and runs earlier.
Base base_before(git::GitSource& source, const config::Settings& settings, const git::Oid& revision,
                 const migrate::Source& one) {
  const std::string& path = one.forward->path();
  const Reach reach = walk_back(source, revision, [&](const git::Oid& c) { return has_file(source, c, path); });
  Base base = base_at(source, settings, reach.before);
  for (migrate::Source& other : read_commit(source, reach.oldest, settings)) {
    if (holds(base.chain, other) || !(other.version < one.version)) continue;
    if (base.schema) base.since_schema.push_back(other);
    base.chain.push_back(std::move(other));
  }
  for (auto* sources : {&base.chain, &base.since_schema}) migrate::sort_by_version(*sources);
  return base;
}

}  // namespace

void choose_backup(Base& base, const config::Settings& settings, const std::string& top) {
  const std::string folder = backup::backup_directory(settings, top);
  // Backups are of the environment's database, which a history with a database of its own does not run in.
  const bool own = !settings.history().empty() && !settings.value(config::kHistoryDatabase, settings.history()).empty();
  if (folder.empty() || own) return;
  const auto newest = backup::newest_dump(folder, settings.value(config::kBackupIdentity), std::time(nullptr));
  if (!newest.ok()) {
    base.backup_note = "without the newest backup: " + newest.failure().text;
    return;
  }
  if (!*newest) {
    base.backup = newest_in(folder);
    return;
  }
  const backup::ReadyDump& dump = **newest;
  base.backup = dump.path;
  base.backup_origin = dump.stored;
  base.backup_folder = dump.folder;
}

std::vector<migrate::Source> since_schema(git::GitSource& source, const std::string& revision,
                                          const config::Settings& settings, const std::vector<migrate::Source>& chain) {
  const git::Oid wanted = revision.empty() ? git::Oid() : schema_of(source, settings, revision);
  if (wanted.empty()) return {};
  const git::Oid before =
      walk_back(source, revision, [&](const git::Oid& c) { return schema_of(source, settings, c) == wanted; }).before;
  std::set<std::string> contained;
  const std::vector<std::string> folder = {settings.migrations_folder()};
  if (!before.empty()) {
    for (const git::Entry& entry : source.tree_entries(before, folder))
      contained.insert(file_name(migration::layout_of(settings), entry.path).stem);
  }
  std::vector<migrate::Source> since;
  for (const migrate::Source& one : chain) {
    if (!contained.contains(one.version.stem)) since.push_back(one);
  }
  return since;
}

std::vector<migrate::Source> read_commit(git::GitSource& source, const std::string& revision,
                                         const config::Settings& settings) {
  const migration::Layout& layout = migration::layout_of(settings);
  std::vector<migration::Entry> entries;
  const std::vector<std::string> folders = {settings.migrations_folder()};
  for (const git::Entry& entry : source.tree_entries(revision, folders)) {
    if (!entry.is_file()) continue;
    if (settings.is_migration_path(entry.path) || is_companion(layout, entry.path))
      entries.push_back({entry.path, entry.oid});
  }
  const auto read = [&](const migration::Entry& entry) { return blob(source, entry.content_id, entry.path); };
  std::vector<migrate::Source> sources;
  const migration::Set set = migrate::set_of(layout, folders.front(), entries, read);
  for (const migration::Migration& one : set.migrations()) sources.push_back(migrate::source_of(layout, one, read));
  return sources;
}

MissingExtensions missing_extensions(const config::Settings& settings) {
  return settings.value(config::kMissingExtensions) == "stub" ? MissingExtensions::stub : MissingExtensions::block;
}

postgres::FenceMode fence_mode(const config::Settings& settings) {
  return settings.value(config::kGateFence) ? postgres::FenceMode::on : postgres::FenceMode::off;
}

TrialOptions trial_input(git::GitSource* source, const config::Settings& settings, const TrialRequest& request) {
  TrialOptions options;
  if (source == nullptr) options = outside_repository(request);
  configure(options, settings);
  if (source == nullptr) return options;
  const std::string folder = settings.migrations_folder();
  std::vector<migrate::Source> present = read_tip(*source, settings, request);
  options.base = base_at(*source, settings, request.base);
  if (request.files.empty()) {
    for (migrate::Source& one : present) {
      if (!holds(options.base.chain, one)) options.fresh.push_back(one);
    }
    if (begin_anew(options, present, *source, settings, request)) return options;
  } else {
    options.fresh = named_files(source->top(), folder, request.files, migration::layout_of(settings));
    const auto published = request.base.empty() ? std::nullopt : source->resolve_commit(request.base);
    if (published && holds(options.base.chain, options.fresh.front()))
      options.base = base_before(*source, settings, *published, options.fresh.front());
    stand_on_earlier(options, present);
  }
  choose_backup(options.base, settings, source->top());
  return options;
}

std::vector<TrialOptions> changed_rollbacks(git::GitSource& source, const config::Settings& settings,
                                            const TrialRequest& request) {
  if (request.base.empty() || !request.files.empty()) return {};
  const auto base = source.resolve_commit(request.base);
  if (!base) return {};
  const std::vector<migrate::Source> before = read_commit(source, *base, settings);
  std::vector<TrialOptions> trials;
  for (migrate::Source& now : read_tip(source, settings, request)) {
    const auto old = std::find_if(before.begin(), before.end(),
                                  [&now](const migrate::Source& one) { return one.version.stem == now.version.stem; });
    if (old == before.end() || !same_content(old->forward, now.forward) || same_content(old->rollback, now.rollback))
      continue;
    TrialOptions trial;
    trial.base = base_before(source, settings, *base, *old);
    configure(trial, settings);
    trial.fresh.push_back(std::move(now));
    trials.push_back(std::move(trial));
  }
  return trials;
}

bool is_missing_object(const std::string& sqlstate) {
  static const std::set<std::string> kStates = {"42P01", "42703", "42883", "42704", "3F000"};
  return kStates.contains(sqlstate);
}

bool is_present_object(const std::string& sqlstate) {
  static const std::set<std::string> kStates = {"42P07", "42701", "42723", "42710", "42P06", "42P16"};
  return kStates.contains(sqlstate);
}

std::vector<TrialOptions> schema_bases(git::GitSource& source, const config::Settings& settings,
                                       const TrialRequest& request, const TrialOptions& from_nothing) {
  const Base& base = from_nothing.base;
  if (base.schema || !base.backup.empty() || base.archived > 0) return {};
  const auto tip = source.resolve_commit(request.tip.empty() ? "HEAD" : request.tip);
  if (!tip || schema_of(source, settings, *tip).empty()) return {};
  const git::Oid first =
      walk_back(source, *tip, [&](const git::Oid& c) { return !schema_of(source, settings, c).empty(); }).oldest;
  TrialOptions every = from_nothing;
  every.base.schema_path = settings.schema_file();
  every.base.schema = blob(source, schema_of(source, settings, first), every.base.schema_path);
  every.base.since_schema = every.base.chain;
  TrialOptions later = every;
  later.base.since_schema.clear();
  later.base.chain = read_commit(source, first, settings);
  std::erase_if(later.fresh, [&](const migrate::Source& one) { return holds(later.base.chain, one); });
  return {std::move(every), std::move(later)};
}

std::vector<TrialOptions> repaired_bases(git::GitSource& source, const config::Settings& settings,
                                         const TrialRequest& request, const TrialOptions& from) {
  const auto tip = source.resolve_commit(request.tip.empty() ? "HEAD" : request.tip);
  if (!tip || !from.base.backup.empty()) return {};
  const git::Oid schema = schema_of(source, settings, *tip);
  if (schema.empty()) return {};
  TrialOptions every = from;
  every.base.schema_path = settings.schema_file();
  every.base.schema = blob(source, schema, every.base.schema_path);
  every.base.since_schema.clear();
  if (every.base.schema == from.base.schema) return {};
  TrialOptions held = every;
  held.fresh.clear();
  return {std::move(every), std::move(held)};
}

std::string verdict_key(const TrialOptions& options) {
  std::string content = "revision 2\n" + base_key(options.base);
  if (!options.base.backup.empty()) {
    const std::string& stored = options.base.backup_origin.empty() ? options.base.backup : options.base.backup_origin;
    struct stat info {};
    ::stat(stored.c_str(), &info);
    content += format("\n{} {} {}", stored, info.st_size, info.st_mtim.tv_sec);
  }
  const auto url = environment::get("KAIRON_TEST_DATABASE_URL");
  content += "\n" + (url && !url->empty() ? *url : postgres::require_binaries(options.major).version);
  content += format("\n{} {}", options.lock_budget.count(), options.statement_timeout.count());
  for (const migrate::Source& one : options.fresh)
    content +=
        "\n" + one.version.stem + " " + one.forward->checksum() + " " + (one.rollback ? one.rollback->checksum() : "-");
  return hash::sha256(content);
}

bool verdict_known(const std::string& folder, const std::string& key) { return file::exists(folder + "/" + key); }

void remember_verdict(const std::string& folder, const std::string& key) {
  std::error_code ignored;
  fs::create_directories(folder, ignored);
  // Not remembering costs a second trial, nothing else.
  static_cast<void>(file::write_atomic(folder + "/" + key, "passed\n", 0600).ok());
}

}  // namespace kairon::trial
