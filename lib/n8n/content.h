#pragma once
#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "n8n/tree.h"

namespace kairon::n8n {

/// A workflow file as it is to be deployed.
struct Local {
  std::string path;
  std::string name;
  std::string id;  ///< of the instance it was exported from, "" when absent
  bool active = false;
  Tree tree;  ///< the whole file
};

/// Reads a workflow file; fails when it is none or has no name.
[[nodiscard]] Result<Local> read_local(std::string path, std::string text);

/// Which public API takes the body: its schema refuses every key it does not know.
enum class Dialect { one, two };

/// What of a workflow is sent: name, nodes, connections and settings, each reduced to the keys that
/// n8n's schema takes (packages/cli/src/public-api/v1/handlers/workflows/spec). Never pinData,
/// staticData or activeVersion. A node without an id gets one made of its name.
[[nodiscard]] Tree sanitised(const Tree& workflow, Dialect dialect);

/// True for webhook, form and chat triggers: the webhookId is part of their path, or may be.
[[nodiscard]] bool owns_path(const Tree& node);

/// Gives each enabled webhook, form and chat trigger without webhookId the one that `kairon fix` would
/// write: without it n8n 1.x registers another path and 2.x makes a new one at each save. `local` is
/// the file, `body` what is sent of it.
void give_webhook_ids(const Tree& local, Tree& body);

/// What 2.x takes besides sanitised(): "description", "nodeGroups".
/// Empty ones are left out: then the server's stay.
[[nodiscard]] Tree extras_of(const Tree& workflow);

/// What a file has and sanitised() leaves out although it means something: "description",
/// "settings.binaryMode", "nodes.extendsCredential" ... Sorted, each once. Tags are sent apart.
[[nodiscard]] std::vector<std::string> dropped_keys(const Tree& workflow, Dialect dialect);

/// The id of the project that owns a workflow, "" where the server does not tell.
[[nodiscard]] std::string project_of(const Tree& workflow);

/// The names of a workflow's tags, sorted, each once.
[[nodiscard]] std::vector<std::string> tag_names(const Tree& workflow);

/// What n8n runs of a workflow: 2.x keeps the published version next to the draft that it shows
/// (`activeVersion`). The workflow itself where the two are one, or where nothing is published.
[[nodiscard]] Tree live_version(const Tree& workflow);
/// True when a workflow is published and its draft has other nodes or connections (2.x).
[[nodiscard]] bool has_unpublished_draft(const Tree& workflow);

/// The value that means "as if this setting were absent": PUT merges settings, so a key cannot be
/// removed. Null when there is none.
[[nodiscard]] Tree neutral_setting(std::string_view key);

/// A webhook trigger of a workflow.
struct Webhook {
  std::string node;
  std::vector<std::string> methods;
  std::string path;        ///< slashes trimmed; webhookId when empty; as written when an expression
  std::string webhook_id;  ///< prefix of paths with `/:`
  bool is_expression = false;
};
/// The enabled webhook nodes.
[[nodiscard]] std::vector<Webhook> webhooks_of(const Tree& workflow);

/// A path that a workflow takes for itself while it is active: n8n refuses to activate a second one.
struct TakenPath {
  std::string space;  ///< "webhook", "form", "chat" or "mcp"
  std::string method;
  std::string path;
  [[nodiscard]] auto operator<=>(const TakenPath&) const = default;
};
/// The paths of all enabled webhook, form, public chat and MCP triggers; those of expressions as
/// written.
[[nodiscard]] std::vector<TakenPath> taken_paths(const Tree& workflow);

/// True when n8n 1.x can activate it: an enabled trigger, poller or webhook that is not manual,
/// a sub-workflow's or the error trigger.
[[nodiscard]] bool can_activate(const Tree& workflow);

/// True for "n8n-nodes-base.<name>" and "@n8n/n8n-nodes-langchain.<name>".
[[nodiscard]] bool is_type(const Tree& node, std::string_view name);

}  // namespace kairon::n8n
