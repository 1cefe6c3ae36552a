#include "check/schema_check.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/terminal.h"
#include "base/text.h"
#include "lint/check.h"
#include "lint/support/called_columns.h"
#include "lint/support/schema_probe.h"
#include "migration/set.h"
#include "trial/input.h"
#include "trial/schema_checker.h"

namespace kairon::check {

namespace {

using migrate::Source;

/// The schema of one state, as files.
struct SchemaState {
  std::optional<std::string> schema;
  std::vector<Source> chain;
};

std::vector<Source> chain_of(const repository::Snapshot& snapshot, const config::Settings& settings) {
  const migration::Layout& layout = migration::layout_of(settings);
  std::vector<migration::Entry> entries;
  for (const repository::SnapshotFile& file : snapshot.migrations) entries.push_back({file.path, file.identity});
  for (const repository::SnapshotFile& file : snapshot.others) entries.push_back({file.path, file.identity});
  const auto read = [&snapshot](const migration::Entry& entry) {
    return snapshot.read({entry.path, entry.content_id});
  };
  const migration::Set set = migrate::set_of(layout, settings.migrations_folder(), entries, read);
  std::vector<Source> chain;
  for (const migration::Migration& one : set.migrations()) {
    chain.push_back(migrate::source_of(layout, one, read));
  }
  return chain;
}

SchemaState state_of(const repository::Snapshot* snapshot, const config::Settings& settings) {
  SchemaState state;
  if (snapshot == nullptr) return state;
  state.chain = chain_of(*snapshot, settings);
  if (const repository::SnapshotFile* schema = snapshot->other(settings.schema_file()))
    state.schema = snapshot->read(*schema);
  return state;
}

/// Where the questions begin, and what leads from there to the state in force.
struct Way {
  trial::Base base;
  std::vector<Source> steps;
  std::optional<trial::Base> second;  ///< another description of the state in force
  std::string second_cause;
};

const Source* find(const std::vector<Source>& chain, const Source& wanted) {
  const auto hit = std::find_if(chain.begin(), chain.end(),
                                [&](const Source& one) { return one.version.stem == wanted.version.stem; });
  return hit == chain.end() ? nullptr : &*hit;
}

/// A migration of the base that is another one now; "" when there is none.
std::string rewritten(const SchemaState& base, const SchemaState& now) {
  for (const Source& old : base.chain) {
    const Source* same = find(now.chain, old);
    if (same != nullptr && same->forward->checksum() != old.forward->checksum()) return old.forward->path();
  }
  return {};
}

Way way_between(const SchemaState& base, const SchemaState& now, const std::string& schema_path) {
  Way way;
  way.base.schema_path = schema_path;
  if (!base.schema && base.chain.empty() && now.schema) {
    // Nothing was there before. A schema file describes what its migrations have led to.
    way.base.schema = now.schema;
    way.base.chain = now.chain;
    return way;
  }
  way.base.schema = base.schema;
  way.base.chain = base.chain;
  const std::string changed = base.schema ? std::string() : rewritten(base, now);
  if (changed.empty()) {
    std::copy_if(now.chain.begin(), now.chain.end(), std::back_inserter(way.steps),
                 [&](const Source& one) { return find(base.chain, one) == nullptr; });
  } else {
    way.second.emplace(trial::Base{schema_path, now.schema, now.chain, {}, {}, {}});
    way.second_cause = changed;
  }
  if (now.schema && now.schema != base.schema) {
    way.second.emplace(trial::Base{schema_path, now.schema, now.chain, {}, {}, {}});
    way.second_cause = schema_path;
  }
  return way;
}

bool is_empty(const trial::Base& base) { return !base.schema && base.chain.empty() && base.backup.empty(); }

void follow(const Way& way, int major, trial::SchemaChecker& checker, lint::SchemaProbe& probe) {
  terminal::Progress progress("kairon: SQL against the schema");
  probe.start(checker);
  const bool changes = !way.steps.empty() || way.second;
  if (changes) probe.describe_start(checker);
  for (const Source& step : way.steps) {
    signals::check();
    progress.update(step.version.stem);
    if (const auto applied = checker.apply(*step.forward); !applied.ok())
      throw Error(ExitCode::blocked,
                  format("the SQL of the workflows cannot be judged, because a migration does not run: {}",
                         applied.failure().text),
                  format("run: kairon migrate test {}", step.forward->path()));
    probe.step(checker, step.forward->path());
  }
  // A schema file may be older than history tells. What fails here and works after the migrations that
  // it is thought to hold is not worth an error.
  if (way.base.schema && probe.fails_from_the_start()) {
    for (const Source& one : way.base.chain) static_cast<void>(checker.apply(*one.forward).ok());
    probe.pardon(checker);
  }
  if (!way.second) return probe.describe(checker);
  progress.update(way.second_cause);
  trial::SchemaChecker other(*way.second, major);
  probe.second(other, way.second_cause);
  probe.describe(other);
}

/// What does not come from the repository.
void configure(Way& way, const config::Settings& settings) {
  for (trial::Base* base : {&way.base, way.second ? &*way.second : nullptr}) {
    if (base == nullptr) continue;
    base->missing = trial::missing_extensions(settings);
    base->fence = trial::fence_mode(settings);
  }
}

/// Loads the state that `way` begins with. A published state that does not load gives way to the new one alone,
/// which may be what repairs it; `way` is then changed.
std::unique_ptr<trial::SchemaChecker> load(Way& way, const SchemaState& before, const SchemaState& after,
                                           const config::Settings& settings) {
  terminal::Progress progress("kairon: SQL against the schema");
  progress.update("loading the schema");
  const int major = settings.postgres_major();
  const auto open = [&] { return std::make_unique<trial::SchemaChecker>(way.base, major); };
  try {
    return open();
  } catch (const Error& error) {
    const bool repairable = before.schema != after.schema || before.chain.size() != after.chain.size();
    if (error.code() != ExitCode::blocked || !repairable || !way.base.backup.empty()) throw;
    way = way_between({}, after, settings.schema_file());
    configure(way, settings);
    terminal::print(
        terminal::Channel::err,
        format("kairon: note: the new state is judged alone, because the published one cannot be compared: {}",
               error.message().text));
  }
  return open();
}

}  // namespace

trial::Base database_of(const repository::Snapshot& now, git::GitSource& source, const std::string& commit,
                        const config::Settings& settings) {
  const config::Settings first = settings.histories().front();
  Way way = way_between({}, state_of(&now, first), first.schema_file());
  // Without a schema file, its migrations are what leads to it.
  if (way.base.chain.empty()) way.base.chain = std::move(way.steps);
  const std::string tip = commit.empty() ? source.resolve_commit("HEAD").value_or("") : commit;
  if (way.base.schema && !tip.empty()) way.base.since_schema = trial::since_schema(source, tip, first, way.base.chain);
  configure(way, first);
  return way.base;
}

lint::SchemaStatements schema_statements(const repository::Snapshot& snapshot) {
  lint::SchemaStatements all;
  for (const repository::SnapshotFile& file : snapshot.workflows) {
    signals::check();
    all.add(snapshot.read(file), file.path);
  }
  return all;
}

namespace {

/// Uses of columns: at what is looked at all of them, elsewhere those that a change of the schema makes.
void add_column_findings(const SchemaRequest& request, const lint::SchemaProbe& probe, bool changes,
                         SchemaFindings& by_path) {
  std::set<std::string_view> described;
  for (const lint::SchemaStatement& statement : probe.statements())
    if (!statement.columns.empty()) described.insert(statement.path);
  if (described.empty()) return;
  std::map<std::string_view, const repository::SnapshotFile*> files;
  lint::Tree tree;
  for (const repository::SnapshotFile& file : request.now->workflows) {
    signals::check();
    files.emplace(file.path, &file);
    tree.files.push_back({file.path, file.identity, lint::read_facts(request.now->read(file), file.path)});
  }
  lint::CalledColumns use(std::move(tree), probe.statements(), probe.has_large_numbers(),
                          [&](const std::string& path) { return request.now->read(*files.at(path)); });
  for (const lint::TreeFile& file : use.files()) {
    const bool whole = !request.only || request.only->contains(file.path);
    const bool concerned = described.contains(file.path) || !file.facts.calls.empty();
    if (!concerned || (!whole && !changes)) continue;
    signals::check();
    std::vector<lint::Finding> findings = use.findings(file, &lint::SchemaStatement::columns);
    if (findings.empty()) continue;
    if (!whole) lint::remove_known(use.findings(file, &lint::SchemaStatement::columns_before), findings);
    std::move(findings.begin(), findings.end(), std::back_inserter(by_path[file.path]));
  }
  std::erase_if(by_path, [](const auto& file) { return file.second.empty(); });
}

/// Asks the database of one history; nothing where it has neither schema nor migrations.
std::optional<SchemaFindings> check_history(const SchemaRequest& request, const config::Settings& settings,
                                            const lint::SchemaStatements& statements) {
  lint::SchemaProbe probe(statements);
  // Files by themselves are judged by the schema of the repository around them, where there is one.
  const bool apart = !request.now->complete && request.base != nullptr;
  const SchemaState before = state_of(request.base, settings);
  const SchemaState after = apart ? before : state_of(request.now, settings);
  Way way = way_between(before, after, settings.schema_file());
  if (request.source != nullptr && way.base.schema && way.base.schema == before.schema)
    way.base.since_schema = trial::since_schema(*request.source, request.base_commit, settings, way.base.chain);
  if (is_empty(way.base) && way.steps.empty()) trial::choose_backup(way.base, settings, request.top);
  if (is_empty(way.base) && way.steps.empty()) return std::nullopt;
  configure(way, settings);
  const std::unique_ptr<trial::SchemaChecker> checker = load(way, before, after, settings);
  follow(way, settings.postgres_major(), *checker, probe);
  SchemaFindings by_path;
  const auto counts = [&](const lint::SchemaStatement& statement) {
    return !request.only || statement.broken_by.empty() || request.only->contains(statement.broken_by) ||
           request.only->contains(statement.path);
  };
  for (lint::Finding& finding : probe.findings(counts)) by_path[finding.path].push_back(std::move(finding));
  const bool changes = !way.steps.empty() || way.second;
  add_column_findings(request, probe, changes, by_path);
  return by_path;
}

/// Which database a statement is for is not known: it is wrong where every history says so, and broken where the
/// migration of one breaks it.
SchemaFindings agreed(const std::vector<SchemaFindings>& all) {
  const auto says = [](const SchemaFindings& findings, const lint::Finding& wanted) {
    const auto found = findings.find(wanted.path);
    return found != findings.end() && lint::holds_place(found->second, wanted);
  };
  SchemaFindings out;
  for (const SchemaFindings& one : all)
    for (const auto& [path, findings] : one)
      for (const lint::Finding& finding : findings) {
        const bool everywhere =
            std::all_of(all.begin(), all.end(), [&](const SchemaFindings& other) { return says(other, finding); });
        if ((everywhere || finding.rule == "sql/drift") && !says(out, finding)) out[path].push_back(finding);
      }
  return out;
}

}  // namespace

SchemaFindings check_schema(const SchemaRequest& request, const config::Settings& settings) {
  const lint::SchemaStatements statements = schema_statements(*request.now);
  if (lint::SchemaProbe(statements).empty()) return {};
  if (trial::fence_mode(settings) == postgres::FenceMode::off)
    terminal::print(terminal::Channel::err,
                    "kairon: [gate] fence = off: the SQL of this repository runs on this machine with your rights");
  std::vector<SchemaFindings> all;
  for (const config::Settings& one : settings.histories())
    if (auto findings = check_history(request, one, statements)) all.push_back(std::move(*findings));
  if (all.empty())
    throw usage_error(format("there is no schema to judge the SQL by: neither a schema file nor a migration in {}",
                             text::join(settings.sql_places(), ", ")),
                      "set [kairon] schema or [kairon] migrations in .kairon");
  return all.size() == 1 ? std::move(all.front()) : agreed(all);
}

bool schema_server_is_cached(const config::Settings& settings) {
  const int major = settings.postgres_major();
  for (const postgres::Binaries& binaries : postgres::find_binaries()) {
    if (major != 0 && binaries.major != major) continue;
    postgres::EmbeddedOptions options;
    options.major = major;
    return postgres::embedded_is_cached(options);
  }
  return false;
}

}  // namespace kairon::check
