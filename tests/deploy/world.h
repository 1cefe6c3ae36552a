#pragma once
#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/signals.h"
#include "base/temp.h"
#include "deploy/transaction.h"
#include "n8n/fake_server.h"

namespace kairon::deploy {

/// Time that passes only while somebody waits: how busy the machine is decides nothing.
class StillTime final : public n8n::Timekeeper {
 public:
  std::chrono::steady_clock::time_point now() override { return now_; }
  void wait(std::chrono::milliseconds time) override {
    signals::check();
    now_ += time;
  }

 private:
  std::chrono::steady_clock::time_point now_;
};

/// A server, a journal and what a repository holds: everything a deployment needs.
class World {
 public:
  explicit World(n8n::Dialect dialect) : server(dialect), journal(folder.path(), "prod") {
    server.add_credential("c-older", "postgres", "n8n internal DB");
    server.add_credential("c-right", "postgres", "Main DB");
    server.add_credential("c-other", "postgres", "Yet another DB");
  }

  enum class Gone { retired, pruned };

  [[nodiscard]] DeployOrder order(std::vector<n8n::Local> locals, Gone gone = Gone::retired) const {
    DeployOrder order;
    order.environment = "prod";
    order.commit = "c0ffee";
    order.by = "tester@here";
    order.locals = std::move(locals);
    order.prune = gone == Gone::pruned;
    return order;
  }

  /// A run of the program: nothing but server and journal lives longer.
  struct Run {
    Run(World& world, DeployOrder order)
        : api(world.server, "http://n8n.example", {}, world.time),
          past(nullptr, "", {}, {}),
          deployment(api, world.journal, past, std::move(order)) {}
    n8n::Api api;
    Past past;
    Deployment deployment;
  };

  DeployResult deploy(std::vector<n8n::Local> locals, Gone gone = Gone::retired) {
    Run run(*this, order(std::move(locals), gone));
    Plan plan = run.deployment.plan();
    for (const Problem& problem : plan.problems) FAIL(problem.where, ": ", problem.message.text);
    return run.deployment.carry_out(std::move(plan));
  }

  RollbackReport undo() {
    Run run(*this, order({}));
    return run.deployment.undo();
  }
  /// undo(), again after ten minutes when a killed run's last write may still have been on its way.
  RollbackReport undo_whole() {
    RollbackReport report = undo();
    if (report.ok() || !report.problems.empty()) return report;
    make_old();
    return undo();
  }
  /// As if the journal were of a deployment of long ago.
  void make_old() {
    Record record = *read_record(*journal.open_record());
    REQUIRE_FALSE(record.unanswered.empty());
    for (n8n::Unanswered& write : record.unanswered) write.sent -= 601;
    journal.begin(to_text(record));
    journal.set_sent("");
  }
  DeployResult resume() {
    Run run(*this, order({}));
    return run.deployment.resume();
  }

  TempFolder folder{"n8n-test", file::exists("/dev/shm") ? "/dev/shm" : ""};  // thousands of synced journals
  n8n::FakeServer server;
  StillTime time;
  deploy::Journal journal;
};

/// Two versions of a system: webhooks that are swapped, a credential, an error workflow, a workflow
/// that is changed, one that is new, one that goes, one that stays; a cycle where n8n allows it.
[[nodiscard]] std::vector<n8n::Local> first_version(n8n::Dialect dialect);
[[nodiscard]] std::vector<n8n::Local> second_version(n8n::Dialect dialect);
[[nodiscard]] n8n::Local workflow(const std::string& name, bool active, const std::string& nodes,
                                  const std::string& settings = "{}");
[[nodiscard]] std::string hook(const std::string& path);
[[nodiscard]] std::string code(const std::string& text);
[[nodiscard]] std::string call(const std::string& name);
[[nodiscard]] std::string trigger();
[[nodiscard]] std::string query();

}  // namespace kairon::deploy
