#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/message.h"
#include "deploy/canonical.h"
#include "deploy/write_order.h"
#include "n8n/api.h"
#include "n8n/content.h"
#include "n8n/references.h"

namespace kairon::deploy {

enum class Action {
  create,
  update,
  switch_state,  ///< only activated or deactivated
  keep,          ///< unchanged
  retire,        ///< gone from git: deactivated
  prune          ///< gone from git: deleted
};

[[nodiscard]] std::string_view to_string(Action action);

/// What happens to one workflow.
struct Step {
  Action action = Action::keep;
  std::string name;
  std::string path;  ///< "" when gone from git
  std::string id;    ///< on the server, "" while it has none
  n8n::Tree body;    ///< sanitised; references and credentials still as in the file
  n8n::Tree before;  ///< the server's version, null when created
  bool was_active = false;
  bool active = false;                     ///< what it is to be
  bool needs_stub = false;                 ///< must exist before its body can be made (a cycle)
  bool release_first = false;              ///< gives up a webhook that another step takes: deactivate before
  std::vector<std::string> tags;           ///< names to set, sorted; empty = the server's stay as they are
  n8n::Tree extras = n8n::Tree::object();  ///< description and node groups that are sent (2.x)
  bool only_tags = false;                  ///< nothing else differs
  bool has_content = false;                ///< nodes, connections or ids in them differ from the server's draft
  bool has_settings = false;               ///< settings differ
  bool is_unpublished = false;             ///< the draft is right, and n8n 2.x runs another version
  std::vector<std::string> changes;
  std::string version;  ///< id of the draft that is published (2.x)
  n8n::Tree live;       ///< canonical form of the server's version, null when created
  n8n::Tree wanted;     ///< canonical form of the file's version, null when gone from git
};

/// A reason to write nothing.
struct Problem {
  std::string where;  ///< path or workflow name
  Message message;
};

struct PlanInput {
  std::vector<n8n::Local> locals;
  std::vector<n8n::Tree> remotes;                           ///< as listed, archived ones included
  std::optional<std::vector<n8n::Credential>> credentials;  ///< nothing: n8n looks them up by name
  bool publishes = false;                                   ///< 2.x
  std::set<std::string> only;                               ///< names; empty = all
  bool overwrite = false;
  bool prune = false;
  std::set<std::string> gone;      ///< names that git had or that we deployed, and that are no more
  std::set<std::string> activate;  ///< names to activate beyond the files' own `active`
  /// Was this content left by a deployment, or does a reachable commit have it?
  std::function<bool(const std::string& name, const std::string& fingerprint)> is_ours;
};

struct Plan {
  std::vector<Step> steps;  ///< in the order of writing
  std::vector<Problem> problems;
  std::vector<std::string> notes;
  std::map<std::string, std::string> ids;          ///< name -> id on the server
  std::map<std::string, std::string> names_by_id;  ///< the files' own ids -> name
  std::optional<std::vector<n8n::Credential>> credentials;
  CallGraph calls;
  n8n::Dialect dialect = n8n::Dialect::one;
  std::size_t resolved_calls = 0;   ///< executeWorkflow and toolWorkflow references
  std::size_t resolved_errors = 0;  ///< settings.errorWorkflow references

  [[nodiscard]] bool has_writes() const;
  [[nodiscard]] std::size_t count(Action action) const;
};

/// What a plan that was carried out did. What is gone from git and inactive already does not count.
struct Effects {
  std::size_t created = 0;
  std::size_t updated = 0;
  std::size_t activated = 0;
  std::size_t deactivated = 0;
  std::size_t retired = 0;
  std::size_t deleted = 0;
  std::size_t unchanged = 0;
};
[[nodiscard]] Effects effects_of(const Plan& plan);

/// Computes a deployment. Writes nothing, asks nobody; everything wrong is listed in `problems`.
[[nodiscard]] Plan make_plan(PlanInput input);

/// The body to send for a step: ids of references and credentials put in, settings that the server
/// has and the file has not made neutral. Every name must have an id by now.
[[nodiscard]] n8n::Tree bind(const Plan& plan, const Step& step);

/// A body that only makes a workflow exist, so that it has an id.
[[nodiscard]] n8n::Tree empty_workflow(const std::string& name);

/// Names of references on a server, for canonical(): id -> name, else "id:<id>".
[[nodiscard]] NameOf server_names(const std::vector<n8n::Tree>& remotes);

}  // namespace kairon::deploy
