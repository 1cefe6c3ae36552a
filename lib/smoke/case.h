#pragma once
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/message.h"
#include "n8n/tree.h"

namespace kairon::smoke {

/// Rows that a message makes in the tables events, traces and projections; what is not said is not
/// asserted.
struct ExpectedRows {
  std::optional<long long> events = {};
  std::optional<long long> traces = {};
  std::optional<long long> projections = {};
  /// Of the new projections: all of them when `projections` is not given or as large as this list,
  /// else the distinct types.
  std::optional<std::vector<std::string>> types = {};
  [[nodiscard]] bool any() const noexcept { return events || traces || projections || types; }
};

/// A question to the database after the case; $1 and {{run}} stand for the case's id.
struct SqlCheck {
  std::string query;
  n8n::Tree equals;  ///< a scalar: first field of the first row; an array: the first column
};

enum class Executions { success, error };

/// One case of a smoke test file.
struct SmokeCase {
  std::string path;
  std::size_t line = 0;
  std::string name;
  n8n::Tree data;                      ///< webhook_data
  std::vector<n8n::Tree> before = {};  ///< messages that are sent first and are not counted
  bool before_may_fail = false;        ///< what they cause is not judged
  std::string recorded = {};           ///< when it was executed (ISO 8601), "" when a person wrote it
  std::string webhook_path = {};       ///< "" = [smoke] webhookPath
  std::string method = "POST";
  ExpectedRows rows = {};
  std::optional<int> status = {};  ///< of the webhook's answer; unset: 2xx, anything when an error is expected
  Executions executions = Executions::success;
  std::string workflow = {};             ///< must have been executed; with Executions::error: must have failed
  std::string last_node = {};            ///< of `workflow`, else of the workflow that the message entered
  std::set<std::string> tolerated = {};  ///< nodes that may fail and go on
  std::vector<SqlCheck> sql = {};
  std::optional<std::chrono::milliseconds> within = {};
  std::set<std::string> environments = {};  ///< empty = all
  /// Recorded answers of nodes that the dev version replaces: "Workflow/Node" -> entries (deploy/recorded.h).
  n8n::Tree mocks = {};
  /// Nodes that have to run, by workflow; those that the workflow no longer has do not count.
  std::map<std::string, std::vector<std::string>> nodes = {};

  /// True when it runs there; what is for dev runs on a throw-away n8n too ("local").
  [[nodiscard]] bool is_for(const std::string& environment) const {
    return environments.empty() || environments.contains(environment) ||
           (environment == "local" && environments.contains("dev"));
  }
  /// True when it needs the application's database.
  [[nodiscard]] bool asks_database() const { return rows.any() || !sql.empty(); }
};

/// Something wrong with a case file.
struct CaseProblem {
  std::string path;
  std::size_t line = 0;
  Message message;
};

struct CaseFile {
  std::vector<SmokeCase> cases;
  std::vector<CaseProblem> problems;
};

/// Reads a smoke test file: an array of cases. Every unknown key is a problem: an assertion with a
/// typing error would pass for ever.
[[nodiscard]] CaseFile read_cases(const std::string& path, std::string text);

/// Sorts recorded cases after the others, in the order in which they were executed: each one finds the rows that those
/// before it left, as it did then.
void put_recorded_last(std::vector<SmokeCase>& cases);

/// Removes the slashes around the path of a webhook.
[[nodiscard]] std::string trimmed_path(std::string_view path);

/// An id that no other case of any run has: 19 digits that fit a 64-bit number, like the ids of
/// Discord's messages (https://discord.com/developers/docs/reference#snowflakes).
[[nodiscard]] std::string unique_id();
/// Such an id for a case: one with recorded answers has its tag in it (deploy/recorded.h).
[[nodiscard]] std::string message_id_of(const SmokeCase& test);

/// The message as it is sent for a case: {{run}} is replaced by `id` in every string; a message_id
/// without it becomes `id`; where neither is there, message_id is added.
[[nodiscard]] n8n::Tree personal(const n8n::Tree& data, const std::string& id);

}  // namespace kairon::smoke
