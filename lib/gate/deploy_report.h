#pragma once
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/terminal.h"
#include "n8n/deploy.h"

namespace kairon::gate {

/// The plan as lines: what would be created, updated, switched, retired; what stays. Problems and
/// notes after it.
void print_plan(terminal::Channel channel, const std::string& environment, const n8n::Plan& plan);

/// The line for a step that was carried out.
void print_step(const n8n::Step& step);

/// The closing lines: outcome, requests, time; for a failure what was restored.
void print_result(const std::string& environment, const n8n::Plan& plan, const n8n::DeployResult& result,
                  std::chrono::milliseconds elapsed);

void print_rollback(const n8n::RollbackReport& report);

/// "deployed", "rolled back" ...
[[nodiscard]] std::string_view outcome_name(n8n::Outcome outcome);

/// Plan, migrations that go first, and result (null for a dry run) as one JSON object, version 1.
[[nodiscard]] std::string to_json(const std::string& environment, const n8n::Plan& plan,
                                  const std::vector<std::string>& migrations, const n8n::DeployResult* result,
                                  std::chrono::milliseconds elapsed);

}  // namespace kairon::gate
