#include "gate/push_stages.h"

#include <algorithm>

#include "base/format.h"
#include "base/terminal.h"
#include "gate/schema_stage.h"
#include "gate/snapshot.h"
#include "gate/stage_child.h"

namespace kairon::gate {

namespace {

using terminal::Channel;

bool changes_migrations(git::GitSource& source, const PushedRef& pushed, const config::Settings& settings) {
  const std::vector<std::string> folders{settings.migrations_folder(), settings.schema_file()};
  const auto changes = source.tree_changes(pushed.base, pushed.tip, folders);
  return std::any_of(changes.begin(), changes.end(), [&](const git::Change& change) {
    return settings.is_migration_path(change.path) || change.path == settings.schema_file();
  });
}

bool skipped(const config::Settings& settings, std::string_view stage) {
  std::string why;
  if (settings.stage_enabled(stage, &why)) return false;
  terminal::print(Channel::err, format("kairon: stage '{}' skipped: {}", stage, why));
  return true;
}

/// New migrations are tried, and the SQL of the workflows is held against the schema: one stage, because
/// both need the throw-away server.
ExitCode ask_database(git::GitSource& source, const PushedRef& pushed, const config::Settings& settings) {
  const bool migrations = changes_migrations(source, pushed, settings);
  const PushedSchema schema(source, pushed, settings);
  if ((!migrations && !schema.wanted()) || skipped(settings, "trial")) return ExitCode::passed;
  if (migrations) {
    const ExitCode trial = run_kairon({"migrate", "test", "--push", pushed.base + ".." + pushed.tip});
    if (trial != ExitCode::passed) return trial;
  }
  return schema.wanted() ? schema.check() : ExitCode::passed;
}

ExitCode deploy(const PushedRef& pushed, const config::Settings& settings) {
  if (pushed.remote_ref != "refs/heads/" + settings.text("kairon", "", "deployBranch") || skipped(settings, "deploy"))
    return ExitCode::passed;
  const bool configured = settings.target("dev").configured() || settings.target("staging").configured() ||
                          settings.target("prod").configured();
  if (!configured) {
    terminal::print(Channel::err,
                    "kairon: nothing deployed: no environment is configured (git config kairon.env-dev.n8nUrl URL)");
    return ExitCode::passed;
  }
  const DryRun dry = parent_dry_run();
  if (dry == DryRun::yes) {
    terminal::print(Channel::err, "kairon: nothing deployed: this is a dry run");
    return ExitCode::passed;
  }
  for (const std::string_view name : {"dev", "staging", "prod"}) {
    const config::Target target = settings.target(name);
    if (!target.configured()) continue;
    if (dry == DryRun::unknown && name == "prod" && target.approval == "none") {
      // Nobody would be asked, and an alias may hide --dry-run.
      terminal::print(Channel::err, format("kairon: prod not deployed: it cannot be seen whether this is a dry run; "
                                           "run: kairon deploy prod --commit {}",
                                           pushed.tip));
      continue;
    }
    const ExitCode stage = run_kairon({"deploy", std::string(name), "--commit", pushed.tip});
    if (stage != ExitCode::passed) return stage;
  }
  return ExitCode::passed;
}

}  // namespace

ExitCode run_push_stages(git::GitSource& source, const PushedRef& pushed, const config::Settings& settings) {
  const ExitCode trial = ask_database(source, pushed, settings);
  return trial == ExitCode::passed ? deploy(pushed, settings) : trial;
}

}  // namespace kairon::gate
