#pragma once
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "n8n/content.h"
#include "smoke/case.h"
#include "smoke/rows.h"
#include "smoke/stored.h"

namespace kairon::smoke {

/// What recorded cases are made with.
struct RecordingScene {
  const std::vector<n8n::Local>& workflows;  ///< of the work tree
  std::set<std::string> allowed_hosts = {};  ///< HTTP requests to these are not mocked on dev
  std::function<std::optional<Rows>(const std::string& id)> rows_of = {};  ///< empty: rows are not asserted
};

/// A case made of stored executions.
struct RecordedCase {
  n8n::Tree test;                  ///< as a case file holds it
  std::string path_key;            ///< equal for cases that take the same path
  std::string workflow;            ///< that the message entered
  std::vector<std::string> notes;  ///< what is not in it, one line each
};

/// The path of a case: the nodes that have to run, and whether an execution has to fail.
[[nodiscard]] std::string path_key(const n8n::Tree& test);
/// The same of a tree, before a case is made of it.
[[nodiscard]] std::string path_key(const StoredTree& tree);

/// Makes a case of `tree`. `earlier`: trees before it, of which those with the same message id become messages that
/// are sent first, with their answers; `later`: a tree after it has that id as well, so that the rows are not its own
/// alone. Fails with the reason why the message cannot be sent again.
[[nodiscard]] Result<RecordedCase> recorded_case(const StoredTree& tree, const std::vector<const StoredTree*>& earlier,
                                                 bool later, const RecordingScene& scene);

/// The id of the message: `message_id` of its body, else another id there. "" when it has none.
[[nodiscard]] std::string message_id_in(const StoredTree& tree);

}  // namespace kairon::smoke
