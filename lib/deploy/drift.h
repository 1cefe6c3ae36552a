#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "deploy/journal.h"
#include "deploy/past.h"
#include "deploy/record.h"
#include "n8n/tree.h"

namespace kairon::deploy {

/// What a deployment left on a server.
struct Deployed {
  State workflows;
  std::string commit;  ///< "" = the work tree, or not known
  std::string by;      ///< "" = this repository
};

/// What the server is compared with.
struct DriftQuestion {
  std::optional<Deployed> here;  ///< by this repository's journal
  std::optional<Deployed> last;  ///< by the environment's database: the newest of anybody
  /// The canonical form of the version of a workflow with this fingerprint; nothing when git does not
  /// have it.
  std::function<std::optional<n8n::Tree>(const std::string& name, const std::string& print)> content = {};
  /// The print of the description that a listed workflow has (Descriptions::print_of); nothing when the server does
  /// not tell.
  std::function<std::optional<std::string>(const n8n::Tree& remote)> description = {};
};

/// The change of a workflow that was switched off, and nothing else.
inline constexpr const char* kSwitchedOff = "deactivated";

/// A workflow that somebody edited on the server since it was deployed.
struct Edit {
  std::string workflow;
  std::string at;                    ///< n8n's updatedAt
  std::vector<std::string> changes;  ///< node by node, then what is no content ("tags", "description"); without the
                                     ///< nodes when what was deployed is not in git
  bool is_draft = false;             ///< n8n 2.x runs what was deployed; only the draft was edited
};

struct Drift {
  std::size_t same = 0;
  std::vector<Edit> edited;
  std::vector<std::string> absent;     ///< deployed, and deleted on the server since
  std::vector<std::string> by_others;  ///< as somebody else deployed it, from another repository
  [[nodiscard]] bool any() const noexcept { return !edited.empty() || !absent.empty(); }
};

/// Reads what was deployed from the journal and, unless `database` is "", from kairon_deployments.
/// Fingerprints of another version of the canonical form are left out. `past` must outlive the
/// question.
[[nodiscard]] DriftQuestion drift_question(const Journal& journal, const std::string& database, Past& past);

/// Compares the server's workflows with what was deployed last; those that were never deployed do
/// not count.
[[nodiscard]] Drift find_drift(const std::vector<n8n::Tree>& remotes, const DriftQuestion& question);

/// "Intake (at 2026-01-31T12:00:00.000Z: node 'Code': parameters.jsCode)"
[[nodiscard]] std::string shown(const Edit& edit);

}  // namespace kairon::deploy
