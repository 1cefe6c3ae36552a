#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/result.h"
#include "n8n/tree.h"

namespace kairon::n8n {

enum class ReferenceKind { execute_workflow, tool_workflow, error_workflow, caller };

/// One place where a workflow names another one. n8n resolves none of them by name.
struct Reference {
  ReferenceKind kind = ReferenceKind::execute_workflow;
  std::string node;         ///< "" for a workflow's setting
  std::string id;           ///< the id written there
  std::string cached_name;  ///< cachedResultName, "" when absent
  bool disabled = false;    ///< of a disabled node
};

/// The name of a ReferenceKind for messages: "executeWorkflow", "settings.errorWorkflow" ...
[[nodiscard]] std::string_view to_string(ReferenceKind kind);

/// What a reference becomes: its id, and the name to show next to it.
struct Callee {
  std::string id;
  std::string name;
};

/// Calls `visit` for every static reference of a workflow (expressions, inline workflows and files
/// are none) and writes what it returns in its place; nothing leaves it as it is.
void rewrite_references(Tree& workflow, const std::function<std::optional<Callee>(const Reference&)>& visit);
/// The same without writing.
void each_reference(const Tree& workflow, const std::function<void(const Reference&)>& visit);

/// Finds the workflow name that a reference means.
class Naming {
 public:
  /// `names_by_id`: the ids that the files were exported with. `known`: names that exist or will.
  Naming(std::map<std::string, std::string> names_by_id, std::set<std::string> known)
      : names_by_id_(std::move(names_by_id)), known_(std::move(known)) {}

  /// By cachedResultName, else by the files' own ids. Fails when neither names a known workflow
  /// and when they name two different ones.
  [[nodiscard]] Result<std::string> name_of(const Reference& reference) const;

 private:
  std::map<std::string, std::string> names_by_id_;
  std::set<std::string> known_;
};

}  // namespace kairon::n8n
