#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/terminal.h"
#include "deploy/change_words.h"
#include "deploy/transaction.h"

namespace kairon::deploy {

/// The plan as lines: what would be created, updated, switched, retired; what stays. Problems and
/// notes after it. `words` say what changes in a workflow.
void print_plan(terminal::Channel channel, const std::string& environment, const Plan& plan, const ChangeWords& words);

/// The line for a step that was carried out.
void print_step(const Step& step);

/// What is different on the server: "2 created, 1 updated, 1 retired, 3 unchanged", or what a deployment that was
/// taken back left.
[[nodiscard]] std::string effects_line(const DeployResult& result);

/// The closing lines: outcome, requests, time; for a failure what was restored.
void print_result(const std::string& environment, const DeployResult& result, std::chrono::milliseconds elapsed);

void print_rollback(const RollbackReport& report);
/// What differs from what was deployed, with the commands; nothing for a server that nothing was deployed to.
void print_drift(const std::string& environment, const Drift& drift);
/// What to type when a rollback is unsettled.
[[nodiscard]] std::string unsettled_help(const std::string& environment);

/// "deployed", "rolled back" ...
[[nodiscard]] std::string_view outcome_name(Outcome outcome);

/// Plan, migrations that go first, and result (null for a dry run) as one JSON object, version 1.
[[nodiscard]] std::string to_json(const std::string& environment, const Plan& plan,
                                  const std::vector<std::string>& migrations, const DeployResult* result,
                                  std::chrono::milliseconds elapsed);

}  // namespace kairon::deploy
