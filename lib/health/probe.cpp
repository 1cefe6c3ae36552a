#include "health/probe.h"

#include <functional>
#include <optional>
#include <set>

#include "base/environments.h"
#include "base/file.h"
#include "base/format.h"
#include "deploy/descriptions.h"
#include "deploy/drift.h"
#include "health/database.h"
#include "health/n8n.h"
#include "health/records.h"
#include "repository/content.h"
#include "target/history_database.h"
#include "target/session.h"

namespace kairon::health {

namespace {

/// A monitor must not hang on what is down.
constexpr n8n::Patience kPatience{.ready = std::chrono::milliseconds(3000),
                                  .refused = std::chrono::milliseconds(1000),
                                  .mend = std::chrono::milliseconds(1500),
                                  .pause = std::chrono::milliseconds(250),
                                  .retry_after = std::chrono::milliseconds(3000)};

/// The workflows that HEAD says are active. dev decides by itself what is active there.
ActiveInGit active_at_head(const HealthScene& scene, const std::string& environment) {
  if (scene.source == nullptr || environment == "dev") return {};
  const auto head = scene.source->resolve_commit("HEAD");
  if (!head) return {};
  try {
    return active_in_git(repository::read_content(*scene.source, scene.settings, *head).workflows);
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;  // the gate tells what is wrong with them
    return {};
  }
}

/// What was deployed to an environment, and git's versions of it.
class DeployedVersions {
 public:
  DeployedVersions(const HealthScene& scene, const config::Target& target, n8n::Api& api)
      : scene_(scene),
        target_(target),
        api_(api),
        past_(scene.source, scene.source == nullptr ? "" : scene.source->resolve_commit("HEAD").value_or(""),
              [&scene](std::string_view path) { return scene.settings.is_workflow_path(path); }, {}) {}

  /// Nothing outside a repository, and while a deployment is running or left open.
  std::optional<deploy::DriftQuestion> question() {
    if (scene_.source == nullptr) return std::nullopt;
    try {
      journal_.emplace(scene_.source->common_dir(), target_.name);
      if (journal_->open_record()) return std::nullopt;
      deploy::DriftQuestion question = deploy::drift_question(*journal_, target_.database, past_);
      descriptions_.emplace(api_, *journal_);
      question.description = [this](const n8n::Tree& remote) { return descriptions_->print_of(remote); };
      return question;
    } catch (const Error& error) {
      if (error.code() == ExitCode::interrupted) throw;
      return std::nullopt;  // the journal's own line says what is wrong with it
    }
  }

  /// The next look asks for no description that this one has read.
  void keep_descriptions() {
    if (descriptions_ && !journal_->open_record()) descriptions_->save();
  }

 private:
  const HealthScene& scene_;
  const config::Target& target_;
  n8n::Api& api_;
  deploy::Past past_;
  std::optional<deploy::Journal> journal_;
  std::optional<deploy::Descriptions> descriptions_;
};

std::vector<std::pair<std::string, std::string>> probes_of(const config::Settings& settings) {
  std::vector<std::pair<std::string, std::string>> probes;
  for (const std::string& name : settings.subsections(config::kHealthQuery))
    probes.emplace_back(name, settings.value(config::kHealthQuery, name));
  return probes;
}

/// The migrations of the work tree, and where they run. A folder that cannot be read is a line.
std::vector<HistoryQuestion> histories_of(const HealthScene& scene, const std::string& conninfo, HealthLines& lines) {
  std::vector<HistoryQuestion> histories;
  if (scene.source == nullptr || scene.source->top().empty()) return histories;
  for (const config::Settings& one : scene.settings.histories()) {
    if (!file::exists(scene.source->top() + "/" + one.migrations_folder())) continue;
    try {
      histories.push_back(
          {one.history(), target::database_of_history(one, conninfo), migrate::read_folder(scene.source->top(), one)});
    } catch (const Error& error) {
      lines.failed("migrations", error);
    }
  }
  return histories;
}

/// Both databases and n8n, through the tunnel where there is one.
void look_at_servers(const HealthScene& scene, config::Target target, const std::string& looked_at,
                     HealthLines& lines) {
  std::optional<target::DeploySession> session;
  if (target.configured()) {
    try {
      session.emplace(target::required_target(scene.settings, target.name), kPatience);
      target = session->target();
    } catch (const Error& error) {
      if (error.code() == ExitCode::interrupted) throw;
      lines.unreachable("n8n", error.message().text, error.message().remedy);
      if (!target.ssh_host.empty()) return;  // the databases are behind the same tunnel
    }
  }
  if (session) {
    DeployedVersions deployed(scene, target, session->api());
    look_at_n8n(session->api(),
                {target.n8n_database, scene.window, looked_at, active_at_head(scene, target.name), deployed.question()},
                lines);
    deployed.keep_descriptions();
  }
  if (!target.n8n_database.empty()) look_at_n8n_database(target.n8n_database, lines);
  if (!target.database.empty())
    look_at_database(
        {target.database, scene.window, probes_of(scene.settings), histories_of(scene, target.database, lines)}, lines);
}

}  // namespace

std::vector<std::string> configured_environments(const config::Settings& settings) {
  std::vector<std::string> names;
  for (const std::string_view name : kEnvironments) {
    const config::Target target = settings.target(name);
    if (target.configured() || !target.database.empty()) names.emplace_back(name);
  }
  return names;
}

std::vector<HealthLine> look_at_environment(const HealthScene& scene, const std::string& environment,
                                            const std::string& looked_at) {
  HealthLines lines(environment);
  look_at_servers(scene, scene.settings.target(environment), looked_at, lines);
  look_at_backups(scene.settings, scene.source == nullptr ? "" : scene.source->top(), lines);
  if (scene.source != nullptr) look_at_journal(*scene.source, lines);
  return lines.take();
}

}  // namespace kairon::health
