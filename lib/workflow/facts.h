#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kairon::workflow {

/// A place in a workflow file, kept without the document.
struct Place {
  std::string node;
  std::size_t line = 1;
  std::size_t column = 1;
};

/// An enabled or disabled webhook owner.
struct WebhookFact {
  Place place;
  std::string method;  ///< upper case
  /// Slashes trimmed; the webhookId when the path is empty; "" when it is an expression over data, the
  /// expression itself (with its `=`) when only $env or $vars decide.
  std::string path;
  std::string space;  ///< "webhook", "form", "chat" or "mcp"
};

/// A reference to another workflow.
struct CallFact {
  enum class Kind { by_list, by_id, by_name_missing };
  Place place;
  Kind kind = Kind::by_list;
  std::string name;                                ///< cachedResultName
  std::string id;                                  ///< value
  bool self = false;                               ///< `$workflow.id`
  bool tool = false;                               ///< a workflow tool, not executeWorkflow
  bool disabled = false;                           ///< of its node
  bool waits = true;                               ///< for the result
  std::optional<std::vector<std::string>> inputs;  ///< mapped keys, when they are static
};

/// A read of `$env.X`.
struct VariableFact {
  Place place;
  std::string name;
};

/// `"notes": "kairon: allow rule-id reason"` on a node.
struct SuppressionFact {
  Place place;
  std::string rule;
};

/// What is known of a value in a result: workflow::Value without the text itself.
struct ValueFact {
  std::string name;       ///< of the field that holds it
  std::size_t kinds = 0;  ///< workflow::Kinds
  bool open = true;       ///< an object may have other fields
  std::vector<ValueFact> fields;
  std::vector<ValueFact> element;  ///< of a list: one, or none where it is not known
};

/// What a workflow gives back to one that calls it (Shapes::result).
struct ResultFact {
  bool known = false;               ///< it has a trigger for calls, and its last nodes are understood
  std::vector<std::string> fields;  ///< top-level fields of the items
  std::vector<std::string> calls;   ///< workflows whose own result is part of it
  std::vector<ValueFact> values;    ///< of those fields of which something is known
};

/// A read of a field that is missing unless one of the called workflows gives it back.
struct CalledReadFact {
  Place place;
  std::string field;
  std::string message;              ///< of the finding
  bool ctx_lost = false;            ///< it is `ctx`, behind a node that replaces the item
  std::vector<std::string> fields;  ///< what else is known to arrive
  std::vector<std::string> calls;   ///< names of the called workflows
};

/// What other files need to know of a workflow. Extracted once per content, cached with the file's
/// findings, so that an unchanged tree is judged without parsing anything.
struct Facts {
  std::string name;
  std::string id;
  Place name_place;
  bool valid = false;  ///< false: the file is no workflow (syntax, shape); nothing else is set
  bool archived = false;
  bool active = false;
  bool switched_off = false;  ///< the file says `"active": false`; without the key nobody knows
  bool has_subworkflow_trigger = false;
  bool starts_by_hand = false;  ///< has a manual trigger, at which n8n starts a called workflow for want of that one
  std::optional<std::vector<std::string>>
      declared_inputs;  ///< of the executeWorkflowTrigger; nothing = passes everything
  std::vector<WebhookFact> webhooks;
  std::vector<CallFact> calls;
  std::vector<VariableFact> variables;
  std::vector<SuppressionFact> suppressions;
  ResultFact result;
  std::vector<CalledReadFact> called_reads;
  std::string error_workflow;  ///< settings.errorWorkflow, an id
  std::string waiting_node;    ///< the first enabled node that puts an execution to sleep, "" when there is none
};

class Workflow;
class Code;
/// Reads the facts of a well-shaped workflow.
[[nodiscard]] Facts collect_facts(const Workflow& workflow, const Code& code);
/// The same without what its code says (variables).
[[nodiscard]] Facts collect_facts(const Workflow& workflow);

}  // namespace kairon::workflow
