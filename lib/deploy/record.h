#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "deploy/plan.h"
#include "n8n/content.h"
#include "n8n/tree.h"
#include "n8n/unanswered.h"

namespace kairon::deploy {

/// What a deployment left of one workflow. What it did not write, and what an older version of the suite did not
/// note, is absent and is not compared.
struct Left {
  std::string print;                                  ///< fingerprint of the canonical form
  std::optional<bool> active = {};                    ///< switched on, or published
  std::optional<std::vector<std::string>> tags = {};  ///< names, sorted
  std::string description = {};                       ///< its SHA-256
  std::optional<n8n::Tree> groups = {};               ///< the node groups (2.x)
  friend bool operator==(const Left& a, const Left& b) = default;
};

/// What a deployment left on the server, by workflow name.
using State = std::map<std::string, Left>;

/// What the journal keeps of a deployment while it runs: enough to finish it or to undo it.
struct Record {
  std::string environment;
  std::string url;
  std::string commit;  ///< "" when the work tree was deployed
  std::string by;
  std::string begun;                 ///< UTC, ISO 8601
  std::vector<n8n::Local> locals;    ///< what is being deployed
  std::vector<n8n::Tree> snapshot;   ///< the server's versions of everything about to change, callees first
  std::vector<std::string> created;  ///< names that did not exist
  std::set<std::string> known_ids;   ///< every id the server had
  std::string note;                  ///< what stands beside the workflows, for who undoes this
  std::set<std::string> only;        ///< what it was restricted to, empty = all of `locals`
  std::set<std::string> gone;        ///< what it takes away: a resumed one takes no more
  std::set<std::string> activate;
  std::vector<n8n::Unanswered> unanswered;  ///< writes that may still be carried out
  State left;                               ///< what the deployment before had left: true again after a rollback
  bool prune = false;
};

[[nodiscard]] std::string to_text(const Record& record);
[[nodiscard]] Result<Record> read_record(std::string text);

/// The record's unanswered writes that may still be carried out: those of the last ten minutes. Nothing
/// between us and n8n, and nothing in n8n, keeps a request for longer.
[[nodiscard]] std::vector<n8n::Unanswered> still_possible(const Record& record);

/// Adds to `record` what `plan` is about to change and is not in it yet.
void add_plan(Record& record, const Plan& plan, const std::vector<n8n::Tree>& remotes);

[[nodiscard]] State read_state(std::string text);
[[nodiscard]] std::string to_text(const State& state);
/// The same as read_state() when the fingerprints are of the canonical form of this version.
[[nodiscard]] std::optional<State> comparable_state(std::string text);

}  // namespace kairon::deploy
