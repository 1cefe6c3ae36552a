#include "gate/deploy_stage.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <functional>

#include "base/environment.h"
#include "base/format.h"
#include "base/terminal.h"
#include "gate/approval.h"
#include "gate/deploy_report.h"
#include "gate/deploy_session.h"
#include "gate/dev_version.h"
#include "n8n/deploy.h"

namespace kairon::gate {

namespace {

using Clock = std::chrono::steady_clock;
using terminal::Channel;

std::chrono::milliseconds since(Clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun);
}

std::string who() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host = {"localhost"};
  const passwd* account = ::getpwuid(::getuid());
  const std::string user = account == nullptr ? std::to_string(::getuid()) : account->pw_name;
  return user + "@" + host.data();
}

n8n::DeployOrder order_for(const DeployScene& scene, const config::Target& target, const DeployFlags& flags) {
  n8n::DeployOrder order;
  order.environment = target.name;
  order.commit = scene.content.commit;
  order.by = who();
  order.n8n_database = target.n8n_database;
  order.lock_database = target.database.empty() ? target.n8n_database : target.database;
  order.only = flags.only;
  order.overwrite = flags.overwrite;
  order.prune = flags.prune;
  order.locals = scene.content.workflows;
  if (target.name == "dev") {
    const DevVersion version(scene.settings, scene.content);
    for (n8n::Local& local : order.locals) version.apply(local.tree);
    order.activate = version.to_activate(order.locals);
  }
  return order;
}

n8n::Past past_for(const DeployScene& scene, const std::string& environment) {
  const std::string tip =
      scene.content.commit.empty() ? scene.source.resolve_commit("HEAD").value_or("") : scene.content.commit;
  std::function<void(n8n::Tree&)> transform;
  if (environment == "dev")
    transform = [version = DevVersion(scene.settings, scene.content)](n8n::Tree& tree) { version.apply(tree); };
  return {&scene.source, tip,
          [&settings = scene.settings](std::string_view path) { return settings.is_workflow_path(path); },
          std::move(transform)};
}

ExitCode exit_code(n8n::Outcome outcome) {
  switch (outcome) {
    case n8n::Outcome::nothing_to_do:
    case n8n::Outcome::deployed:
      return ExitCode::passed;
    case n8n::Outcome::rolled_back:
      return ExitCode::blocked;
    case n8n::Outcome::rollback_failed:
      return ExitCode::environment;
    case n8n::Outcome::interrupted:
      break;
  }
  return ExitCode::interrupted;
}

/// One run against one environment.
class Stage {
 public:
  Stage(const DeployScene& scene, const std::string& environment, const DeployFlags& flags)
      : scene_(scene),
        flags_(flags),
        environment_(environment),
        session_(required_target(scene.settings, environment)),
        journal_(scene.source.common_dir(), environment),
        past_(past_for(scene, environment)),
        deployment_(session_.api(), journal_, past_, order_for(scene, session_.target(), flags)) {}

  ExitCode run() {
    switch (flags_.mode) {
      case DeployMode::resume:
        return resume();
      case DeployMode::rollback:
        return undo();
      case DeployMode::verify:
        return verify();
      case DeployMode::write:
      case DeployMode::dry_run:
        break;
    }
    return deploy();
  }

 private:
  bool is_text() const { return flags_.output == OutputForm::text; }

  n8n::Plan plan() {
    terminal::Progress progress(environment_ + ": waiting for n8n,");
    return deployment_.plan([&progress](std::string_view what) { progress.update(what); });
  }

  ExitCode deploy() {
    n8n::Plan plan = this->plan();
    if (is_text()) print_plan(environment_, plan);
    if (!plan.problems.empty() || flags_.mode == DeployMode::dry_run) {
      if (!is_text()) terminal::print(Channel::out, to_json(environment_, plan, nullptr, since(begun_)));
      return plan.problems.empty() ? ExitCode::passed : ExitCode::blocked;
    }
    require_earlier_stage(session_.target(), scene_.content.commit, scene_.source.common_dir());
    if (plan.has_writes()) require_approval(session_.target(), scene_.content.commit);
    return report(deployment_.carry_out(std::move(plan), {listener(), {}}));
  }

  ExitCode resume() { return report(deployment_.resume(listener())); }

  ExitCode undo() {
    const n8n::RollbackReport undone = deployment_.undo();
    print_rollback(undone);
    terminal::print(Channel::out,
                    format("{}: {}", environment_, undone.ok() ? "rolled back" : "not all could be restored"));
    return undone.ok() ? ExitCode::passed : ExitCode::environment;
  }

  ExitCode verify() {
    const n8n::Deployment::References found = deployment_.check_references();
    for (const std::string& one : found.dangling) terminal::print(Channel::err, "error: " + one);
    terminal::print(
        Channel::out,
        format("{}: {} executeWorkflow and {} errorWorkflow references resolve, {} callerIds, {} dangling; "
               "{} credentials",
               environment_, found.calls, found.errors, found.callers, found.dangling.size(), found.credentials));
    return found.dangling.empty() ? ExitCode::passed : ExitCode::blocked;
  }

  std::function<void(const n8n::Step&)> listener() const {
    if (!is_text()) return {};
    return [](const n8n::Step& step) { print_step(step); };
  }

  ExitCode report(const n8n::DeployResult& result) {
    if (is_text()) {
      print_result(environment_, result.plan, result, since(begun_));
    } else {
      terminal::print(Channel::out, to_json(environment_, result.plan, &result, since(begun_)));
    }
    return exit_code(result.outcome);
  }

  const DeployScene& scene_;
  const DeployFlags& flags_;
  const std::string environment_;
  const Clock::time_point begun_ = Clock::now();
  DeploySession session_;
  ops::Journal journal_;
  n8n::Past past_;
  n8n::Deployment deployment_;
};

}  // namespace

ExitCode deploy_to(const DeployScene& scene, const std::string& environment, const DeployFlags& flags) {
  return Stage(scene, environment, flags).run();
}

}  // namespace kairon::gate
