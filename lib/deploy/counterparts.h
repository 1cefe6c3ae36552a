#pragma once
#include <map>
#include <string>
#include <vector>

#include "deploy/record.h"
#include "n8n/content.h"
#include "n8n/tree.h"

namespace kairon::deploy {

/// The workflows of a record's snapshot and what the server has of each now. What was deleted gets another id when it
/// is made again, by this rollback or by an earlier one that was cut short.
class Counterparts {
 public:
  Counterparts(std::vector<n8n::Tree> remotes, const Record& record);

  [[nodiscard]] const std::vector<n8n::Tree>& remotes() const { return remotes_; }
  /// Returns null when the server has no workflow of this id.
  [[nodiscard]] const n8n::Tree* remote(const std::string& id) const;
  /// Returns "" for a workflow that was deleted and does not exist again.
  [[nodiscard]] const std::string& now_id(const n8n::Tree& old) const;
  /// Returns the old version, with its references to recreated workflows set to their new ids.
  [[nodiscard]] n8n::Tree wanted(const n8n::Tree& old) const;
  /// Whether the old version calls what does not exist again yet.
  [[nodiscard]] bool calls_pruned(const n8n::Tree& old) const;
  /// Whether the old version calls what got another id.
  [[nodiscard]] bool calls_recreated(const n8n::Tree& old) const;
  /// Notes the id that a workflow got when it was created again.
  void recreated(const n8n::Tree& old, std::string id);
  /// Returns the body that restores `old`. A setting that only the new version has becomes neutral.
  [[nodiscard]] n8n::Tree body_for(const n8n::Tree& old, n8n::Dialect dialect) const;

 private:
  std::vector<n8n::Tree> remotes_;
  std::map<std::string, std::string> new_ids_;  ///< of what was deleted; "" until it exists again
};

/// 2.x publishes a workflow only when those it calls are published.
[[nodiscard]] std::vector<const n8n::Tree*> sorted_callees_first(const std::vector<const n8n::Tree*>& workflows);

}  // namespace kairon::deploy
