#pragma once
#include <string>

#include "base/terminal.h"
#include "smoke/run.h"

namespace kairon::smoke {

/// How much of a case is shown.
enum class Detail { brief, trees };

/// A case's line: verdict, time, name, what it executed; for a failure (or Detail::trees) the
/// execution tree with n8n's messages and nodes, and what was expected.
[[nodiscard]] std::string smoke_case_text(const CaseOutcome& outcome, terminal::Channel channel, Detail detail);
/// The executions as an indented tree, a line each.
[[nodiscard]] std::string smoke_tree_text(const ExecutionTree& tree);
/// The closing lines: problems of the server, failed executions that belong to no case, the workflows
/// that no case executed, the verdict.
[[nodiscard]] std::string smoke_summary_text(const SmokeReport& report, terminal::Channel channel);

/// One JSON object, version 1.
[[nodiscard]] std::string smoke_json(const SmokeReport& report);
/// JUnit XML as CI servers read it (tests/support/junit.xsd): one testsuite, one testcase per case.
[[nodiscard]] std::string smoke_junit(const SmokeReport& report);

}  // namespace kairon::smoke
