#include "gate/schema_stage.h"

#include <algorithm>
#include <filesystem>

#include "base/build_id.h"
#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/kairon_child.h"
#include "base/terminal.h"
#include "base/text.h"
#include "check/baseline.h"
#include "check/check.h"
#include "gate/passed_before.h"

namespace kairon::gate {

namespace {

namespace fs = std::filesystem;
using terminal::Channel;

bool holds_sql(const repository::Snapshot& snapshot) {
  return std::any_of(snapshot.workflows.begin(), snapshot.workflows.end(), [&](const repository::SnapshotFile& file) {
    const std::string content = snapshot.read(file);
    return text::contains(content, "n8n-nodes-base.postgres") || text::contains(content, "sql");
  });
}

/// postgres/template.h keeps the servers' data there, under names without a dot; which of them fits, the
/// child knows.
bool server_is_cached() {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(environment::cache_folder() + "/postgres", failed)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("initdb-") && name.find('.') == std::string::npos) return true;
  }
  return false;
}

bool has_schema(const repository::Snapshot& snapshot, const config::Settings& settings) {
  return std::any_of(snapshot.others.begin(), snapshot.others.end(),
                     [&](const repository::SnapshotFile& file) { return settings.is_schema_path(file.path); });
}

void say_not_judged(std::string_view why) {
  terminal::print(Channel::err,
                  format("kairon: SQL of the workflows not judged at commit: {}; pre-push judges it", why));
}

/// Everything that decides the answer. `baseline`: what does not count.
std::string content_key(const repository::Snapshot& base, const repository::Snapshot& tip,
                        const config::Settings& settings, std::string_view baseline) {
  std::string content = format("{} {}", build_id(), server_version(settings));
  for (const auto* key : {&config::kPostgresVersion, &config::kRuleset, &config::kMissingExtensions})
    content += "\n" + settings.value(*key);
  for (const config::Settings& one : settings.histories())
    for (const auto* key : {&config::kMigrations, &config::kLayout, &config::kSchema})
      content += "\n" + one.value(*key);
  content += format("\n{}", hash::content(baseline));
  for (const lint::RuleInfo* rule : lint::all_rules()) {
    if (lint::needs_database(rule->id)) content += "\n" + settings.value(config::kLintSeverity, rule->id);
  }
  for (const char* name : {"KAIRON_TEST_DATABASE_URL", "KAIRON_POSTGRES_BIN"})
    content += "\n" + environment::get(name).value_or("");
  const auto add = [&content](const std::vector<repository::SnapshotFile>& files) {
    content += "\n--";
    for (const repository::SnapshotFile& file : files) content += "\n" + file.identity + " " + file.path;
  };
  add(tip.workflows);
  for (const repository::Snapshot* snapshot : {&base, &tip}) {
    add(snapshot->migrations);
    add(snapshot->others);
  }
  return hash::content(content);
}

}  // namespace

ExitCode check_schema_at_commit(const std::set<std::string>& staged, const repository::Snapshot& now,
                                const config::Settings& settings) {
  const bool schema_changes = std::any_of(staged.begin(), staged.end(), [&](const std::string& path) {
    return settings.is_migration_path(path) || settings.is_schema_path(path);
  });
  if (!schema_changes || !settings.stage_enabled(config::kGateTrial) || !holds_sql(now)) return ExitCode::passed;
  if (const auto url = environment::get("KAIRON_TEST_DATABASE_URL"); url && !url->empty()) {
    say_not_judged("KAIRON_TEST_DATABASE_URL names a server, and a commit uses no network");
    return ExitCode::passed;
  }
  if (!server_is_cached()) {
    say_not_judged("no trial server is cached yet (kairon check --schema makes it)");
    return ExitCode::passed;
  }
  ExitCode answer = ExitCode::environment;
  try {
    answer = run_kairon({"check", "--staged", "--schema", "--hook"});
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    say_not_judged(error.what());
    return ExitCode::passed;
  }
  if (answer == ExitCode::environment) say_not_judged("the child ended early");
  return answer == ExitCode::environment ? ExitCode::passed : answer;
}

PushedSchema::PushedSchema(git::GitSource& source, const repository::PushedRef& pushed,
                           const config::Settings& settings)
    : range_(pushed.base + ".." + pushed.tip) {
  const repository::Snapshot tip = repository::tree_snapshot(source, pushed.tip, settings);
  if (tip.workflows.empty() || (tip.migrations.empty() && !has_schema(tip, settings))) return;
  const repository::Snapshot base = repository::tree_snapshot(source, pushed.base, settings);
  if (check::changed_paths(base, tip).empty()) return;
  const auto baseline = check::configured_baseline(
      settings, [&](const std::string& path) { return repository::read_tree_file(source, pushed.tip, path); });
  std::string proof = source.common_dir() + "/kairon/schema-verdicts/" +
                      content_key(base, tip, settings, baseline ? baseline->content : "");
  if (!file::exists(proof)) proof_ = std::move(proof);
}

ExitCode PushedSchema::check() const {
  const ExitCode answer = run_kairon({"check", "--schema", "--hook", "--push", range_});
  if (answer != ExitCode::passed) return answer;
  std::error_code ignored;
  fs::create_directories(fs::path(proof_).parent_path(), ignored);
  // Not remembering costs asking again, nothing else.
  static_cast<void>(file::write_atomic(proof_, "passed\n", 0600).ok());
  return ExitCode::passed;
}

}  // namespace kairon::gate
