#include "deploy/prerequisite.h"

#include "base/error.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "deploy/deployments.h"
#include "deploy/journal.h"
#include "deploy/migrations.h"
#include "deploy/order.h"
#include "n8n/tree.h"
#include "target/session.h"

namespace kairon::deploy {

namespace {

enum class Known { green, red, nothing };

/// What the journal has of the commit: of its last whole deployment, and of the smoke tests after it.
Known journal_says(const Journal& journal, const std::string& commit) {
  bool deployed = false;
  bool failed = false;
  for (const std::string& line : journal.history()) {
    const Result<n8n::Tree> entry = n8n::Tree::parse(line);
    if (!entry.ok() || (*entry)["commit"].string() != commit) continue;
    const std::string& result = (*entry)["result"].string();
    if (result.starts_with("smoke ")) failed = result != "smoke passed";
    if (text::contains(result, "remote") || result.starts_with("smoke ")) continue;
    if ((*entry)["partial"].boolean_or(false)) continue;
    deployed = result == "deployed" || result == "unchanged";
    if (result == "deployed") failed = false;
  }
  if (failed) return Known::red;
  return deployed ? Known::green : Known::nothing;
}

/// What the environment itself has against the commit, "" = nothing.
std::string missing_on(const DeployScene& scene, const std::string& environment) {
  target::DeploySession session(target::required_target(scene.settings, environment));
  Journal journal(scene.source.common_dir(), environment);
  Past past = deploy_past(scene, environment);
  Deployment deployment(session.api(), journal, past, deploy_order(scene, session.target(), {}));
  terminal::Progress progress(environment + ": looking whether it has the commit,");
  const Plan plan = deployment.plan([&progress](std::string_view what) { progress.update(what); });
  if (!plan.problems.empty()) return plan.problems.front().where + ": " + plan.problems.front().message.text;
  if (plan.has_writes()) return "its n8n holds something else";
  const DeployMigrations migrations(scene, session.target(), {});
  if (migrations.any()) return "the migrations " + text::join(migrations.versions(), ", ") + " are pending there";
  if (session.target().database.empty()) return {};
  const Result<std::string> last = last_result(session.target().database, environment);
  if (!last.ok()) throw environment_error(format("{}: {}", environment, last.failure().text));
  const bool green = last->empty() || *last == "deployed" || *last == "smoke passed";
  return green ? std::string() : format("its last run is recorded as '{}'", text::printable(*last));
}

Error no_green(const DeployScene& scene, const config::Target& target, const std::string& why,
               std::string_view command) {
  const std::string& commit = scene.content.commit;
  const std::string what =
      commit.empty() ? "the work tree differs from every commit, so it" : "commit " + commit.substr(0, 12);
  return {ExitCode::blocked,
          format("{} has no green deployment to {}, which {} requires{}{}", what, target.requires_, target.name,
                 why.empty() ? "" : ": ", why),
          format("kairon {} {}", command, target.requires_)};
}

}  // namespace

void require_earlier_stage(const DeployScene& scene, const config::Target& target) {
  const std::string& earlier = target.requires_;
  const std::string& commit = scene.content.commit;
  if (earlier.empty()) return;
  if (commit.empty()) throw no_green(scene, target, "", "deploy");
  switch (journal_says(Journal(scene.source.common_dir(), earlier), commit)) {
    case Known::green:
      return;
    case Known::red:
      throw no_green(scene, target, "its smoke tests failed there", "smoke");
    case Known::nothing:
      break;
  }
  if (!scene.settings.target(earlier).configured())
    throw no_green(scene, target, "this repository did not deploy it, and has no way to look there", "deploy");
  if (const std::string why = missing_on(scene, earlier); !why.empty()) throw no_green(scene, target, why, "deploy");
  terminal::print(terminal::Channel::err,
                  format("note: {} has commit {} from elsewhere", earlier, commit.substr(0, 12)));
}

}  // namespace kairon::deploy
